"""Sends every letter to a mail server (RFC 5321), over a connection of its own and in a thread.

Reasons and log lines hold codes, counts and the names of settings only: never an address, nor the server's words,
which may quote one.
"""

import asyncio
import logging
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path
from typing import Final, Literal

from pydantic import SecretStr

from shared.adapters.mail_messages import mail_of
from shared.domain.errors import NoticeInDoubtError, NoticeRefusedError, SettingsError, TryAgainLaterError
from shared.domain.notices import Letter

LONGEST_SECONDS: Final = 35.0
"""No letter leaves later than this after `send` was called, whatever the server does.

Another message takes a notice over 60 s after it was marked; the mark itself may take 23 s while storage is slow.
"""

_POSITIVE, _GO_ON, _TEMPORARY, _PERMANENT = 2, 3, 4, 5
_CLOSING: Final = 421
_SIGN_IN_NEEDED: Final = frozenset({530, 534, 535, 538})
"""RFC 4954 section 6: whoever sends must sign in first, or in another way. No letter is at fault."""
_VERDICTS: Final = frozenset({"mail", "rcpt", "data"})
"""Where a permanent refusal speaks of the letter. Before that, it speaks of the server or of us."""
_SIGN_IN_SETTINGS: Final = "PAYBYINVOICE_SMTP_USER, PAYBYINVOICE_SMTP_PASSWORD"
_SIGN_INS: Final = frozenset({"CRAM-MD5", "PLAIN", "LOGIN"})
"""Those that smtplib can do."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed over. `timeout_seconds` is waited for the connection and for each answer.

    `security`: encrypt after the greeting (`starttls`, RFC 3207), from the first byte (`tls`, RFC 8314), or not at
    all (`none`). `ca_file`: whom to trust (PEM) instead of the authorities that this machine trusts.
    """

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    timeout_seconds: float
    user: str | None = None
    password: SecretStr | None = None
    ca_file: Path | None = None


class SmtpMailer:
    """The workflow's `Mailer`. SMTP servers do not know a letter again: the same one sent twice arrives twice."""

    deduplicates = False

    def __init__(self, server: MailServer, sender: str, longest_seconds: float = LONGEST_SECONDS) -> None:
        """Raises SettingsError where the file of authorities cannot be used."""
        self._server = server
        self._sender = sender
        self._longest_seconds = longest_seconds
        self._tls = _trusting(server.ca_file)

    async def send(self, letter: Letter) -> None:
        """Hand a letter over; a copy that the server refuses is left out, and counted in the log.

        Besides what every mailer raises: NoticeInDoubtError if the connection is lost while the server decides.
        """
        ends_at = time.monotonic() + self._longest_seconds
        # In a thread, too, for smtplib asks the name service what this machine is called.
        session = await asyncio.to_thread(_Session, self._server, self._tls, ends_at)
        alarm = asyncio.get_running_loop().call_later(ends_at - time.monotonic(), session.cut)
        try:
            await asyncio.to_thread(self._deliver, session, letter)
        finally:
            alarm.cancel()
            session.cut()  # where the caller was cancelled, the thread still runs

    def _deliver(self, session: "_Session", letter: Letter) -> None:
        with closing(session):
            session.open()
            if self._server.user and self._server.password:
                session.sign_in(self._server.user, self._server.password.get_secret_value())
            missing = self._transfer(session, letter)
        if missing:
            _log.warning("notice %s: %d of %d copies refused, the rest was sent", letter.key, missing, len(letter.cc))

    def _transfer(self, session: "_Session", letter: Letter) -> int:
        """Send the letter and return how many of its copies were refused."""
        sent = letter if session.speaks_utf8 else _within_ascii(letter, self._sender)
        sender, to, *copies = (_address(a) for a in (self._sender, sent.to, *sent.cc))
        utf8 = not "".join((sender, to, *copies)).isascii()
        # 7bit: then no server need offer 8BITMIME.
        mail = mail_of(sent, self._sender).as_bytes(policy=SMTP.clone(cte_type="7bit", utf8=utf8))
        session.begin(sender, to, utf8=utf8)
        taken = sum(session.copy_to(copy) for copy in copies)
        session.hand_over(mail)
        return len(letter.cc) - taken


class _Session:
    """One connection. A thread's own, except for `cut`."""

    def __init__(self, server: MailServer, tls: ssl.SSLContext, ends_at: float) -> None:
        self._server, self._tls, self._ends_at = server, tls, ends_at
        self._client = smtplib.SMTP(timeout=server.timeout_seconds)  # without a host: not connected yet

    @property
    def speaks_utf8(self) -> bool:
        """Whether the server takes addresses beyond ASCII (RFC 6531)."""
        return self._client.has_extn("smtputf8")

    def open(self) -> None:
        """Connect and say hello, encrypted as the settings demand."""
        server, client = self._server, self._client
        with self._at("connect"):
            client.sock = socket.create_connection((server.host, server.port), server.timeout_seconds)
        if server.security == "tls":
            self._encrypt()
        self._ask("greeting", client.getreply)
        self._greet()
        if server.security == "starttls":
            self._start_tls()

    def sign_in(self, user: str, password: str) -> None:
        """Prove who sends."""
        if not _SIGN_INS.intersection(self._client.esmtp_features.get("auth", "").split()):
            raise _for_operator("mail_auth_not_offered", _SIGN_IN_SETTINGS)
        self._ask("auth", lambda: self._client.login(user, password))

    def begin(self, sender: str, to: str, *, utf8: bool) -> None:
        """Name the sender and whom the letter is for."""
        options = ("SMTPUTF8", "BODY=8BITMIME") if utf8 else ()
        self._ask("mail", lambda: self._client.mail(sender, options))
        self._ask("rcpt", lambda: self._client.rcpt(to))

    def copy_to(self, address: str) -> bool:
        """Name one more reader; False if the server does not take the address.

        That goes for "not now" as well: servers also say it of addresses that will never be right, and nobody's
        letter should wait for somebody else's copy.
        """
        code = self._code("rcpt", lambda: self._client.rcpt(address))
        if code == _CLOSING:
            _check("rcpt", code)
        return code // 100 == _POSITIVE

    def hand_over(self, mail: bytes) -> None:
        """Send the message (its lines end in CRLF), and wait for the server to take it."""
        self._ask("data", lambda: self._client.docmd("DATA"), _GO_ON)
        with self._at("data"):
            # RFC 5321 section 4.5.2: a line's first dot is doubled, because a single one ends the message.
            # If this fails the server has not had that end, and must forget the rest.
            self._client.send(re.sub(rb"(?m)^\.", b"..", mail) + b".\r\n")
        _check("data", self._verdict())

    def cut(self) -> None:
        """From any thread: nothing more is sent, and nothing more is waited for."""
        self._ends_at = 0.0
        if self._client.sock is not None:
            with suppress(OSError):
                # Not through the TLS socket's own method: it drops the encryption first, while another thread sends.
                socket.socket.shutdown(self._client.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Say goodbye, if there is still time and somebody to say it to."""
        if time.monotonic() < self._ends_at:
            with suppress(OSError):
                self._client.quit()
        self._client.close()

    def _greet(self) -> None:
        if self._code("helo", self._client.ehlo) // 100 != _POSITIVE:
            self._ask("helo", self._client.helo)

    def _start_tls(self) -> None:
        if not self._client.has_extn("starttls"):
            raise _for_operator("mail_starttls_not_offered", "PAYBYINVOICE_SMTP_SECURITY, PAYBYINVOICE_SMTP_PORT")
        self._ask("starttls", lambda: self._client.docmd("STARTTLS"))
        self._encrypt()
        self._greet()

    def _encrypt(self) -> None:
        client = self._client
        assert client.sock is not None, "only an open connection is encrypted"  # noqa: S101 - for the type checker
        with self._at("tls"):
            try:
                client.sock = self._tls.wrap_socket(client.sock, server_hostname=self._server.host)
            except ssl.SSLCertVerificationError:
                settings = "PAYBYINVOICE_SMTP_HOST, PAYBYINVOICE_SMTP_CA_FILE"
                raise _for_operator("mail_tls_certificate", settings) from None
        client.file = None  # what was read ahead came unencrypted, from anybody

    def _verdict(self) -> int:
        """The answer to a whole message: its code. NoticeInDoubtError if there is none."""
        try:
            code, _ = self._client.getreply()
        except OSError as error:
            raise NoticeInDoubtError("the mail server had the whole letter, and its answer was lost") from error
        if code // 100 not in {_POSITIVE, _TEMPORARY, _PERMANENT}:
            raise NoticeInDoubtError(f"the mail server had the whole letter, and answered {code}")
        return code

    def _ask(self, stage: str, ask: Callable[[], tuple[int, bytes]], good: int = _POSITIVE) -> None:
        _check(stage, self._code(stage, ask), good)

    def _code(self, stage: str, ask: Callable[[], tuple[int, bytes]]) -> int:
        with self._at(stage):
            try:
                code, _ = ask()
            except smtplib.SMTPAuthenticationError as error:
                code = error.smtp_code
        if code < 0:
            raise TryAgainLaterError(f"mail_{stage}_no_answer")  # it answers, but not in SMTP
        return code

    @contextmanager
    def _at(self, stage: str) -> Iterator[None]:
        """Do something while there is time. Until the message's end is sent, a lost connection does no harm."""
        if time.monotonic() >= self._ends_at:
            raise TryAgainLaterError("mail_took_too_long")
        try:
            yield
        except (OSError, UnicodeError):  # smtplib's errors are OSErrors; UnicodeError: the host's name is none
            raise TryAgainLaterError(f"mail_{stage}_no_answer") from None


def _check(stage: str, code: int, good: int = _POSITIVE) -> None:
    """Raise what a code means that is not a `good` one (its first digit)."""
    if code // 100 == good:
        return
    if code in _SIGN_IN_NEEDED or (stage == "auth" and code // 100 == _PERMANENT):
        raise _for_operator(f"mail_{stage}_{code}", _SIGN_IN_SETTINGS)
    if code // 100 == _PERMANENT and stage in _VERDICTS:
        raise NoticeRefusedError(f"{code} at {stage.upper()}")
    raise TryAgainLaterError(f"mail_{stage}_{code}")


def _for_operator(reason: str, settings: str) -> TryAgainLaterError:
    """Only the operator can mend this; the letter waits until then."""
    _log.error("no mail goes out (%s): check %s", reason, settings)
    return TryAgainLaterError(reason)


def _within_ascii(letter: Letter, sender: str) -> Letter:
    """The letter without the copies that a server without SMTPUTF8 cannot take."""
    if not _address(sender).isascii():
        raise _for_operator("mail_sender_needs_smtputf8", "PAYBYINVOICE_MAIL_FROM")
    if not _address(letter.to).isascii():
        raise NoticeRefusedError("address needs SMTPUTF8")
    return replace(letter, cc=tuple(copy for copy in letter.cc if _address(copy).isascii()))


def _address(mailbox: str) -> str:
    """The bare address, without a display name."""
    return parseaddr(mailbox)[1]


def _trusting(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError:
        raise SettingsError("PAYBYINVOICE_SMTP_CA_FILE: must be a file of certificates in PEM format") from None
