"""How figures were weighed, in Dutch: whatever the domain can say of them."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shared.domain.credit_application import CreditApplication, Doubt
from shared.domain.credit_assessment import Assessment, Recommendation, assess_application
from shared.domain.model import Money
from shared.web.assessment_words import doubt_in, driver_in, reasons_in
from tests.builders import a_policy, money
from tests.functions.stages import SOUND

NEEDED = Money.model_validate(money("25000.00"))
ENGLISH = re.compile(r"\b(the|of|is|are|zone|above|below|figures|limit|asked|company)\b", re.IGNORECASE)
DUTCH_TOO = {"is", "of", "zone"}

CHANGES: list[dict[str, Any]] = [
    {},
    {"annualRevenue": "120000.00"},
    {"annualRevenue": "0.00"},
    {"equity": None, "retainedEarnings": None},
    {"equity": "5000000.00"},
    {"equity": "4000000.00"},
    {"equity": "-100000.00", "retainedEarnings": "-500000.00", "operatingResult": "-90000.00", "currentAssets": "1.00"},
    {"currentAssets": "9000000.00", "currentLiabilities": "9000000.00", "operatingResult": "10000000.00"},
    {"figuresYear": 2020, "yearsInBusiness": 0, "retainedEarnings": "2600000.00"},
    {"currency": "USD"},
    {"requestedLimit": {"amount": "2500000.00", "currency": "EUR"}},
    {"requestedLimit": {"amount": "25.00", "currency": "USD"}},
]


def _assessments() -> Iterator[Assessment]:
    for changes in CHANGES:
        document = {name: value for name, value in {**SOUND, **changes}.items() if value is not None}
        application = CreditApplication.model_validate(document)
        yield assess_application(application, NEEDED, date(2026, 11, 23), a_policy().credit.assessment)


ASSESSMENTS = list(_assessments())


def _english_in(text: str) -> set[str]:
    return {found.lower() for found in ENGLISH.findall(text)} - DUTCH_TOO


def test_the_examples_say_everything_that_there_is_to_say() -> None:
    assert {each.recommendation for each in ASSESSMENTS} == set(Recommendation)
    assert {doubt.code for each in ASSESSMENTS for doubt in each.plausibility} == set(Doubt)
    signs = {(driver.name, driver.value < 0) for each in ASSESSMENTS for driver in each.drivers}
    assert len(signs) == 8


@pytest.mark.parametrize("assessment", ASSESSMENTS)
def test_says_everything_in_dutch(assessment: Assessment) -> None:
    reasons = reasons_in("nl", assessment)
    doubts = [doubt_in("nl", each) for each in assessment.plausibility]
    meanings = [driver_in("nl", each).meaning for each in assessment.drivers]
    assert len(reasons) == len(assessment.reasons)
    assert not [text for text in (*reasons, *doubts, *meanings) if _english_in(text)]


@pytest.mark.parametrize("assessment", ASSESSMENTS)
def test_leaves_the_domains_own_english_alone(assessment: Assessment) -> None:
    assert reasons_in("en", assessment) == list(assessment.reasons)
    assert [doubt_in("en", each) for each in assessment.plausibility] == [e.words for e in assessment.plausibility]
    assert [driver_in("en", each).meaning for each in assessment.drivers] == [e.meaning for e in assessment.drivers]


def test_writes_amounts_and_shares_as_dutch_does() -> None:
    words = reasons_in("nl", ASSESSMENTS[0])
    assert words[0].startswith("De score is 6,61: veilige zone")
    assert "EUR 25.000,00" in words[1]
    assert driver_in("nl", ASSESSMENTS[0].drivers[0]).weight == "6,56"


def test_tells_a_sentence_of_a_newer_version_as_it_is() -> None:
    newer = ASSESSMENTS[0].model_copy(update={"reasons": ("A new thought.",)})
    assert reasons_in("nl", newer) == ["A new thought."]


def test_reckons_a_share_that_a_newer_version_does_not_name() -> None:
    newer = ASSESSMENTS[0].drivers[0].model_copy(update={"meaning": "Better.", "value": Decimal("0.35")})
    assert "35,0%" in driver_in("nl", newer).meaning
