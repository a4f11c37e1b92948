"""An application while it is being typed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.applying import Application, Standing, standing_of
from shared.domain.dossier import Dossier, SlotStatus, Stored
from shared.domain.draft import Draft, Step
from shared.domain.eligibility import assess
from shared.domain.typed_request import Known, read_request
from tests.builders import NOON, a_policy, a_resource, a_slot, facts
from tests.domain.test_typed_request import AGREED, SCOPE, TYPED


def an_application(step: Step = Step.REVIEW, typed: dict[str, str] | None = None, **known: Any) -> Application:
    values = {**TYPED, **(typed or {})}
    reading = read_request(values, SCOPE, "nl", AGREED)
    findings = assess(facts(**known), a_policy())
    return Application(Known(SCOPE, country="NL"), Draft(step=step, values=values), reading, findings, a_policy())


@pytest.mark.parametrize(
    ("status", "until", "standing"),
    [
        (SlotStatus.OPEN, None, Standing.OPEN),
        (SlotStatus.SWITCHED, None, Standing.SWITCHED),
        (SlotStatus.COOLING, NOON + timedelta(seconds=1), Standing.COOLING),
        (SlotStatus.COOLING, NOON, Standing.FREE),
        (SlotStatus.COOLING, None, Standing.FREE),
    ],
)
def test_there_is_room_unless_a_slot_is_taken(status: SlotStatus, until: Any, standing: Standing) -> None:
    slot = Stored(a_slot(status=status, until=until), "1")
    assert standing_of(Dossier(SCOPE, slot), NOON) is standing
    assert standing_of(Dossier(SCOPE), NOON) is Standing.FREE


def test_goes_as_far_as_it_was_typed_without_mistakes() -> None:
    assert an_application(Step.CONTACT).place is Step.CONTACT
    assert an_application().place is Step.REVIEW
    assert an_application(typed={"city": ""}).place is Step.DETAILS


def test_goes_no_further_than_a_refusal() -> None:
    assert an_application(account_type="Individual").place is Step.PROBLEM_TYPE
    assert an_application(Step.SUBSCRIPTION, account_type="Individual").place is Step.SUBSCRIPTION
    assert an_application(resources=(a_resource("Sendgrid.Email/accounts"),)).place is Step.REVIEW


def test_remarks_on_a_billing_country_that_is_not_the_accounts() -> None:
    assert an_application(typed={"country": "BE"}).other_country == "BE"
    assert an_application().other_country == ""
    assert replace(an_application(typed={"country": "BE"}), known=Known(SCOPE)).other_country == ""
    assert an_application(typed={"country": "BE", "city": ""}).other_country == ""


def test_tells_whether_a_credit_check_is_needed_once_the_amount_can_be_read() -> None:
    credit = an_application(typed={"amount": "25000"}).credit
    assert credit is not None
    assert credit.needed
    assert an_application(typed={"amount": "much"}).credit is None
