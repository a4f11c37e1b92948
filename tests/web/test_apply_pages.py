"""What the pages of an application show."""

from dataclasses import replace
from typing import Any

import pytest

from shared.domain.applying import Application
from shared.domain.callers import Kind, Principal
from shared.domain.decisions import Language
from shared.domain.draft import Draft, Step
from shared.domain.eligibility import assess
from shared.domain.facts import SubscriptionFacts
from shared.domain.iso_codes import countries, minor_units
from shared.domain.mistakes import Mistake
from shared.domain.policy import Severity
from shared.domain.typed_request import FIELDS, Agreement, Known, Reading, read_request
from shared.web import apply_pages
from shared.web.frame import Frame
from shared.web.languages import LANGUAGES, has_words, words_of
from tests.builders import ADMINISTRATOR, NOON, SUBSCRIPTION, a_policy, a_resource, facts, money
from tests.domain.test_typed_request import AGREED, SCOPE, TYPED, WRONG

KNOWN = Known(SCOPE, str(SUBSCRIPTION), ADMINISTRATOR, "NL", "EUR")


def a_frame(language: Language = "en") -> Frame:
    return Frame(language, "/apply", Principal(Kind.APPLICANT, SCOPE), NOON)


def an_application(observed: SubscriptionFacts | None = None, **typed: str) -> Application:
    values = {**TYPED, **typed}
    reading = read_request(KNOWN.filled(values, "nl"), SCOPE, "nl", AGREED)
    draft = Draft(id="1", step=Step.REVIEW, saved_at=NOON, values=values)
    return Application(KNOWN, draft, reading, assess(observed or facts(), a_policy()), a_policy())


def shown(step: Step, application: Application, language: Language = "en") -> dict[str, Any]:
    present = apply_pages.PRESENTERS[f"apply_{step.name.lower()}"]
    return dict(present(a_frame(language), step=step, application=application, mistakes={}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_and_currency_has_a_name(language: Language) -> None:
    keys = {f"countries.{code}" for code in countries()} | {f"currencies.{code}" for code in minor_units()}
    assert {key for key in keys if not has_words(language, key)} == set()


def test_lists_stand_in_the_order_of_their_language() -> None:
    names = [name for _, name in shown(Step.DETAILS, an_application())["countries"]]
    assert names.index("Afghanistan") < names.index("Åland Islands") < names.index("Algeria")
    assert [code for code, _ in shown(Step.DETAILS, an_application(), "nl")["currencies"]][:3] == ["", "AED", "AFN"]


def _mistakes(reading: Reading) -> list[tuple[str, Mistake]]:
    return list(reading.mistakes.items())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "typed", "code"), WRONG)
def test_every_mistake_is_told_in_words_of_its_own(name: str, typed: str, code: str, language: Language) -> None:
    ((field, mistake),) = _mistakes(read_request({**TYPED, name: typed}, SCOPE, "nl", AGREED))
    told = apply_pages.mistake_in(language, field, mistake)
    assert told != mistake.words
    assert "{" not in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["not_true", "sha256", "outdated", "changed"])
def test_every_mistake_about_the_agreement_has_words(code: str, language: Language) -> None:
    assert apply_pages.mistake_in(language, "consent", Mistake(code, "in English")) != "in English"


def test_a_mistake_without_words_is_told_as_the_model_does() -> None:
    assert apply_pages.mistake_in("nl", "city", Mistake("new", "is too new")) == "is too new"


def test_every_field_has_a_label() -> None:
    assert apply_pages.labels_in("nl").keys() == FIELDS.keys()


def test_the_consent_is_translated_for_the_text_of_the_policy() -> None:
    assert words_of("en")["apply.consent_words.2017-07"] == a_policy().consent.text


def test_steps_are_links_as_far_as_one_may_go() -> None:
    links = shown(Step.DETAILS, an_application(contact_name=""))["steps"]
    assert [each.state for each in links] == ["done", "done", "current", "done", "ahead"]
    assert [bool(each.address) for each in links] == [True, True, False, True, False]


def test_lists_what_to_remove_with_who_said_so_and_how() -> None:
    observed = facts(resources=(a_resource("Sendgrid.Email/accounts", "mail"),))
    (removal,) = shown(Step.PROBLEM_TYPE, an_application(observed), "nl")["removals"]
    assert (removal.name, removal.type, removal.product) == ("mail", "Sendgrid.Email/accounts", "SendGrid")
    assert removal.because == "de naamruimte Sendgrid.Email is niet van Microsoft"
    assert removal.fix.startswith("Verwijder 'mail'")
    (removal,) = shown(Step.PROBLEM_TYPE, an_application(observed))["removals"]
    assert removal.because == "its namespace Sendgrid.Email is not Microsoft's"


def test_lists_as_many_as_people_can_work_through() -> None:
    observed = facts(resources=tuple(a_resource("Sendgrid.Email/accounts", f"mail{n}") for n in range(53)))
    contents = shown(Step.PROBLEM_TYPE, an_application(observed))
    assert (len(contents["removals"]), contents["more_removals"]) == (50, 3)


def test_sorts_what_was_found_by_what_it_means() -> None:
    observed = facts(account_type="Individual", country=None, outstanding_balance=money("5.00"))
    contents = shown(Step.PROBLEM_TYPE, an_application(observed))
    assert contents["is_refused"]
    kinds = ("refusing", "warnings", "unknowns", "blocking", "removals")
    assert [len(contents[kind]) for kind in kinds] == [1, 1, 1, 0, 0]


def test_lists_what_blocks_for_another_reason_by_itself() -> None:
    observed = facts(outstanding_balance=money("5.00"))
    blocking = tuple(each.model_copy(update={"severity": Severity.BLOCK}) for each in assess(observed, a_policy()))
    contents = shown(Step.PROBLEM_TYPE, replace(an_application(), findings=blocking))
    assert [each.reason for each in contents["blocking"]] == ["EUR 5.00 is outstanding."]
    assert (contents["removals"], contents["removal_source"]) == ([], "")


def test_shows_the_request_as_it_reads() -> None:
    sections = shown(Step.REVIEW, an_application(country="BE", contact_method="email"), "nl")["sections"]
    rows = {label: value for section in sections for label, value in section.rows}
    assert rows["Benodigd krediet"] == "EUR 2.500,00"
    assert (rows["Land"], rows["Taal van onze mails"]) == ("België", "Nederlands")
    assert rows["Hoe wilt u het liefst bereikt worden?"] == "Per e-mail"
    assert "Gebouw, afdeling of iets dergelijks" not in rows


def test_remarks_on_another_country_and_says_whether_credit_is_checked() -> None:
    contents = shown(Step.REVIEW, an_application(country="BE", amount="25000"))
    assert (contents["other_country"], contents["known_country"]) == ("Belgium", "Netherlands")
    assert "A credit check is needed" in contents["credit_reason"]


def test_shows_a_request_that_cannot_be_read_as_it_was_typed() -> None:
    contents = shown(Step.REVIEW, an_application(amount="much", contact_method="pigeon", country="??"))
    rows = {label: value for section in contents["sections"] for label, value in section.rows}
    assert (rows["Credit needed"], rows["Country"], contents["credit_reason"]) == ("much", "??", "")


def test_agreement_is_to_the_words_of_the_policy() -> None:
    consent = shown(Step.REVIEW, an_application())["consent"]
    assert Agreement(accepted=True, text_sha256=consent.sha256) == AGREED
