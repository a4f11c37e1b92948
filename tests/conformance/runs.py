"""Runs schemathesis over an app that runs, as one of its callers, and reads what it found."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.sample import consent_sha256
from local.settings import ROOT
from local.stack import Stack
from tests.conformance.material import FOLDER, MATERIAL, SEEN
from tests.conformance.operations import operations_of

UNMEASURED = {"COVERAGE_PROCESS_CONFIG": ""}
"""The environment of processes whose coverage is not measured: thousands of requests would take twice as long."""

OPERATION = "--include-operation-id"

SETTINGS = """\
seed = 1
workers = 1
continue-on-failure = true
hooks = "tests.conformance.hooks"
cache.enabled = false

[generation]
max-examples = {examples}
# The same requests at every run: without chance, memory, or what earlier answers said.
deterministic = true
database = "none"
no-shrink = true
# Credentials are ours; schemathesis takes them away and spoils them itself, to see that they are asked for.
with-security-parameters = false

[phases.fuzzing]
extra-data-sources.responses = false
error-feedback.enabled = false
[phases.coverage]
extra-data-sources.responses = false
# Its steps follow links, which this document has none of.
[phases.stateful]
enabled = false

[checks]
# Which 4xx a refusal of good data may be is for `filter_failure` to say, by its code.
positive_data_acceptance.expected-statuses = ["2xx", "304"]
# The usual ones, and: a version that is none (412), and what is too long to be read (413, 414).
negative_data_rejection.expected-statuses = [
  "400", "401", "404", "405", "406", "412", "413", "414", "415", "422", "428"
]
# A decision without If-Match is 428 (RFC 6585), a webhook without a header of its signature 401.
missing_required_header.expected-statuses = ["400", "401", "428"]

{auth}
"""


@dataclass(frozen=True)
class Findings:
    """What a run found: everything that is wrong, in words; and how often an operation answered with a status."""

    exit_code: int
    words: str
    answers: Mapping[str, Counter[int]]

    @property
    def never_successful(self) -> list[str]:
        """Operations that no call got through."""
        return [name for name, counted in self.answers.items() if not any(200 <= status < 300 for status in counted)]


@dataclass(frozen=True)
class Visit:
    """Who calls what: the operations of a security scheme, signed in by these lines of schemathesis' settings.

    `material` is what there is to work with: `cases` and `next_page`.
    """

    scheme: str
    sign_in: str
    material: Mapping[str, Any]


def run(app: Stack, folder: Path, visit: Visit, examples: int) -> Findings:
    """Run all phases and checks, with so many examples of each operation."""
    material = {**visit.material, "consent": consent_sha256(), "portal_secret": app.credentials.portal_secret}
    (folder / MATERIAL).write_text(json.dumps(material), "utf-8")
    settings, report = folder / "schemathesis.toml", folder / "found.txt"
    settings.write_text(SETTINGS.format(examples=examples, auth=visit.sign_in), "utf-8")
    chosen = [argument for each in operations_of(visit.scheme) for argument in (OPERATION, each.name)]
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run", "--no-color"]
    with report.open("wb") as output:
        done = subprocess.run(
            [*command, *chosen, f"{app.base_url}/api/openapi.json"],
            cwd=ROOT,
            env={**os.environ, **UNMEASURED, "PYTHONPATH": str(ROOT), FOLDER: str(folder)},
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    return Findings(done.returncode, report.read_text("utf-8"), _answers(folder / SEEN))


def _answers(file: Path) -> dict[str, Counter[int]]:
    found: dict[str, Counter[int]] = {}
    for name, status, count in json.loads(file.read_text("utf-8")):
        found.setdefault(name, Counter())[status] += count
    return found
