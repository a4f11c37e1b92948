"""Passes: signed, for one purpose, with an end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.access import LONGEST_PASS, Pass, Purpose, fingerprint, is_token, read_pass, token_of, written

KEY, OTHER = b"k" * 32, b"o" * 32
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MAILED = (
    "WyJsaW5rIiwiMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAiLDE3OTU1MjE2MDAsIjkyMmYxY2FjMDk4OTNlZGY3MjNjNjgxM2M0YWM5MDUwIiwzXQ"
    ".BjJ5P7MYdeuBDE9ltowx-rtIZtkBN6G3uUuKgbwyONY"
)
PASS = Pass(Purpose.LINK, "0" * 32, NOON + timedelta(days=1), fingerprint("admin@contoso.example", KEY), 3)


def test_reads_what_was_written_under_any_of_the_keys() -> None:
    assert read_pass(written(PASS, KEY), Purpose.LINK, [OTHER, KEY], NOON) == PASS


def test_reads_links_that_were_mailed_by_earlier_versions() -> None:
    assert written(PASS, KEY) == MAILED
    assert PASS.grip == "922f1cac09893edf723c6813c4ac9050"


def test_is_good_until_its_end_and_no_longer() -> None:
    assert read_pass(written(PASS, KEY), Purpose.LINK, [KEY], PASS.expires_at - timedelta(seconds=1)) == PASS
    assert read_pass(written(PASS, KEY), Purpose.LINK, [KEY], PASS.expires_at) is None


@pytest.mark.parametrize("length", [*range(1, 13), 32])
def test_reads_a_pass_of_any_length(length: int) -> None:
    whose = replace(PASS, holder="h" * length)
    assert read_pass(written(whose, KEY), Purpose.LINK, [KEY], NOON) == whose


def test_reads_no_text_that_is_longer_than_any_pass() -> None:
    texts = [written(replace(PASS, holder="h" * length), KEY) for length in range(600, 720)]
    read = [text for text in texts if read_pass(text, Purpose.LINK, [KEY], NOON)]
    assert read == [text for text in texts if len(text) <= LONGEST_PASS]
    assert LONGEST_PASS in {len(text) for text in read}
    assert len(read) < len(texts)


def test_is_good_for_one_purpose() -> None:
    assert read_pass(written(PASS, KEY), Purpose.APPLICANT, [KEY], NOON) is None


@pytest.mark.parametrize(
    "text",
    ["", ".", "a.b", written(PASS, OTHER), written(PASS, KEY)[:-1], written(PASS, KEY) + "é", "x" * 2000],
)
def test_believes_nothing_else(text: str) -> None:
    assert read_pass(text, Purpose.LINK, [KEY], NOON) is None


def test_names_nobody() -> None:
    assert "contoso" not in written(PASS, KEY)
    assert fingerprint(" Admin@Contoso.example", KEY) == PASS.grip != fingerprint("admin@contoso.example", OTHER)


def test_has_one_fingerprint_for_an_address_however_it_is_written() -> None:
    assert fingerprint("Admin@xn--bcher-kva.example", KEY) == fingerprint("admin@Bücher.example ", KEY)


def test_a_changed_pass_has_another_signature() -> None:
    body, _, signature = written(PASS, KEY).partition(".")
    other = written(replace(PASS, holder="f" * 32), KEY).partition(".")[0]
    assert read_pass(f"{other}.{signature}", Purpose.LINK, [KEY], NOON) is None
    assert body != other


def test_a_forms_token_is_for_one_visit_and_one_person() -> None:
    token = token_of("visit", "desk:ada", KEY)
    assert len(token) == 32
    assert is_token(token, "visit", "desk:ada", [OTHER, KEY])
    assert not is_token(token, "visit", "desk:bo", [KEY])
    assert not is_token(token, "another", "desk:ada", [KEY])
    assert not is_token("é", "visit", "desk:ada", [KEY])


def test_there_is_no_token_without_a_visit() -> None:
    assert not is_token(token_of("", "desk:ada", KEY), "", "desk:ada", [KEY])
