import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.domain.clients import (
    SETTING,
    ClientRefusedError,
    Clients,
    ClientSecret,
    Drop,
    Rotation,
    checked_id,
    hash_of,
    read_clients,
    with_new_client,
    with_new_secret,
    without_client,
    without_expired,
    written,
)
from shared.domain.errors import SettingsError
from tests.builders import NOON

DAY = timedelta(days=1)
WEEK = 7 * DAY
OLD, NEW, THIRD = hash_of("old"), hash_of("new"), hash_of("third")


def clients_of(*secrets: ClientSecret) -> Clients:
    return {"contoso": secrets}


def a_secret(digest: str = OLD, since: datetime | None = None, until: datetime | None = None) -> ClientSecret:
    return ClientSecret(hash=digest, since=since, until=until)


def rotated(clients: Clients, overlap: timedelta = WEEK, drop: Drop | None = None) -> tuple[ClientSecret, ...]:
    return with_new_secret(clients, "contoso", THIRD, NOON, Rotation(overlap, drop))["contoso"]


# --- the setting


def test_reads_a_secret_that_is_a_hash_alone_as_valid_always() -> None:
    (secret,) = read_clients(json.dumps({"contoso": [OLD]}))["contoso"]
    assert secret == a_secret()
    assert secret.is_valid(datetime.min.replace(tzinfo=NOON.tzinfo))
    assert secret.is_valid(datetime.max.replace(tzinfo=NOON.tzinfo))


def test_reads_from_when_until_when_a_secret_is_valid() -> None:
    document = {"hash": OLD, "from": "2026-11-02T12:00:00Z", "until": "2026-11-09T12:00:00.500000+00:00"}
    (secret,) = read_clients(json.dumps({"contoso": [document]}))["contoso"]
    assert secret == a_secret(since=NOON, until=NOON + WEEK + timedelta(seconds=0.5))


def test_writes_what_it_reads() -> None:
    clients = {"contoso": (a_secret(), a_secret(NEW, NOON, NOON + DAY)), "nobody-any-more": ()}
    assert read_clients(written(clients)) == clients
    times = {"from": "2026-11-02T12:00:00Z", "until": "2026-11-03T12:00:00Z"}
    assert json.loads(written(clients)) == {"contoso": [OLD, {"hash": NEW, **times}], "nobody-any-more": []}


MOMENT = "must be a moment in UTC"
HASH = "must be sha256: followed by"


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ("sha256:" + "g" * 64, HASH),
        (OLD.upper(), HASH),
        (OLD + "\n", HASH),
        ("md5:" + "0" * 64, HASH),
        ({"hash": "the secret itself"}, HASH),
        ({}, "Field required"),
        (5, 'must be "sha256:...'),
        ([OLD], 'must be "sha256:...'),
        ({"hash": OLD, "until": "2026-11-02"}, MOMENT),
        ({"hash": OLD, "until": "2026-11-02T12:00:00"}, MOMENT),
        ({"hash": OLD, "until": "2026-11-02T12:00:00+01:00"}, MOMENT),
        ({"hash": OLD, "until": 1793620800}, MOMENT),
        ({"hash": OLD, "until": "2026-02-30T12:00:00Z"}, "day value is outside"),
        ({"hash": OLD, "untill": "2026-11-02T12:00:00Z"}, "only hash, from and until"),
        ({"hash": OLD, "from": "2026-11-02T12:00:00Z", "until": "2026-11-02T12:00:00Z"}, "must be later than 'from'"),
    ],
)
def test_says_what_is_wrong_with_whose_secret(secret: Any, problem: str) -> None:
    with pytest.raises(SettingsError, match=f"^{SETTING}: contoso, secret 1.*: .*{problem}") as error:
        read_clients(json.dumps({"contoso": [secret]}))
    assert "the secret itself" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("demo:in-clear", "JSON"),
        ("[]", "dict|object"),
        ('{"contoso": "' + OLD + '"}', "contoso: Input should be a valid array"),
        (json.dumps({"contoso": [OLD, NEW, THIRD]}), "contoso: .*at most 2 items"),
        ('{"In-Clear": []}', "a client id is 1 to 64"),
    ],
)
def test_says_what_is_wrong_with_the_setting(text: str, problem: str) -> None:
    with pytest.raises(SettingsError, match=problem) as error:
        read_clients(text)
    assert "clear" not in str(error.value).lower()


def test_says_everything_that_is_wrong_at_once() -> None:
    wrong = {"contoso": [{"hash": "clear"}, {"hash": OLD, "until": "soon"}], "fabrikam": 5, "In-Clear": []}
    with pytest.raises(SettingsError) as error:
        read_clients(json.dumps(wrong))
    assert str(error.value) == (
        f"{SETTING}: "
        "contoso, secret 1, hash: must be sha256: followed by the 64 hex digits of the secret's SHA-256; "
        "contoso, secret 2, until: must be a moment in UTC (RFC 3339), such as 2026-11-30T09:00:00Z; "
        "fabrikam: Input should be a valid array; "
        "a client id is 1 to 64 lower-case letters a-z, digits and hyphens"
    )


def test_writes_a_secret_that_only_ends() -> None:
    ending = clients_of(a_secret(until=NOON))
    assert json.loads(written(ending)) == {"contoso": [{"hash": OLD, "until": "2026-11-02T12:00:00Z"}]}


@pytest.mark.parametrize("text", ["", "Contoso", "con toso", "contoso:", "contoso\n", "é", "c" * 65])
def test_refuses_an_id_of_anything_but_64_small_letters_digits_and_hyphens(text: str) -> None:
    with pytest.raises(ValueError, match="1 to 64 lower-case letters"):
        checked_id(text)


@pytest.mark.parametrize("text", ["a", "0", "contoso-2", "c" * 64])
def test_takes_any_other_id(text: str) -> None:
    assert checked_id(text) == text


# --- changes


def test_gives_a_new_client_one_secret_from_now_on() -> None:
    clients = with_new_client(clients_of(a_secret()), "fabrikam", NEW, NOON)
    assert clients == {"contoso": (a_secret(),), "fabrikam": (a_secret(NEW, NOON),)}


def test_creates_no_client_twice() -> None:
    with pytest.raises(ClientRefusedError, match="contoso is a client already; 'rotate contoso'"):
        with_new_client(clients_of(), "contoso", NEW, NOON)


def test_forgets_a_revoked_client_altogether() -> None:
    clients = {"contoso": (a_secret(),), "fabrikam": (a_secret(NEW),)}
    assert without_client(clients, "contoso", NOON) == {"fabrikam": (a_secret(NEW),)}


@pytest.mark.parametrize(("clients", "there"), [({"b": (), "a": ()}, "there are: a, b"), ({}, "there are none")])
def test_names_the_clients_there_are_for_one_there_is_not(clients: Clients, there: str) -> None:
    with pytest.raises(ClientRefusedError, match=f"no client contoso; {there}"):
        without_client(clients, "contoso", NOON)
    with pytest.raises(ClientRefusedError, match=f"no client contoso; {there}"):
        rotated(clients)


def test_drops_expired_secrets_of_every_client_at_any_change() -> None:
    over, later = a_secret(until=NOON), a_secret(NEW, NOON + DAY)
    clients: Clients = {"contoso": (over, later), "fabrikam": (over,), "other": ()}
    kept: Clients = {"contoso": (later,), "fabrikam": (), "other": ()}
    assert without_expired(clients, NOON) == kept
    assert without_client(clients, "other", NOON) == {"contoso": (later,), "fabrikam": ()}
    assert with_new_client(clients, "new", NEW, NOON)["fabrikam"] == ()
    assert with_new_secret(clients, "other", NEW, NOON, Rotation(WEEK))["fabrikam"] == ()


def test_lets_the_old_secret_end_after_the_overlap() -> None:
    assert rotated(clients_of(a_secret())) == (a_secret(until=NOON + WEEK), a_secret(THIRD, NOON))


def test_lets_the_old_secret_end_after_an_overlap_of_less_than_a_day() -> None:
    hour = timedelta(hours=1)
    assert rotated(clients_of(a_secret()), hour) == (a_secret(until=NOON + hour), a_secret(THIRD, NOON))


def test_ends_the_old_secret_at_once_without_an_overlap() -> None:
    for old in (a_secret(), a_secret(since=NOON - DAY), a_secret(since=NOON)):
        assert rotated(clients_of(old), timedelta(0)) == (a_secret(THIRD, NOON),)


def test_keeps_an_end_that_comes_before_the_overlaps() -> None:
    assert rotated(clients_of(a_secret(until=NOON + DAY))) == (a_secret(until=NOON + DAY), a_secret(THIRD, NOON))


def test_gives_a_client_without_a_valid_secret_a_new_one() -> None:
    assert rotated(clients_of(a_secret(until=NOON), a_secret(NEW, until=NOON))) == (a_secret(THIRD, NOON),)


def test_drops_a_secret_that_would_begin_after_its_end() -> None:
    assert rotated(clients_of(a_secret(since=NOON + WEEK))) == (a_secret(THIRD, NOON),)


OVERLAPPING = clients_of(a_secret(NEW, since=NOON - DAY), a_secret(OLD, until=NOON + DAY))
"""Out of order, as an editor may leave them: the one without a beginning is the older."""


def test_asks_which_secret_to_drop_for_a_third() -> None:
    with pytest.raises(ClientRefusedError, match=r"contoso has 2 secrets already.*--drop newest.*--drop oldest.*PT0S"):
        rotated(OVERLAPPING)


def test_says_in_full_how_a_third_secret_becomes_possible() -> None:
    with pytest.raises(ClientRefusedError) as refused:
        rotated(OVERLAPPING)
    assert str(refused.value) == (
        "contoso has 2 secrets already. Say which one to end at once: '--drop newest' if the last one was lost or never"
        " put to use, '--drop oldest' if it is in use; or '--overlap PT0S' for both"
    )


def test_replaces_a_newest_secret_that_was_lost_while_the_oldest_stays_in_use() -> None:
    assert rotated(OVERLAPPING, drop=Drop.NEWEST) == (a_secret(OLD, until=NOON + DAY), a_secret(THIRD, NOON))


def test_replaces_the_oldest_secret_while_the_newest_stays_for_the_overlap() -> None:
    newest = a_secret(NEW, since=NOON - DAY, until=NOON + WEEK)
    assert rotated(OVERLAPPING, drop=Drop.OLDEST) == (newest, a_secret(THIRD, NOON))


def test_replaces_both_secrets_without_an_overlap() -> None:
    assert rotated(OVERLAPPING, timedelta(0)) == (a_secret(THIRD, NOON),)


@pytest.mark.parametrize("drop", Drop)
def test_drops_the_only_secret_there_is(drop: Drop) -> None:
    assert rotated(clients_of(a_secret()), drop=drop) == (a_secret(THIRD, NOON),)
