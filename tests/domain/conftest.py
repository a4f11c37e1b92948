"""Hypothesis for the domain's tests: no timing and no files, so that they run in parallel on a busy machine."""

from hypothesis import settings

settings.register_profile("domain", deadline=None, database=None)
settings.load_profile("domain")
