"""Letters as mail messages, the same in every mailer."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from shared.domain.notices import Letter


def mail_of(letter: Letter, sender: str) -> EmailMessage:
    """The letter as a mail message: plain text with an HTML alternative.

    Raises ValueError where a line break in a header would make another header.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = letter.to
    if letter.cc:
        message["Cc"] = ", ".join(letter.cc)
    message["Subject"] = letter.subject
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Notice-Kind"] = letter.kind
    if letter.trace_id:
        message["X-Trace-Id"] = letter.trace_id
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    message["Content-Language"] = letter.language  # last: making alternatives moves Content-* headers into a part
    return message
