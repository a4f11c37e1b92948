"""Guards over the documents: what they say of the code is so."""

import re
from pathlib import Path

import pytest

from functions.blueprints import BLUEPRINTS
from functions.negotiation import API_VERSION
from functions.routes import ROUTES
from local.diagram import lifecycle_page
from tests.faults.page import PROOFS, reliability_page
from tests.faults.proofs import read_proofs
from tests.faults.suites import SUITES

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_the_lifecycle_page_is_drawn_from_the_table() -> None:
    assert (ROOT / "docs" / "lifecycle.md").read_text("utf-8") == lifecycle_page()


def test_the_page_of_promises_has_the_figures_on_record() -> None:
    proofs = read_proofs(PROOFS)
    assert {proof.suite for proof in proofs} == set(SUITES), "make prove-long"
    page = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    assert page == reliability_page(proofs), "python -m tests.faults.page > docs/reliability.md"


def test_the_readme_lists_every_route_and_no_other() -> None:
    listed = re.findall(r"^\| (GET|POST|PUT|PATCH|DELETE) \| (/\S*) \|", README, re.MULTILINE)
    assert listed, "no routes in the README: check this guard"
    assert BLUEPRINTS, "importing them registers the routes"
    assert sorted(listed) == sorted((r.contract.method, f"/{r.contract.path}") for r in ROUTES)


@pytest.mark.parametrize(
    "page",
    ["README.md", "docs/reliability.md", *(f"docs/decisions/{p.name}" for p in (ROOT / "docs/decisions").iterdir())],
)
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    named = re.findall(r"`((?:functions|operations|shared|local|devhost|tests|docs)/[\w./-]+)`", text)
    named += re.findall(r"\]\(([^)#:]+)\)", text)
    assert not [name for name in named if not ((ROOT / name).exists() or (ROOT / page).parent.joinpath(name).exists())]


def test_the_readme_follows_the_case_through_files_that_are_named() -> None:
    rows = re.findall(r"^\| (\d+) \|.*`(?:functions|shared)/", README, re.MULTILINE)
    assert rows == [str(number) for number in range(1, 13)]


def test_the_readmes_commands_are_targets() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    commands = set(re.findall(r"`?make ([a-z]+)", README))
    assert commands, "no commands: check this guard"
    assert commands <= targets


def test_the_readme_uses_the_api_version_that_is_served() -> None:
    assert set(re.findall(r"api-version=([\d-]+)", README)) == {API_VERSION}
