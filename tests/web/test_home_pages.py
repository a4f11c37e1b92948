"""The front page tells all figures and lists as the policy in force and the models have them."""

import re
from html import unescape
from typing import Any

import pytest

from shared.domain.callers import Kind, Principal
from shared.domain.decisions import Language
from shared.domain.draft import Step
from shared.domain.eligibility import RULES
from shared.domain.policy import Policy, Severity
from shared.domain.typed_request import FIELDS
from shared.web import home_pages
from shared.web.frame import Frame
from shared.web.languages import LANGUAGES, word
from shared.web.notice_words import FORM
from shared.web.pages import page
from tests.builders import NOON, a_policy


def a_frame(language: Language = "en") -> Frame:
    return Frame(language, "/", Principal(Kind.ANYBODY), NOON)


def told(policy: Policy, language: Language = "en") -> str:
    """The page's words, in lines of single spaces."""
    html = page("home", a_frame(language), {"policy": policy}).html
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\N{NO-BREAK SPACE}", " ").split())


def changed(**parts: Any) -> Policy:
    """The reference policy with other parts; a dictionary changes members of a part, and so on."""
    return Policy.model_validate(_merged(a_policy().model_dump(), parts))


def _merged(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {
        **document,
        **{
            name: _merged(document[name], each) if isinstance(each, dict) and each else each
            for name, each in changes.items()
        },
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_every_rule_with_its_publication(language: Language) -> None:
    words, rules = told(a_policy(), language), a_policy().rules
    sources = [getattr(rules, rule.__name__).source for rule in RULES]
    assert len(sources) == 5
    assert all(source.document in words and str(source.published.year) in words for source in sources)


def test_tells_the_figures_of_the_policy_in_force() -> None:
    credit = {"review_target_business_days": 3, "review_breach_business_days": 11, "check_above": {"CHF": "1234"}}
    waits = {"action_required": {"expire_after": 41, "rescan_after_hours": 13}, "approved": {"expire_after": 43}}
    words = told(changed(credit=credit, waits=waits, reapply_after_months=9))
    for figure in ("3 to 11 business days", "CHF 1,234.00", "41 days", "every 13 hours", "43 days", "9 months later"):
        assert figure in words


def test_says_that_amounts_are_an_example_only_where_they_are() -> None:
    example = word("en", "home.credit_own")
    assert example in told(a_policy())
    assert example not in told(changed(credit={"illustrative": False}))


def test_without_amounts_a_credit_check_is_always_needed() -> None:
    words = told(changed(credit={"check_above": {}}))
    assert word("en", "home.credit_when_always") in words
    assert word("en", "home.credit_own") not in words


def test_a_rule_that_is_switched_off_is_not_told() -> None:
    without = told(changed(rules={"no_third_party_resources": {"severity": Severity.OFF}}))
    assert "SendGrid" in told(a_policy())
    assert "SendGrid" not in without
    assert word("en", "home.after_later") not in without


def test_tells_what_a_rule_means_by_its_severity() -> None:
    strict = told(changed(rules={"no_outstanding_balance": {"severity": Severity.REFUSE}}))
    assert word("en", "home.otherwise.warn") in told(a_policy())
    assert word("en", "home.otherwise.warn") not in strict


def test_a_policy_that_serves_every_country_excludes_none() -> None:
    words = told(changed(rules={"country_served": {"not_served": frozenset()}}))
    assert word("en", "home.who_words_everywhere") in words
    assert "Excluded: none." in words


def test_names_the_countries_that_are_not_served() -> None:
    codes = frozenset({"CN", "CU", "KP"})
    assert "China, Cuba or North Korea" in told(changed(rules={"country_served": {"not_served": codes}}))


def test_without_checks_by_ourselves_or_a_cooling_off_it_promises_none() -> None:
    words = told(changed(waits={"action_required": {"rescan_after_hours": None}}, reapply_after_months=0))
    assert word("en", "home.refused_again_now") in words
    assert "look again by ourselves" not in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_what_is_asked(language: Language) -> None:
    words = told(a_policy(), language)
    asked = [word(language, f"apply.fields.{name}") for name, at in FIELDS.items() if at.step is not Step.REVIEW]
    assert len(asked) > 10
    assert [each for each in [*FORM[language].values(), *asked] if each not in words] == []


def test_tells_how_long_each_thing_may_take_and_when_we_remind() -> None:
    allowances = home_pages.home(a_frame(), policy=a_policy())["allowances"]
    assert ("15 business days", "2, 5 and 9") in [(each.days, each.reminders) for each in allowances]
    assert len(allowances) == len(a_policy().waits)


def test_without_reminders_it_names_no_day() -> None:
    policy = changed(waits={"approved": {"remind_after": ()}})
    assert [each.reminders for each in home_pages.home(a_frame(), policy=policy)["allowances"]][-1] == ""
