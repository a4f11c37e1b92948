"""Letters by SMTP, against real servers: the mailer works in a thread of its own."""

import asyncio
import logging
import socket
import ssl
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import LoginPassword
from pydantic import SecretStr

from shared.adapters.azure_requests import Patience
from shared.adapters.mail_smtp import LONGEST_SECONDS, MailServer, SmtpMailer
from shared.domain.errors import NoticeInDoubtError, NoticeRefusedError, SettingsError, TryAgainLaterError
from shared.domain.lifecycle import NoticeKind
from shared.domain.notices import Letter
from shared.workflow.notices import LONGEST_SEND
from tests.adapters.mail_servers import HOST, Clerk, certify, listening, reciting, serving

SENDER = "Pay by Invoice <pay@example.com>"
TO, COPY = "pay@contoso.example", "admin@contoso.example"
SUBJECT = "Approved: één keer"
LETTER = Letter(
    "case|000003|0",
    NoticeKind.INSTRUCTIONS,
    "nl",
    "<id@example.com>",
    TO,
    (COPY,),
    SUBJECT,
    "Beste Sanne,\n",
    "<p>Hi</p>",
)


def mailer(port: int, *, longest_seconds: float = LONGEST_SECONDS, sender: str = SENDER, **changes: Any) -> SmtpMailer:
    server = MailServer(HOST, port, "none", timeout_seconds=10)
    return SmtpMailer(replace(server, **changes), sender, longest_seconds)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("certificate") / "server.pem"
    certify(file)
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def test_a_letter_reaches_its_reader_and_the_copy() -> None:
    clerk = Clerk()
    async with serving(clerk) as port:
        await mailer(port).send(LETTER)
    assert (clerk.taken[0].mail_from, clerk.taken[0].rcpt_tos) == ("pay@example.com", [TO, COPY])
    assert (clerk.mail()["Subject"], clerk.mail()["To"], clerk.mail()["Cc"]) == (LETTER.subject, TO, COPY)
    assert (clerk.mail()["Message-ID"], clerk.mail()["From"]) == (LETTER.message_id, SENDER)


async def test_names_and_long_subjects_arrive_as_they_were() -> None:
    clerk = Clerk()
    letter = replace(LETTER, to=f"Zoë Müller <{TO}>", subject="Één lang onderwerp " * 20)

    def words(header: str) -> str:
        return header.replace(" ", "")  # Python 3.11's email package loses one where it folds encoded words

    async with serving(clerk) as port:
        await mailer(port, sender="Facturen België <pay@example.com>").send(letter)
    assert (clerk.mail()["To"], words(clerk.mail()["Subject"])) == (letter.to, words(letter.subject))
    assert clerk.mail()["From"] == "Facturen België <pay@example.com>"
    assert clerk.taken[0].rcpt_tos[0] == TO


async def test_a_line_with_only_a_dot_does_not_end_a_letter() -> None:
    clerk = Clerk()
    async with serving(clerk) as port:
        await mailer(port).send(replace(LETTER, text="one\n.\n..two\n.three\n"))
    text = clerk.mail().get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == ["one", ".", "..two", ".three"]


async def test_a_letter_is_seven_bit_whatever_its_words() -> None:
    clerk = Clerk()
    async with serving(clerk) as port:
        await mailer(port).send(replace(LETTER, text="één\n", html="<p>één</p>" * 500))
    assert isinstance(clerk.taken[0].content, bytes)
    assert clerk.taken[0].content.isascii()
    text = clerk.mail().get_body(("plain",))
    assert text is not None
    assert text.get_content() == "één\n"


async def test_the_same_letter_twice_arrives_twice_and_says_so() -> None:
    clerk = Clerk()
    async with serving(clerk) as port:
        for _ in range(2):
            await mailer(port).send(LETTER)
    assert len(clerk.taken) == 2
    assert not SmtpMailer.deduplicates


@pytest.mark.parametrize("encrypted", ["starttls", "tls"])
async def test_signs_in_over_an_encrypted_connection(encrypted: str, certificate: Path, tls: ssl.SSLContext) -> None:
    clerk = Clerk()
    options: dict[str, Any] = (
        {"tls_context": tls, "require_starttls": True} if encrypted == "starttls" else {"tls": tls}
    )
    account: dict[str, Any] = {"user": "notices", "password": SecretStr("hunter2")}
    async with serving(clerk, auth_require_tls=encrypted == "starttls", **options) as port:
        await mailer(port, security=encrypted, ca_file=certificate, **account).send(LETTER)
    assert clerk.signed_in == [LoginPassword(b"notices", b"hunter2")]
    assert len(clerk.taken) == 1


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"EHLO": "451 later", "HELO": "452 later"}, "mail_helo_452"),
        ({"MAIL": "451 later"}, "mail_mail_451"),
        ({TO: f"451 <{TO}> later"}, "mail_rcpt_451"),
        ({"DATA": "451 later"}, "mail_data_451"),
        ({COPY: "421 closing"}, "mail_rcpt_421"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_the_server_cannot_do_now_is_tried_again(answers: dict[str, str], reason: str) -> None:
    clerk = Clerk(answers)
    async with serving(clerk) as port:
        with pytest.raises(TryAgainLaterError) as error:
            await mailer(port).send(LETTER)
    assert (error.value.reason, clerk.taken) == (reason, [])


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"MAIL": "550 no"}, "550 at MAIL"),
        ({TO: f"550 5.1.1 <{TO}> unknown"}, "550 at RCPT"),
        ({"DATA": f"554 spam for {TO}"}, "554 at DATA"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_the_server_refuses_for_good_is_not_tried_again(answers: dict[str, str], reason: str) -> None:
    clerk = Clerk(answers)
    async with serving(clerk) as port:
        with pytest.raises(NoticeRefusedError) as error:
            await mailer(port).send(LETTER)
    assert (str(error.value), clerk.taken) == (reason, [])


@pytest.mark.parametrize("answer", ["550 unknown", "451 later"])
async def test_a_refused_copy_does_not_hold_the_letter_up(answer: str, caplog: pytest.LogCaptureFixture) -> None:
    clerk = Clerk({COPY: answer})
    async with serving(clerk) as port:
        await mailer(port).send(replace(LETTER, cc=(COPY, "third@contoso.example")))
    assert clerk.taken[0].rcpt_tos == [TO, "third@contoso.example"]
    (record,) = [r for r in caplog.records if r.name == "shared.adapters.mail_smtp"]
    assert record.getMessage() == "notice case|000003|0: 1 of 2 copies refused, the rest was sent"


async def test_a_server_that_knows_no_ehlo_is_greeted_the_old_way() -> None:
    clerk = Clerk({"EHLO": "502 what"})
    async with serving(clerk) as port:
        await mailer(port).send(LETTER)
    assert len(clerk.taken) == 1


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((b"421 too busy\r\n",), "mail_greeting_421"),
        ((b"554 no service\r\n",), "mail_greeting_554"),
        ((b"SSH-2.0-OpenSSH\r\n",), "mail_greeting_no_answer"),
        ((b"220 hello\r\n", b"250 hello\r\n", b"500 " + b"x" * 9000), "mail_mail_no_answer"),
        ((b"220 hello\r\n", b"250 hello\r\n", b"250 OK\r\n", b"250 OK\r\n", b"250 odd\r\n"), "mail_data_250"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_server_that_is_out_of_order_is_tried_again(lines: tuple[bytes, ...], reason: str) -> None:
    async with reciting(*lines) as port:
        with pytest.raises(TryAgainLaterError) as error:
            await mailer(port, longest_seconds=5).send(replace(LETTER, cc=()))
    assert error.value.reason == reason


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    with socket.socket() as nobody:
        nobody.bind((HOST, 0))
        with pytest.raises(TryAgainLaterError, match=r"^mail_connect_no_answer$"):
            await mailer(nobody.getsockname()[1]).send(LETTER)


async def test_a_host_that_is_no_name_is_tried_again() -> None:
    with pytest.raises(TryAgainLaterError, match=r"^mail_connect_no_answer$"):
        await mailer(25, host=".example").send(LETTER)


@pytest.mark.parametrize("stage", ["greeting", "helo", "mail"])
async def test_a_silent_server_is_tried_again(stage: str) -> None:
    lines = {"greeting": (), "helo": (b"220 hello\r\n",), "mail": (b"220 hello\r\n", b"250 hello\r\n")}
    async with reciting(*lines[stage]) as port:
        with pytest.raises(TryAgainLaterError, match=f"^mail_{stage}_no_answer$"):
            await mailer(port, timeout_seconds=0.2).send(LETTER)


async def test_a_server_that_never_finishes_its_answer_is_left_in_time() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        gone = asyncio.ensure_future(reader.read())
        while not gone.done():
            writer.write(b"220-still thinking\r\n")
            await asyncio.wait({gone}, timeout=0.05)
        writer.close()

    async with listening(await asyncio.start_server(drip, HOST, 0)) as port:
        async with asyncio.timeout(10):
            with pytest.raises(TryAgainLaterError, match=r"^mail_greeting_no_answer$"):
                await mailer(port, longest_seconds=0.5).send(LETTER)


async def test_nothing_is_sent_once_the_time_is_over() -> None:
    clerk = Clerk()
    async with serving(clerk) as port:
        with pytest.raises(TryAgainLaterError, match=r"^mail_took_too_long$"):
            await mailer(port, longest_seconds=0).send(LETTER)
    assert not clerk.taken


def test_the_longest_send_ends_before_another_message_takes_the_notice_over() -> None:
    patience = Patience()
    attempts = patience.retries + 1
    slowest_mark = attempts * (patience.connect_seconds + patience.read_seconds) + patience.retries * 1
    assert slowest_mark + LONGEST_SECONDS < LONGEST_SEND.total_seconds()


async def test_a_server_that_decides_too_slowly_is_left_in_time_encrypted_or_not(
    certificate: Path, tls: ssl.SSLContext
) -> None:
    async with serving(Clerk({"DATA": "hang"}), tls=tls) as port, asyncio.timeout(10):
        slow = mailer(port, security="tls", ca_file=certificate, timeout_seconds=30, longest_seconds=0.5)
        with pytest.raises(NoticeInDoubtError):
            await slow.send(LETTER)


@pytest.mark.parametrize("fate", ["drop", "hang"])
async def test_an_answer_lost_after_the_whole_letter_leaves_it_in_doubt(fate: str) -> None:
    async with serving(Clerk({"DATA": fate})) as port:
        with pytest.raises(NoticeInDoubtError):
            await mailer(port, timeout_seconds=0.5).send(LETTER)


async def test_an_answer_that_means_nothing_leaves_the_letter_in_doubt() -> None:
    async with serving(Clerk({"DATA": "354 what?"})) as port:
        with pytest.raises(NoticeInDoubtError, match="answered 354"):
            await mailer(port).send(LETTER)


async def test_a_letter_cut_off_before_its_end_is_tried_again() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for line in (b"220 hello", b"250 hello", b"250 OK", b"250 OK", b"354 go on"):
            writer.write(line + b"\r\n")
            await reader.readline()
        writer.transport.abort()

    huge = replace(LETTER, cc=(), text="x" * 70 + "\n" + "many words\n" * 2_000_000)
    async with listening(await asyncio.start_server(hang_up, HOST, 0)) as port:
        with pytest.raises(TryAgainLaterError, match=r"^mail_data_no_answer$"):
            await mailer(port).send(huge)


async def test_a_cancelled_send_lets_go_of_the_server() -> None:
    arrived, gone = asyncio.Event(), asyncio.Event()

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await reader.read()
        gone.set()
        writer.close()

    async with listening(await asyncio.start_server(wait, HOST, 0)) as port:
        sending = asyncio.ensure_future(mailer(port).send(LETTER))
        await asyncio.wait_for(arrived.wait(), 5)
        sending.cancel()
        await asyncio.wait_for(gone.wait(), 5)
    assert sending.cancelled()


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]


@pytest.mark.parametrize(
    ("answer", "told"),
    [("535 5.7.8 notices is wrong", True), ("504 no such way", True), ("454 later", False)],
    ids=["wrong", "unknown", "later"],
)
async def test_a_refused_sign_in_keeps_the_letter_and_calls_the_operator(
    answer: str, told: bool, caplog: pytest.LogCaptureFixture
) -> None:
    account: dict[str, Any] = {"user": "notices", "password": SecretStr("hunter2")}
    async with serving(Clerk({"AUTH": answer}), auth_require_tls=False) as port:
        with pytest.raises(TryAgainLaterError, match=f"^mail_auth_{answer[:3]}$"):
            await mailer(port, **account).send(LETTER)
    hint = "check PAYBYINVOICE_SMTP_USER, PAYBYINVOICE_SMTP_PASSWORD"
    assert complaints(caplog) == [f"no mail goes out (mail_auth_{answer[:3]}): {hint}"] * told


async def test_a_server_without_sign_in_keeps_the_letter_and_calls_the_operator(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(Clerk()) as port:
        with pytest.raises(TryAgainLaterError, match=r"^mail_auth_not_offered$"):
            await mailer(port, user="notices", password=SecretStr("hunter2")).send(LETTER)
    assert "PAYBYINVOICE_SMTP_USER" in complaints(caplog)[0]


async def test_a_server_that_wants_a_sign_in_first_keeps_the_letter(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(Clerk({"MAIL": "530 5.7.0 Authentication required"})) as port:
        with pytest.raises(TryAgainLaterError, match=r"^mail_mail_530$"):
            await mailer(port).send(LETTER)
    assert "PAYBYINVOICE_SMTP_USER" in complaints(caplog)[0]


async def test_a_server_without_encryption_keeps_the_letter_and_calls_the_operator(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clerk = Clerk()
    async with serving(clerk) as port:
        with pytest.raises(TryAgainLaterError, match=r"^mail_starttls_not_offered$"):
            await mailer(port, security="starttls").send(LETTER)
    assert "PAYBYINVOICE_SMTP_SECURITY" in complaints(caplog)[0]
    assert not clerk.taken


async def test_encryption_that_is_not_to_be_had_now_is_tried_again() -> None:
    async with reciting(b"220 hello\r\n", b"250-hello\r\n250 STARTTLS\r\n", b"454 later\r\n") as port:
        with pytest.raises(TryAgainLaterError, match=r"^mail_starttls_454$"):
            await mailer(port, security="starttls", longest_seconds=5).send(LETTER)


async def test_a_server_that_does_not_encrypt_after_all_is_tried_again() -> None:
    async with reciting(b"220 hello\r\n") as port:
        with pytest.raises(TryAgainLaterError, match=r"^mail_tls_no_answer$"):
            await mailer(port, security="tls").send(LETTER)


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_nobody_vouches_for_ends_it_and_calls_the_operator(
    security: str, tls: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    clerk = Clerk()
    options: dict[str, Any] = {"tls_context": tls} if security == "starttls" else {"tls": tls}
    async with serving(clerk, **options) as port:
        with pytest.raises(TryAgainLaterError, match=r"^mail_tls_certificate$"):
            await mailer(port, security=security).send(LETTER)
    assert "PAYBYINVOICE_SMTP_CA_FILE" in next(line for line in complaints(caplog) if line.startswith("no mail"))
    assert not clerk.taken


def test_a_file_without_authorities_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("not a certificate")
    with pytest.raises(SettingsError, match="PAYBYINVOICE_SMTP_CA_FILE"):
        mailer(25, ca_file=tmp_path / "empty.pem")


async def test_an_address_beyond_ascii_is_written_to_where_the_server_can() -> None:
    clerk = Clerk()
    async with serving(clerk, enable_SMTPUTF8=True) as port:
        await mailer(port).send(replace(LETTER, to="zoë@bücher.example"))
    assert clerk.taken[0].rcpt_tos == ["zoë@bücher.example", COPY]
    assert "SMTPUTF8" in clerk.taken[0].mail_options
    assert isinstance(clerk.taken[0].content, bytes)
    assert "To: zoë@bücher.example\r\n".encode() in clerk.taken[0].content


async def test_an_address_beyond_ascii_is_refused_where_the_server_cannot() -> None:
    clerk = Clerk()
    async with serving(clerk) as port:
        with pytest.raises(NoticeRefusedError, match=r"^address needs SMTPUTF8$"):
            await mailer(port).send(replace(LETTER, to="zoë@contoso.example"))
    assert not clerk.taken


async def test_a_copy_beyond_ascii_is_left_out_where_the_server_cannot(caplog: pytest.LogCaptureFixture) -> None:
    clerk = Clerk()
    async with serving(clerk) as port:
        await mailer(port).send(replace(LETTER, cc=("zoë@contoso.example",)))
    assert (clerk.taken[0].rcpt_tos, clerk.mail()["Cc"]) == ([TO], None)
    assert "1 of 1 copies refused" in caplog.text


async def test_a_sender_beyond_ascii_calls_the_operator(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(Clerk()) as port:
        with pytest.raises(TryAgainLaterError, match=r"^mail_sender_needs_smtputf8$"):
            await mailer(port, sender="één@example.com").send(LETTER)
    assert "PAYBYINVOICE_MAIL_FROM" in complaints(caplog)[0]
