"""Notices in words: what happened, whose turn it is until when, what is next; in text and HTML."""

from datetime import date
from html.parser import HTMLParser

import pytest

from shared.adapters.terms_shelf import FileTermsShelf
from shared.domain.credit import CreditNeed
from shared.domain.eligibility import assess
from shared.domain.lifecycle import NoticeKind
from shared.domain.notices import Letter, Notice, NoticeDetails
from shared.web.letters import SUBJECTS, TemplateLetters
from tests.builders import a_case, a_policy, facts
from tests.world import START

SENDGRID = {"id": "/x/mail", "name": "mail <b>", "type": "Sendgrid.Email/accounts"}


async def letter(kind: NoticeKind, *, again: bool = False, **details: object) -> Letter:
    """A notice of a case in words, with every kind of finding unless other details are given."""
    found = assess(facts(resources=[SENDGRID], account_type="Individual", country=None), a_policy())
    given = {
        "findings": [finding for finding in found if finding.outcome != "pass"],
        "findings_total": 5,
        "credit": CreditNeed(needed=True, reason="A credit check is needed: much.", source="somewhere"),
        "last_day": date(2026, 12, 7),
        **details,
    }
    case = a_case()
    notice = Notice(case_id=case.id, seq=3, kind=kind, details=NoticeDetails.model_validate(given), created_at=START)
    writer = TemplateLetters(FileTermsShelf().policy, mail_from="Pay <pay@example.com>", desk_email="desk@example.com")
    return await writer.write(case, notice, again=again)


@pytest.mark.parametrize("kind", SUBJECTS)
async def test_every_notice_has_its_three_parts_in_text_and_html(kind: NoticeKind) -> None:
    written = await letter(kind)
    assert written.text.count("YOUR TURN") == written.text.count("WHAT IS NEXT") == 1
    assert written.html.count(">Your turn<") == written.html.count(">What is next<") == 1
    assert written.subject == SUBJECTS[kind]
    assert "{{" not in written.text + written.html


class _Words(HTMLParser):
    """Collects tags that are left open and the text between them."""

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
        self.words.extend(data.split())


@pytest.mark.parametrize("kind", SUBJECTS)
async def test_the_html_is_well_formed_and_says_what_the_text_says(kind: NoticeKind) -> None:
    written = await letter(kind)
    reader = _Words()
    reader.feed(written.html)
    assert reader.open == []
    missing = {word.strip(".,:;()") for word in written.text.split() if len(word) > 5} - {
        word.strip(".,:;()") for word in reader.words
    }
    assert {word for word in missing if not word.isupper() and "://" not in word and '"' not in word} <= {"Resource"}


async def test_what_blocks_is_listed_with_its_resource_its_fix_and_the_last_day() -> None:
    written = await letter(NoticeKind.BLOCKED)
    assert "/x/mail" in written.text
    assert "Delete 'mail <b>'" in written.text
    assert "by 7 December 2026" in written.text


async def test_what_users_typed_cannot_become_html() -> None:
    written = await letter(NoticeKind.BLOCKED)
    assert "mail &lt;b&gt;" in written.html
    assert "mail <b>" not in written.html


async def test_a_list_that_was_cut_says_so() -> None:
    assert "more than fits" in (await letter(NoticeKind.BLOCKED, findings_total=51)).text
    assert "more than fits" not in (await letter(NoticeKind.BLOCKED)).text


async def test_a_refusal_names_only_what_refuses() -> None:
    written = await letter(NoticeKind.INELIGIBLE)
    assert "personal account" in written.text
    assert "SendGrid" not in written.text


async def test_a_letter_sent_again_says_so() -> None:
    assert "You may have received this message before" in (await letter(NoticeKind.INSTRUCTIONS, again=True)).text
    assert "You may have received this message before" in (await letter(NoticeKind.INSTRUCTIONS, again=True)).html


async def test_a_letter_goes_to_the_contact_with_a_copy_to_the_administrator() -> None:
    written = await letter(NoticeKind.INSTRUCTIONS)
    request = a_case().request
    assert (written.to, written.cc) == (request.contact.email, (request.account_administrator_email,))
    assert written.message_id.endswith("@example.com>")


async def test_the_same_notice_has_the_same_message_id_and_another_one_another() -> None:
    assert (await letter(NoticeKind.BLOCKED)).message_id == (await letter(NoticeKind.BLOCKED, again=True)).message_id
