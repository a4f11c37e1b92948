"""Notices as .eml files."""

import os
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from shared.adapters.mail_file import FileMailer, file_name_of
from shared.domain.lifecycle import NoticeKind
from shared.domain.notices import Letter

LETTER = Letter(
    key="case|000003|0",
    kind=NoticeKind.INSTRUCTIONS,
    language="nl",
    message_id="<id@example.com>",
    to="pay@contoso.example",
    cc=("admin@contoso.example",),
    subject="Approved: één keer",
    text="Beste Sanne,\n",
    html="<p>Beste Sanne,</p>",
)


async def test_a_letter_is_a_mail_that_any_program_reads(tmp_path: Path) -> None:
    await FileMailer(tmp_path / "new", "Pay <pay@example.com>").send(LETTER)
    mail = message_from_bytes((tmp_path / "new" / "case_000003_0.eml").read_bytes(), policy=default)
    assert (mail["To"], mail["Cc"], mail["From"]) == (LETTER.to, "admin@contoso.example", "Pay <pay@example.com>")
    assert (mail["Subject"], mail["Message-ID"]) == (LETTER.subject, LETTER.message_id)
    text, html = mail.iter_parts()
    assert (text.get_content_type(), text.get_content().strip()) == ("text/plain", LETTER.text.strip())
    assert (html.get_content_type(), html.get_content().strip()) == ("text/html", LETTER.html)


async def test_the_same_letter_twice_is_one_file_as_it_was_first(tmp_path: Path) -> None:
    mailer = FileMailer(tmp_path, "pay@example.com")
    await mailer.send(LETTER)
    before = (tmp_path / file_name_of(LETTER)).read_bytes()
    await mailer.send(LETTER)
    assert (tmp_path / file_name_of(LETTER)).read_bytes() == before
    assert os.listdir(tmp_path) == [file_name_of(LETTER)]  # noqa: PTH208 - nothing else waits here
