"""Webhook signatures, held against the library `standardwebhooks` by the standard's own authors (1.1.0).

The two differ in what is not of the standard's form, and in nothing else:

- The library breaks (an error that it does not name) on an entry of the list without exactly one comma or with base64
  that is cut short, also when a valid signature follows, and on a body that is not UTF-8. Ours passes over the entry,
  as the standard has it for what a receiver does not know, and signs bytes, whatever they say.
- The library passes over characters in a signature that are no base64, and what follows its end. Ours takes base64 as
  RFC 4648 has it: there is one way to write a signature.
- The library reads the time as a floating-point number and checks the signature of its whole seconds, which is not
  what was sent. Ours takes whole seconds, as the standard has them.
- The library takes any id. Ours is ASCII, of at most 255 characters, and has no dot: with one, an id and a time could
  be read as another id and another time under the same signature.
- The library looks at every entry of a list. Ours looks at the first 16.
"""

import base64
import hmac
import random
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from shared.domain.callers import LONGEST_WEBHOOK_ID, MOST_SIGNATURES, Signed, signature_problem
from shared.settings import webhook_key
from tests.builders import NOON
from tests.domain.calls import calls_of

KEY, OTHER_KEY = b"0123456789abcdef0123456789abcdef", b"another key of thirty-two bytes."
BODY = b'{"type":"subscription.updated"}'
TIMESTAMP = str(int(NOON.timestamp()))

WRONG_ID = "webhook-id is missing, longer than 255 characters, not ASCII, or contains a dot"
WRONG_TIMESTAMP = "webhook-timestamp is not a number of seconds since 1970"
WRONG_TIME = "webhook-timestamp is more than 5 minutes from now"
NO_MATCH = "webhook-signature does not match"

# What a header may hold once bytes that are not UTF-8 became lone surrogates.
HEADER = st.text(st.characters(exclude_characters="\r\n"))


def signature(key: bytes, webhook_id: str, timestamp: str, body: bytes) -> str:
    digest = hmac.digest(key, f"{webhook_id}.{timestamp}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"


def signed_by(key: bytes = KEY, webhook_id: str = "msg_1", timestamp: str = TIMESTAMP, body: bytes = BODY) -> Signed:
    return Signed(webhook_id, timestamp, signature(key, webhook_id, timestamp, body))


def problem(signed: Signed, body: bytes = BODY, now: datetime = NOON, keys: tuple[bytes, ...] = (KEY,)) -> str | None:
    return signature_problem(signed, body, keys, now)


# --- by itself


def test_believes_a_webhook_signed_with_any_key_that_is_valid_now() -> None:
    for key in (KEY, OTHER_KEY):
        assert problem(signed_by(key), keys=(OTHER_KEY, KEY)) is None


def test_believes_one_valid_signature_among_others() -> None:
    passed_over = ["v1a,c29tZXRoaW5n", "v1,", "v1,é", "nonsense", "", signed_by(OTHER_KEY).signatures]
    several = " ".join([*passed_over, signed_by().signatures, "v2,c29tZXRoaW5n"])
    assert problem(replace(signed_by(), signatures=several)) is None


GOOD = signed_by().signatures


@pytest.mark.parametrize(
    "signatures",
    [
        "",
        "v1",
        "v1,",
        "v1,é",
        "v1,####",
        signed_by(OTHER_KEY).signatures,
        GOOD.replace("v1,", "v1a,"),
        GOOD.replace("v1,", "v2,"),
        GOOD.replace("v1,", "V1,"),
        GOOD.replace("v1,", "v1,!"),
        GOOD.replace("v1,", "v1,v1,"),
        GOOD[:-1],
        GOOD + "=",
        GOOD[:10] + "-" + GOOD[11:],
        "v1," + "A" * 44,
    ],
)
def test_refuses_a_signature_that_does_not_match(signatures: str) -> None:
    assert problem(replace(signed_by(), signatures=signatures)) == NO_MATCH


@pytest.mark.parametrize("keys", [(), (OTHER_KEY,)])
def test_believes_nothing_without_the_right_key(keys: tuple[bytes, ...]) -> None:
    assert problem(signed_by(), keys=keys) == NO_MATCH


def test_refuses_a_signature_for_another_body_id_or_time() -> None:
    later = str(int(TIMESTAMP) + 1)
    assert problem(signed_by(), BODY + b" ") == NO_MATCH
    assert problem(replace(signed_by(), webhook_id="msg_2")) == NO_MATCH
    assert problem(replace(signed_by(), timestamp=later)) == NO_MATCH


def test_lets_no_dot_move_between_id_and_timestamp() -> None:
    assert problem(signed_by(webhook_id="msg.1")) == WRONG_ID


@pytest.mark.parametrize("webhook_id", ["", "msgé", "msg\udcff", "m" * (LONGEST_WEBHOOK_ID + 1)], ids=ascii)
def test_refuses_an_id_that_no_portal_gives(webhook_id: str) -> None:
    assert problem(Signed(webhook_id, TIMESTAMP, "v1,")) == WRONG_ID


def test_takes_an_id_of_the_greatest_length() -> None:
    assert problem(signed_by(webhook_id="m" * LONGEST_WEBHOOK_ID)) is None


@pytest.mark.parametrize("timestamp", ["", "soon", "-1", "1.5", "1e9", "²", "١٢٣", " 1", "1" * 11, "9" * 5000])
def test_refuses_a_timestamp_that_is_no_number_of_seconds(timestamp: str) -> None:
    assert problem(Signed("msg_1", timestamp, "v1,")) == WRONG_TIMESTAMP


@pytest.mark.parametrize("way", [1, -1])
def test_allows_five_minutes_both_ways_and_no_more(way: int) -> None:
    assert problem(signed_by(), now=NOON + way * timedelta(minutes=5)) is None
    assert problem(signed_by(), now=NOON + way * timedelta(minutes=5, microseconds=1)) == WRONG_TIME


@given(HEADER, HEADER | st.just(TIMESTAMP), HEADER | HEADER.map("v1,{}".format), st.binary())
@example("msg\udcff", TIMESTAMP, "v1,\udcff", b"")
@example("msg", TIMESTAMP, "v1," + "\udcff" * 44, b"")
def test_never_fails_on_what_a_webhook_claims(webhook_id: str, timestamp: str, signatures: str, body: bytes) -> None:
    assert problem(Signed(webhook_id, timestamp, signatures), body) is not None


def test_looks_at_sixteen_signatures_of_a_list() -> None:
    others = ["v2,x"] * (MOST_SIGNATURES - 1)
    assert problem(replace(signed_by(), signatures=" ".join([*others, GOOD]))) is None
    assert problem(replace(signed_by(), signatures=" ".join([*others, "v2,x", GOOD]))) == NO_MATCH


@pytest.mark.parametrize(
    ("signatures", "decoded"),
    [(" ".join([GOOD] * 20_000), MOST_SIGNATURES), ("v1," + "A" * 1_000_000, 0), (" " * 1_000_000, 0)],
    ids=["entries", "entry", "spaces"],
)
def test_does_no_more_work_for_a_list_of_a_megabyte(signatures: str, decoded: int) -> None:
    long = replace(signed_by(), signatures=signatures)
    work = calls_of({"a2b_base64", "compare_digest", "hmac_digest"}, lambda: problem(long, keys=(KEY, OTHER_KEY)))
    assert work["a2b_base64"] == decoded
    assert work["compare_digest"] <= 2 * MOST_SIGNATURES
    assert work["hmac_digest"] == 2


# --- and the library


def library_believes(signed: Signed, body: bytes, keys: tuple[bytes, ...]) -> bool:
    """Whether the library believes it with any key. It reads the clock itself."""
    headers = {
        "webhook-id": signed.webhook_id,
        "webhook-timestamp": signed.timestamp,
        "webhook-signature": signed.signatures,
    }
    for key in keys:
        try:
            Webhook(key).verify(body, headers, json_parse=False)
        except WebhookVerificationError:
            continue
        return True
    return False


VECTOR_KEY = webhook_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
VECTOR_BODY = b'{"test": 2432232314}'
VECTOR = Signed("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
VECTOR_TIME = datetime.fromtimestamp(1614265330, UTC)
UNKNOWN = "Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="


def test_believes_the_vector_that_the_libraries_publish() -> None:
    assert problem(VECTOR, VECTOR_BODY, VECTOR_TIME, (VECTOR_KEY,)) is None
    assert Webhook(VECTOR_KEY).sign(VECTOR.webhook_id, VECTOR_TIME, VECTOR_BODY.decode()) == VECTOR.signatures


@pytest.mark.parametrize(
    "wrong",
    [
        replace(VECTOR, webhook_id=""),
        replace(VECTOR, timestamp=""),
        replace(VECTOR, timestamp="hello"),
        replace(VECTOR, signatures=""),
        replace(VECTOR, signatures="v1,"),
        replace(VECTOR, signatures=VECTOR.signatures[:8]),
        replace(VECTOR, signatures="v1,dawfeoifkpqwoekfpqoekf"),
        replace(VECTOR, signatures="v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA="),
    ],
)
def test_refuses_what_the_libraries_own_tests_refuse(wrong: Signed) -> None:
    assert problem(wrong, VECTOR_BODY, VECTOR_TIME, (VECTOR_KEY,)) is not None


def test_judges_the_libraries_own_list_and_times_as_their_tests_do() -> None:
    several = replace(VECTOR, signatures=f"v1,{UNKNOWN} v2,{UNKNOWN} {VECTOR.signatures} v1,{UNKNOWN}")
    assert problem(several, VECTOR_BODY, VECTOR_TIME, (VECTOR_KEY,)) is None
    for seconds in (-301, 301):
        now = VECTOR_TIME + timedelta(seconds=seconds)
        assert problem(VECTOR, VECTOR_BODY, now, (VECTOR_KEY,)) == WRONG_TIME


def is_of_the_standards_form(signed: Signed) -> bool:
    is_id = re.fullmatch(r"[\x00-\x2d\x2f-\x7f]{1,255}", signed.webhook_id)
    return bool(is_id and re.fullmatch(r"[0-9]{1,10}", signed.timestamp))


def tidied(signed: Signed) -> Signed:
    """Without the entries of the list that ours passes over and the library breaks on or reads more loosely."""
    of_form = re.compile(r"v1,[A-Za-z0-9+/]{43}=|(?!v1,)[^, ]*,[^, ]*")
    entries = signed.signatures.split(" ")[:MOST_SIGNATURES]
    return replace(signed, signatures=" ".join(entry for entry in entries if of_form.fullmatch(entry)))


IDS = ["msg_1", "0", "m" * 255, "m" * 256, "msg 1", "msg~!\t", "msg.1", "msgé", "msg\udcff", ""]
SKEWS = [0, 0, 0, 1, -1, 299, -299, 300, -300, 301, -301, 3600, -3600]
BODIES = [b"", BODY, VECTOR_BODY, "é€😀\x00".encode(), b"x" * 5000]
NO_TIMES = ["", "soon", "nan", "inf", "-1", "0x10", "\udcff", "9" * 5000, "1e9"]


@dataclass(frozen=True)
class Mutated:
    signed: Signed
    body: bytes
    keys: tuple[bytes, ...]


def a_mutated_request(rng: random.Random, now: datetime) -> Mutated:
    """A request that was sound once: mostly one thing about it was changed, before or after it was signed."""
    key, body = rng.choice([KEY, OTHER_KEY, VECTOR_KEY]), rng.choice(BODIES)
    webhook_id = rng.choice(IDS) if rng.random() < 0.2 else "msg_1"
    timestamp = str(int(now.timestamp()) + rng.choice(SKEWS))
    content = signature(key, webhook_id.encode("utf-8", "replace").decode(), timestamp, body)
    entries = rng.sample(passed_over(rng, content), k=rng.choice([0, 0, 0, 1, 2, 5]))
    entries.insert(rng.randint(0, len(entries)), content if rng.random() < 0.8 else rng.choice(entries or [""]))
    signed = Signed(webhook_id, another_time(rng, timestamp), rng.choice([" "] * 9 + ["  "]).join(entries))
    others = tuple(rng.sample([KEY, OTHER_KEY, VECTOR_KEY], k=rng.randint(0, 2)))
    return Mutated(signed, another_body(rng, body), (*others, key) if rng.random() < 0.9 else others)


def passed_over(rng: random.Random, good: str) -> list[str]:
    at = rng.randint(3, len(good) - 2)
    version, encoded = good[:3], good[3:]
    unknown = ["v1a," + encoded, "v2," + encoded, "v," + encoded, "," + encoded, "V1," + encoded, "v1,", "v2,", "v1a"]
    broken = [encoded, "v1" + encoded, version * 2 + encoded, good[:at], good[:-1], "v1,é", "v1,\udcff", "", "\t", "v1"]
    loose = [good[:at] + junk + good[at:] for junk in ("!", "\t", "\n", "-", "é")]
    flipped = good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :]
    tail = [good + "=", good + "x", good[:-1] + "==", good + "\t", "\t" + good, flipped, "v1," + UNKNOWN]
    return [*unknown, *broken, *loose, *tail, *["v2,x"] * rng.choice([0, 0, 20])]


def another_time(rng: random.Random, timestamp: str) -> str:
    if rng.random() < 0.85:
        return timestamp
    arabic = timestamp.translate({ord("0") + digit: chr(0x660 + digit) for digit in range(10)})
    alike = [f"+{timestamp}", f" {timestamp}", f"{timestamp}\t", f"{timestamp}.0", f"{timestamp}.9", f"0{timestamp}"]
    return rng.choice([*alike, arabic, f"{timestamp[:3]}_{timestamp[3:]}", *NO_TIMES])


def another_body(rng: random.Random, body: bytes) -> bytes:
    if rng.random() < 0.85:
        return body
    return rng.choice([body + b" ", b" " + body, body + b"\x00", body.replace(b'"', b"'"), body.decode()[:-1].encode()])


@pytest.mark.parametrize("seed", range(10))
def test_agrees_with_the_library_on_a_thousand_mutated_requests(seed: int) -> None:
    rng, verdicts = random.Random(seed), Counter[str | None]()
    for number in range(1000):
        before = datetime.now(UTC)
        request = a_mutated_request(rng, before)
        ours = signature_problem(request.signed, request.body, request.keys, before)
        plain = tidied(request.signed)
        theirs = is_of_the_standards_form(plain) and library_believes(plain, request.body, request.keys)
        # The library reads the clock itself: a request that ages past the tolerance meanwhile says nothing.
        if signature_problem(request.signed, request.body, request.keys, datetime.now(UTC)) == ours:
            assert (ours is None) == theirs, f"seed {seed}, request {number}: {request}"
            verdicts[ours] += 1
    assert verdicts.total() > 900
    assert all(verdicts[each] > 20 for each in (None, WRONG_ID, WRONG_TIMESTAMP, WRONG_TIME, NO_MATCH)), verdicts


def signed_now(webhook_id: str = "msg_1", body: bytes = BODY) -> Signed:
    return signed_by(KEY, webhook_id, str(int(datetime.now(UTC).timestamp())), body)


def ours_and_theirs(signed: Signed, body: bytes = BODY) -> tuple[bool, bool | type[Exception]]:
    """What each says of a request made just now: believed or not, or how the library breaks."""
    ours = problem(signed, body, datetime.now(UTC)) is None
    try:
        return ours, library_believes(signed, body, (KEY,))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what a caller would get
        return ours, type(error)


@pytest.mark.parametrize("junk", ["nonsense", "v1", "", "v1,a,b", "v1,abc", "v1,é"])
def test_finds_a_signature_behind_an_entry_that_the_library_breaks_on(junk: str) -> None:
    signed = signed_now()
    ours, theirs = ours_and_theirs(replace(signed, signatures=f"{junk} {signed.signatures}"))
    assert ours
    assert isinstance(theirs, type)
    assert issubclass(theirs, ValueError)


def test_signs_bytes_that_the_library_cannot_read() -> None:
    body = b'{"name": "\xff\xfe"}'
    assert ours_and_theirs(signed_now(body=body), body) == (True, UnicodeDecodeError)
    assert ours_and_theirs(signed_now(body=body), body.replace(b"\xff", b"\xfe"))[0] is False


@pytest.mark.parametrize("junk", ["!", "\t", "\n"])
def test_takes_one_way_to_write_a_signature(junk: str) -> None:
    signed = signed_now()
    for loose in (signed.signatures + junk, signed.signatures.replace("v1,", f"v1,{junk}")):
        assert ours_and_theirs(replace(signed, signatures=loose)) == (False, True)


@pytest.mark.parametrize("form", ["{}.9", "+{}", " {}", "0{}"])
def test_takes_the_time_as_it_was_signed(form: str) -> None:
    signed = signed_now()
    assert ours_and_theirs(replace(signed, timestamp=form.format(signed.timestamp))) == (False, True)


@pytest.mark.parametrize("webhook_id", ["msg.1", "msgé", "m" * (LONGEST_WEBHOOK_ID + 1)], ids=ascii)
def test_takes_fewer_ids_than_the_library(webhook_id: str) -> None:
    assert ours_and_theirs(signed_now(webhook_id)) == (False, True)


def test_looks_less_far_than_the_library() -> None:
    signed = signed_now()
    far = " ".join(["v2,x"] * MOST_SIGNATURES + [signed.signatures])
    assert ours_and_theirs(replace(signed, signatures=far)) == (False, True)
