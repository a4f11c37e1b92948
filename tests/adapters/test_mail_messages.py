"""Letters as mail messages."""

from dataclasses import replace

import pytest

from shared.adapters.mail_messages import mail_of
from shared.domain.lifecycle import NoticeKind
from shared.domain.notices import Letter

KIND = NoticeKind.INSTRUCTIONS
LETTER = Letter("case|000003|0", KIND, "nl", "<id@example.com>", "pay@contoso.example", (), "s", "t", "h")


def test_nobody_in_copy_leaves_the_header_out() -> None:
    assert mail_of(LETTER, "pay@example.com")["Cc"] is None


def test_a_line_break_cannot_make_a_header() -> None:
    letter = replace(LETTER, subject="s\r\nBcc: all@example.com")
    with pytest.raises(ValueError, match="carriage return"):
        mail_of(letter, "pay@example.com")


def test_the_trace_of_the_call_that_led_to_it_is_a_header() -> None:
    assert mail_of(replace(LETTER, trace_id="a" * 32), "pay@example.com")["X-Trace-Id"] == "a" * 32
    assert "X-Trace-Id" not in mail_of(LETTER, "pay@example.com")
