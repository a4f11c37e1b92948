"""Mail servers to send to. They live in the test's own event loop, on free ports of 127.0.0.1."""
# ruff: noqa: N802 - aiosmtpd finds its hooks by these names

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"
OK = "250 OK"


class Clerk:
    """Decides for the mail server: 250 to everything, unless told another answer for a command or an address."""

    def __init__(self, answers: dict[str, str] | None = None) -> None:
        self.answers = answers or {}
        self.taken: list[Envelope] = []
        self.signed_in: list[LoginPassword] = []

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, lines: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [self.answers["EHLO"]] if "EHLO" in self.answers else lines

    async def handle_HELO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str) -> str:
        session.host_name = hostname
        return self.answers.get("HELO", OK)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from, envelope.mail_options = address, options
        return self.answers.get("MAIL", OK)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get(address, OK)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.get("DATA", OK)
        if answer == "hang":
            await asyncio.Event().wait()
        if answer == "drop" and server.transport:
            server.transport.close()
        if answer == OK:
            self.taken.append(envelope)
        return answer

    def sign_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.signed_in.append(data)
        answer = self.answers.get("AUTH")
        return AuthResult(success=answer is None, handled=False, message=answer)

    def mail(self) -> EmailMessage:
        """The only letter that was taken, as its reader's mail program shows it."""
        (envelope,) = self.taken
        assert isinstance(envelope.content, bytes)
        return message_from_bytes(envelope.content, policy=default)


@asynccontextmanager
async def listening(server: asyncio.Server) -> AsyncIterator[int]:
    """The server's port; at the end nothing of the server is left."""
    before = asyncio.all_tasks()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        if rest := asyncio.all_tasks() - before:
            await asyncio.wait(rest, timeout=10)
    assert not asyncio.all_tasks() - before


@asynccontextmanager
async def serving(clerk: Clerk, *, tls: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[int]:
    """A mail server at work: its port. With `tls` it is encrypted from the first byte."""
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        return SMTP(clerk, hostname="mx.example.com", authenticator=clerk.sign_in, loop=loop, **options)

    async with listening(await loop.create_server(protocol, HOST, 0, ssl=tls)) as port:
        yield port


@asynccontextmanager
async def reciting(*lines: bytes) -> AsyncIterator[int]:
    """A server that says its lines, one at once and one after each line it hears; then it waits for the goodbye."""

    async def recite(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        left = [*lines]
        heard = b"nothing yet"
        while heard not in {b"", b"quit\r\n"}:
            writer.write(left.pop(0) if left else b"")
            heard = await reader.readline()
        writer.close()

    async with listening(await asyncio.start_server(recite, HOST, 0)) as port:
        yield port


def certify(file: Path) -> None:
    """Write a key, and a certificate for HOST that is its own authority, for two days (PEM)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a mail server under test")])
    now, day = datetime.now(UTC), timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))])
    signed = builder.add_extension(addresses, critical=False).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
