"""The business, pure: standard library and pydantic only.

No clock, no input or output, nothing of Azure: time, calendars and facts come in as arguments.
"""
