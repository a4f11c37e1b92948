"""Notices in words: what happened, whose turn it is until when, what is next; in text and HTML, in every language."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from shared.adapters.mail_messages import mail_of
from shared.domain.decisions import DECLINE_WORDS, DeclineCode
from shared.domain.eligibility import Outcome
from shared.domain.lifecycle import WAITS_FOR_APPLICANT, NoticeKind, State
from shared.domain.notices import DESK_NOTICES
from shared.domain.policy import Severity
from shared.web.mail_templates import TEMPLATES
from shared.web.notice_words import LABELS, SUBJECTS
from tests.builders import a_case, a_contact, a_form, money
from tests.web.letter_examples import FOUND, LETTERS, a_case_of, a_letter, a_notice, written
from tests.world import World

LANGUAGES = ("en", "nl")
REMINDERS = [(state, language) for state in WAITS_FOR_APPLICANT for language in LANGUAGES]
SAID_IN_ENGLISH = re.compile(r'"[^"]*"|: Submit a .*|: Pay for .*|\(Microsoft Customer Agreement\)')
"""Titles of publications, and the portal's own words."""

ENGLISH = {
    "the", "and", "you", "your", "this", "that", "with", "from", "for", "not", "are", "will", "has", "have", "which",
    "please", "when", "what", "until", "after",
}  # fmt: skip


class _Words(HTMLParser):
    """Collects tags that are left open, and the words between them except those of the title and headings."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"title", "h1", "h2"}:
            self.words.extend(_plain(data))


def _plain(text: str) -> list[str]:
    """The words of a text, without marks of lists, quotation and headings, and without the scheme of addresses."""
    found = (word.removeprefix("https://").strip(".,:;()\"'") for word in text.split())
    return [word for word in found if word and word != "-" and not word.isdigit()]


def test_there_is_one_template_for_every_letter_and_no_other() -> None:
    stored = {
        (path.stem, path.parent.name)
        for language in LANGUAGES
        for path in (TEMPLATES / "notices" / language).glob("*.j2")
    }
    assert stored - {("reckoning", language) for language in LANGUAGES} == {(k.value, name) for k, name in LETTERS}


@pytest.mark.parametrize(("kind", "language"), LETTERS)
async def test_every_notice_has_its_three_parts_in_text_and_html(kind: NoticeKind, language: str) -> None:
    letter, labels = await a_letter(kind, language), LABELS["nl" if language == "nl" else "en"]
    for heading in (labels.your_turn, labels.next):
        assert letter.text.count(f"\n\n{heading.upper()}\n") == 1
        assert letter.html.count(f">{heading}</h2>") == 1
    happened, owed, following = re.split(r"\n[A-Z ]{6,}\n", letter.text)
    assert len(happened.splitlines()) > 2
    assert owed.strip()
    assert following.strip()
    assert (letter.subject, letter.kind, letter.language) == (SUBJECTS[letter.language][kind], kind, language)


@pytest.mark.parametrize(("kind", "language"), LETTERS)
async def test_the_html_is_well_formed_and_says_what_the_text_says(kind: NoticeKind, language: str) -> None:
    letter, reader = await a_letter(kind, language), _Words()
    reader.feed(letter.html)
    assert reader.open == []
    text = re.sub(r"\n[A-Z ]{6,}\n", "\n", letter.text)
    assert reader.words == _plain(text)
    assert f'<html lang="{language}">' in letter.html


@pytest.mark.parametrize(("kind", "language"), [(k, name) for k, name in LETTERS if name == "nl"])
async def test_a_dutch_letter_has_no_english_in_it(kind: NoticeKind, language: str) -> None:
    letter = await a_letter(kind, language)
    said = SAID_IN_ENGLISH.sub("", f"{letter.subject}\n{letter.text}").casefold()
    assert not ENGLISH & set(re.findall(r"[a-z]+", said))


@pytest.mark.parametrize(("kind", "language"), LETTERS)
async def test_paragraphs_are_one_blank_line_apart(kind: NoticeKind, language: str) -> None:
    text = (await a_letter(kind, language)).text
    assert "\n\n\n" not in text
    assert text.endswith("\n")


@pytest.mark.parametrize(("state", "language"), REMINDERS)
async def test_a_reminder_says_what_is_owed_and_the_last_day(state: State, language: str) -> None:
    reminder = await a_letter(NoticeKind.REMINDER, language, state=state)
    assert re.search("7 [Dd]ecember 2026", reminder.text)
    owed = {
        State.ACTION_REQUIRED: "mail <b>",
        State.CREDIT_APPLICATION_DUE: "/credit-application",
        State.INFORMATION_DUE: "/information",
        State.SECURITY_DUE: "EUR 5",
        State.APPROVED: "Make default",
    }
    assert [name for name, words in owed.items() if words in reminder.text] == [state]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", [State.INFORMATION_DUE, State.SECURITY_DUE])
async def test_leads_to_the_page_where_papers_are_given(state: State, language: str) -> None:
    reminder = await a_letter(NoticeKind.REMINDER, language, state=state)
    assert "upload" in reminder.text.lower()
    assert len(re.findall(r"/start\s", reminder.text)) == 2, "there, and at the end as in every letter"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("opened_by", "by_api"), [("client:demo", True), ("applicant:1", False)])
async def test_the_credit_application_is_made_on_its_page_or_as_the_request_came(
    opened_by: str, by_api: bool, language: str
) -> None:
    form = a_form(contact=a_contact(language=language))
    letter = await written(a_notice(NoticeKind.CREDIT_APPLICATION), a_case(request=form, opened_by=opened_by))
    assert letter.text.count("/start") == 2
    assert ("PUT /api/requests/" in letter.text) is by_api


@pytest.mark.parametrize(("kind", "language"), LETTERS)
async def test_nothing_that_users_typed_becomes_html_or_a_subject(kind: NoticeKind, language: str) -> None:
    form = a_form(company_name="<b>Evil</b>", contact=a_contact(name="<i>Eve</i>", language=language))
    letter = await written(a_notice(kind), a_case(request=form))
    assert "&lt;b&gt;Evil" in letter.html
    assert not re.search("<b>|<i>", letter.html)
    assert "Ev" not in letter.subject


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", DeclineCode)
async def test_a_refusal_says_the_applicants_words_and_no_code_or_score(code: DeclineCode, language: str) -> None:
    letter = await a_letter(NoticeKind.DECLINED, language, decline_codes=[code])
    words = DECLINE_WORDS[code]
    told = words.applicant[letter.language]
    assert f"{told.text} {told.next_step}" in letter.text
    assert words.desk not in letter.text
    assert not re.search(rf"{code}\b|score|edifact|4509", letter.text.replace(told.next_step, "").casefold())


@pytest.mark.parametrize(("language", "day"), [("en", "after 2 May 2027: 6 months"), ("nl", "Na 2 mei 2027")])
async def test_a_refusal_says_when_to_apply_again(language: str, day: str) -> None:
    assert day in (await a_letter(NoticeKind.DECLINED, language)).text


@pytest.mark.parametrize(
    ("came_from", "language", "words"),
    [
        (State.APPROVED, "en", "withdrawn the approval"),
        (State.APPROVED, "nl", "de goedkeuring van uw verzoek ingetrokken"),
        (State.ACTION_REQUIRED, "en", "looked into what holds up your request"),
        (State.ACTION_REQUIRED, "nl", "uitgezocht wat uw verzoek ophoudt"),
        (State.CREDIT_REVIEW, "en", "looked at your application with care"),
        (State.CREDIT_REVIEW, "nl", "uw aanvraag zorgvuldig bekeken"),
    ],
)
async def test_a_refusal_says_what_it_came_of(came_from: State, language: str, words: str) -> None:
    letter = await a_letter(NoticeKind.DECLINED, language, came_from=came_from)
    assert words in " ".join(letter.text.split())


@pytest.mark.parametrize(("language", "date"), [("en", "18 November 2026"), ("nl", "18 november 2026")])
async def test_the_expected_date_comes_with_how_it_was_reckoned(language: str, date: str) -> None:
    text = (await a_letter(NoticeKind.IN_REVIEW, language)).text
    assert date in text
    for part in ("5 ", "NL", "9 ", "11 ", "13 "):
        assert part in text


async def test_a_broken_promise_says_the_new_date_and_from_when_it_counts() -> None:
    text = (await written(a_notice(NoticeKind.REVIEW_DELAYED, review=a_late_review()))).text
    assert "The new date is 20 November 2026" in text
    assert "after 2 November 2026" in text, "the day of the notice"


async def test_a_date_promised_anew_is_not_reckoned_from_the_start() -> None:
    text = (await written(a_notice(NoticeKind.IN_REVIEW, review=a_late_review()))).text
    assert "the new date that we gave" in text
    assert "20 November 2026" in text


def a_late_review() -> dict[str, Any]:
    review = a_notice(NoticeKind.IN_REVIEW).details.review
    assert review is not None
    return {**review.model_dump(), "escalated": True, "breaches": 1}


@pytest.mark.parametrize(
    ("agreement", "screens"),
    [
        ("MicrosoftCustomerAgreement", ["Billing profiles"]),
        ("MicrosoftOnlineServicesProgram", ["as the account administrator"]),
        (None, ["as the account administrator", "Billing profiles"]),
    ],
)
async def test_instructions_show_the_way_of_the_accounts_agreement(agreement: str | None, screens: list[str]) -> None:
    text = (await a_letter(NoticeKind.INSTRUCTIONS, agreement_type=agreement)).text
    assert [words for words in ("as the account administrator", "Billing profiles") if words in text] == screens


@pytest.mark.parametrize(
    ("agreement", "screen"), [("MicrosoftCustomerAgreement", "Billing profiles"), ("Other", "Payment methods")]
)
async def test_instructions_follow_the_facts_that_the_portal_reported(
    world: World, agreement: str, screen: str
) -> None:
    await world.portal_reports(agreementType=agreement)
    await world.submit()
    await world.drain()
    letter = world.mailbox.letters[-1]
    assert (letter.kind, screen in letter.text) == (NoticeKind.INSTRUCTIONS, True)
    assert ("Billing profiles" in letter.text) == (screen == "Billing profiles")


@pytest.mark.parametrize(("language", "limit"), [("en", "EUR 25,000.00"), ("nl", "EUR 25.000,00")])
async def test_instructions_name_the_approved_limit(language: str, limit: str) -> None:
    assert limit in (await a_letter(NoticeKind.INSTRUCTIONS, language, limit=money("25000"))).text


async def test_an_approval_says_why_no_credit_check_was_needed() -> None:
    need = {"needed": False, "reason": "No credit check is needed up to EUR 1.00.", "source": "s"}
    assert need["reason"] in (await a_letter(NoticeKind.INSTRUCTIONS, credit=need)).text  # type: ignore[operator]
    assert "credit check" not in (await a_letter(NoticeKind.INSTRUCTIONS)).text


@pytest.mark.parametrize(("language", "missed"), [("en", "did not receive the security"), ("nl", "zekerheid niet")])
async def test_an_expiry_says_what_was_not_received(language: str, missed: str) -> None:
    assert missed in (await a_letter(NoticeKind.EXPIRED, language, came_from=State.SECURITY_DUE)).text


@pytest.mark.parametrize("kind", sorted(DESK_NOTICES))
async def test_the_desk_alone_gets_its_notices_in_english(kind: NoticeKind) -> None:
    letter = await written(a_notice(kind), a_case_of("nl"))
    assert (letter.to, letter.cc, letter.language) == ("desk@example.com", (), "en")
    assert letter.text.startswith("To the billing desk,\n")
    for name in (a_case().id, "Contoso B.V."):
        assert name in letter.text


@pytest.mark.parametrize(
    ("language", "least", "more"), [("en", "at least 50 things", "There is more"), ("nl", "minstens 50", "Er is meer")]
)
async def test_a_list_that_was_cut_says_so(language: str, least: str, more: str) -> None:
    blocks = [next(each for each in FOUND if each.severity is Severity.BLOCK and each.outcome is Outcome.FAIL)] * 50
    whole = (await a_letter(NoticeKind.BLOCKED, language, findings=blocks, findings_total=50)).text
    cut = (await a_letter(NoticeKind.BLOCKED, language, findings=blocks, findings_total=51)).text
    assert [words in whole for words in (least, more)] == [False, False]
    assert [words in cut for words in (least, more)] == [True, True]


async def test_a_list_without_what_passed_is_whole() -> None:
    letter = await a_letter(NoticeKind.BLOCKED, findings_total=51)
    assert ("at least" in letter.text, "There is more" in letter.text) == (False, False)


async def test_a_refusal_of_the_rules_names_only_what_refuses() -> None:
    letter = await a_letter(NoticeKind.INELIGIBLE)
    assert "personal account" in letter.text
    assert "SendGrid" not in letter.text


@pytest.mark.parametrize(("kind", "language"), LETTERS)
async def test_a_notice_without_details_has_words_too(kind: NoticeKind, language: str) -> None:
    bare = {"findings": [], "findings_total": 0, "credit": None, "last_day": None, "review": None, "came_from": None}
    papers: dict[str, Any] = {"information": None, "security": None, "security_received": None, "decline_codes": []}
    assert "None" not in (await a_letter(kind, language, **bare, **papers)).text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_letter_sent_again_says_so(language: str) -> None:
    notice, case = a_notice(NoticeKind.INSTRUCTIONS), a_case_of(language)
    first, second = await written(notice, case), await written(notice, case, again=True)
    said = LABELS[first.language].again
    assert said not in first.text + first.html
    assert said in second.text
    assert said in second.html


async def test_a_letter_goes_to_the_contact_with_a_copy_to_the_administrator() -> None:
    letter, request = await a_letter(NoticeKind.INSTRUCTIONS), a_case().request
    assert (letter.to, letter.cc) == (request.contact.email, (request.account_administrator_email,))


async def test_an_administrator_who_is_the_contact_gets_no_copy() -> None:
    case = a_case_of(email="Azure-Admin@contoso.example")
    assert (await written(a_notice(NoticeKind.INSTRUCTIONS), case)).cc == ()


async def test_the_same_notice_has_the_same_message_id_and_another_one_another() -> None:
    notice = a_notice(NoticeKind.BLOCKED)
    later = notice.model_copy(update={"seq": 4})
    first, again, other = [await written(each, again=True) for each in (notice, notice, later)]
    assert first.message_id == again.message_id != other.message_id
    assert first.message_id.endswith("@example.com>")


async def test_a_mail_names_its_notice_and_its_language_in_headers() -> None:
    mail = mail_of(await a_letter(NoticeKind.INFORMATION_ASKED, "nl"), "pay@example.com")
    assert (mail["X-Notice-Kind"], mail["Content-Language"]) == ("information_asked", "nl")
