"""What was typed, read as a request."""

from collections.abc import Mapping
from typing import Any

import pytest

from shared.domain.case import scope_of
from shared.domain.dossier import Dossier, Stored
from shared.domain.draft import Step
from shared.domain.facts import Resource
from shared.domain.lifecycle import State
from shared.domain.mistakes import Mistake, ambiguous
from shared.domain.model import Money
from shared.domain.typed_request import FIELDS, Agreement, Known, Reading, known_of, read_request
from tests.builders import ADMINISTRATOR, SUBSCRIPTION, a_case, a_policy, a_resource, facts

AGREED = Agreement(accepted=True, text_sha256=a_policy().consent.sha256)
SCOPE = scope_of(SUBSCRIPTION)
TYPED = {
    "subscription_id": str(SUBSCRIPTION),
    "administrator": ADMINISTRATOR,
    "support_plan": "Standard",
    "company_name": "Contoso B.V.",
    "line1": "Evert van de Beekstraat 354",
    "line2": "",
    "postal_code": " 1118 CZ ",
    "city": "Schiphol",
    "country": "NL",
    "amount": "2.500,00",
    "currency": "EUR",
    "contact_name": "Sanne de Vries",
    "contact_email": "sanne@contoso.example",
    "contact_method": "email",
    "contact_phone": "",
    "contact_language": "nl",
}
WRONG = [
    ("subscription_id", "", "missing"),
    ("subscription_id", "contoso", "uuid"),
    ("subscription_id", "0b1f6471-1bf0-4dda-aec3-cb9272f09590", "other_subscription"),
    ("administrator", "", "missing"),
    ("administrator", "nobody", "value_error"),
    ("support_plan", "", "missing"),
    ("support_plan", "x" * 201, "string_too_long"),
    ("company_name", "", "missing"),
    ("company_name", "x" * 201, "string_too_long"),
    ("company_name", "Con\u202etoso", "value_error"),
    ("company_name", "Con\u200btoso", "value_error"),
    ("line1", "", "missing"),
    ("line1", "x" * 201, "string_too_long"),
    ("line2", "\u0007", "value_error"),
    ("line2", "x" * 201, "string_too_long"),
    ("postal_code", "x" * 201, "string_too_long"),
    ("postal_code", "a\u0007b", "value_error"),
    ("city", "", "missing"),
    ("city", "x" * 201, "string_too_long"),
    ("region", "x" * 201, "string_too_long"),
    ("region", "a\u0007b", "value_error"),
    ("country", "", "missing"),
    ("country", "Nederland", "country_code"),
    ("amount", "", "missing"),
    ("amount", "much", "amount"),
    ("amount", "-5", "amount"),
    ("amount", "0", "greater_than"),
    ("amount", "2500,125", "too_many_decimals"),
    ("amount", "2500,12345", "decimal_max_places"),
    ("amount", "9" * 14, "decimal_whole_digits"),
    ("amount", "9" * 20, "decimal_max_digits"),
    ("amount", "2,500", "ambiguous_amount"),
    ("currency", "", "missing"),
    ("currency", "euro", "currency_code"),
    ("contact_name", "", "missing"),
    ("contact_name", "x" * 201, "string_too_long"),
    ("contact_name", "a\u0007b", "value_error"),
    ("contact_email", "", "missing"),
    ("contact_email", "sanne@", "value_error"),
    ("contact_email", "Sanne <sanne@contoso.example>", "email_with_name"),
    ("contact_email", "s" * 65 + "@contoso.example", "email_too_long"),
    ("contact_method", "pigeon", "enum"),
    ("contact_phone", "call me", "phone"),
    ("contact_language", "fr", "literal_error"),
]
"""Per field everything that can be wrong with it, and the code that says so."""


def read(changes: Mapping[str, str] | None = None, agreement: Agreement = AGREED) -> Reading:
    return read_request({**TYPED, **(changes or {})}, SCOPE, "nl", agreement)


def test_reads_what_was_typed_as_the_request() -> None:
    reading = read()
    assert reading.mistakes == {}
    assert reading.form is not None
    assert reading.form.credit_needed == Money.model_validate({"amount": "2500.00", "currency": "EUR"})
    assert (reading.form.billing_address.postal_code, reading.form.billing_address.line2) == ("1118 CZ", None)


@pytest.mark.parametrize(("name", "typed", "code"), WRONG)
def test_tells_what_is_wrong_with_a_field(name: str, typed: str, code: str) -> None:
    reading = read({name: typed})
    assert {each: mistake.code for each, mistake in reading.mistakes.items()} == {name: code}
    assert reading.form is None
    assert reading.wrong_in(FIELDS[name].step).keys() == {name}


def test_knows_a_mistake_for_every_field_that_is_typed() -> None:
    assert {name for name, _, _ in WRONG} == FIELDS.keys() - {"consent"}


def test_tells_all_that_is_wrong_at_once_in_the_order_of_the_pages() -> None:
    reading = read({**dict.fromkeys(TYPED, ""), "contact_method": "phone", "contact_email": "sanne@"})
    optional = {"line2", "postal_code", "region", "consent", "contact_method", "contact_language"}
    assert list(reading.mistakes) == [name for name in FIELDS if name not in optional]


def test_needs_a_number_for_who_prefers_calls() -> None:
    missing = {"contact_phone": Mistake("missing", "is missing: the preferred method is phone")}
    assert read({"contact_method": "phone"}).mistakes == missing
    assert read({"contact_method": "phone", "contact_phone": "+31 20 123 4567"}).mistakes == {}
    without = {name: text for name, text in TYPED.items() if name != "contact_phone"}
    assert read_request({**without, "contact_method": "phone"}, SCOPE, "nl", AGREED).mistakes == missing


def test_misses_a_field_that_was_not_sent() -> None:
    typed = {name: text for name, text in TYPED.items() if name != "amount"}
    assert read_request(typed, SCOPE, "nl", AGREED).mistakes.keys() == {"amount"}


def test_tells_what_the_models_cannot() -> None:
    words = "is another subscription than the link that you came in by is for"
    reading = read({"subscription_id": "0b1f6471-1bf0-4dda-aec3-cb9272f09590", "amount": " 2,500 "})
    assert reading.mistakes == {
        "subscription_id": Mistake("other_subscription", words),
        "amount": ambiguous("2,500"),
    }


@pytest.mark.parametrize(
    ("agreement", "code"),
    [
        (Agreement(accepted=False, text_sha256=AGREED.text_sha256), "not_true"),
        (Agreement(accepted=False, text_sha256="other"), "not_true"),
        (Agreement(accepted=True, text_sha256="other"), "sha256"),
    ],
)
def test_needs_the_agreement(agreement: Agreement, code: str) -> None:
    reading = read(agreement=agreement)
    assert [(name, each.code) for name, each in reading.mistakes.items()] == [("consent", code)]
    assert reading.wrong_in(Step.REVIEW) == reading.mistakes


def a_dossier(**changes: Any) -> Dossier:
    return Dossier(SCOPE, facts=Stored(facts(**changes), "1"))


def test_knows_what_the_facts_tell() -> None:
    known = known_of(a_dossier())
    assert known == Known(SCOPE, str(SUBSCRIPTION), ADMINISTRATOR, "NL", "EUR")


def test_knows_little_of_a_subscription_without_facts() -> None:
    assert known_of(Dossier(SCOPE)) == Known(SCOPE)


@pytest.mark.parametrize(
    "resources",
    [
        (),
        (Resource(id="odd", name="odd", type="a/b"),),
        (Resource(id="/subscriptions/odd/x", name="odd", type="a/b"),),
        (Resource(id=f"/subscriptions/odd/{SUBSCRIPTION}/x", name="odd", type="a/b"),),
        (Resource(id="/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/x", name="another's", type="a/b"),),
    ],
)
def test_takes_no_id_for_the_subscriptions_that_is_not(resources: tuple[Resource, ...]) -> None:
    assert known_of(a_dossier(resources=resources)).subscription_id == ""


def test_knows_the_subscription_by_an_earlier_case_too() -> None:
    case = a_case(State.WITHDRAWN)
    dossier = Dossier(SCOPE, cases={"void": Stored(None, "1"), case.id: Stored(case, "1")})
    assert known_of(dossier).subscription_id == str(SUBSCRIPTION)
    assert a_resource("Microsoft.Web/sites").id.startswith("/subscriptions/")


def test_fills_in_what_is_known_and_keeps_what_was_typed() -> None:
    known = Known(SCOPE, str(SUBSCRIPTION), ADMINISTRATOR, "NL", "EUR")
    filled = known.filled({"country": "BE", "administrator": "me@evil.example", "subscription_id": "x"}, "nl")
    assert (filled["country"], filled["currency"], filled["contact_language"]) == ("BE", "EUR", "nl")
    assert (filled["administrator"], filled["subscription_id"]) == (ADMINISTRATOR, str(SUBSCRIPTION))
    assert Known(SCOPE).filled({"subscription_id": "x"}, "en")["subscription_id"] == "x"


def test_fills_in_what_is_known_and_likely_where_nothing_was_typed() -> None:
    assert Known(SCOPE, str(SUBSCRIPTION), ADMINISTRATOR, "NL", "EUR").filled({}, "nl") == {
        "subscription_id": str(SUBSCRIPTION),
        "administrator": ADMINISTRATOR,
        "country": "NL",
        "currency": "EUR",
        "contact_method": "email",
        "contact_language": "nl",
    }
