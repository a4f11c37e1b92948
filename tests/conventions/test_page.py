"""The page of conventions, and that no rule is without a test."""

from pathlib import Path

from tests.conventions import page
from tests.conventions.rules import RULES

PAGE = Path(__file__).parent.parent.parent / "docs" / "api-conventions.md"


def test_every_rule_has_a_test_and_every_mark_a_rule() -> None:
    assert page.tests_by_rule().keys() == RULES.keys()
    assert len(RULES) > 30, "no rules: check this guard"


def test_the_page_is_made_from_the_tests() -> None:
    assert PAGE.read_text("utf-8") == page.conventions_page(), (
        "python -m tests.conventions.page > docs/api-conventions.md"
    )
