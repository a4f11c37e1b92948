from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.facts import UNKNOWN, SubscriptionFacts, as_shown_to
from tests.builders import ADMINISTRATOR, NOON, facts

_PLUS_TWO = timezone(timedelta(hours=2))

# Few moments and ids, so that draws often share one of them.
OBSERVED = st.builds(
    SubscriptionFacts,
    observed_at=st.none()
    | st.sampled_from([NOON, NOON + timedelta(seconds=1), NOON.astimezone(timezone(timedelta(hours=2)))]),
    observation_id=st.sampled_from(["", "msg_1", "msg_2"]),
)


def _place(observation: SubscriptionFacts) -> tuple[datetime, str] | None:
    return (observation.observed_at, observation.observation_id) if observation.observed_at else None


@given(OBSERVED, OBSERVED)
def test_orders_any_two_observations_one_way_only(one: SubscriptionFacts, other: SubscriptionFacts) -> None:
    ways = one.is_newer_than(other) + other.is_newer_than(one)
    assert ways == (0 if _place(one) == _place(other) else 1)


@given(OBSERVED, OBSERVED, OBSERVED)
def test_orders_three_observations_without_a_circle(
    a: SubscriptionFacts, b: SubscriptionFacts, c: SubscriptionFacts
) -> None:
    if a.is_newer_than(b) and b.is_newer_than(c):
        assert a.is_newer_than(c)


@given(OBSERVED)
def test_never_replaces_an_observation_by_itself(observation: SubscriptionFacts) -> None:
    assert not observation.is_newer_than(observation)


def _kept_of(observations: Sequence[SubscriptionFacts]) -> SubscriptionFacts:
    return reduce(lambda kept, one: one if one.is_newer_than(kept) else kept, observations, UNKNOWN)


@given(st.lists(OBSERVED, max_size=6).flatmap(lambda come: st.tuples(st.just(come), st.permutations(come))))
def test_ends_with_the_same_facts_in_whatever_order_they_come(
    orders: tuple[list[SubscriptionFacts], list[SubscriptionFacts]],
) -> None:
    one, other = orders
    assert _place(_kept_of(one)) == _place(_kept_of(other))


def test_replaces_the_unknown_by_any_observation() -> None:
    assert facts().is_newer_than(UNKNOWN)
    assert not UNKNOWN.is_newer_than(facts())
    assert not UNKNOWN.is_newer_than(UNKNOWN)


def test_compares_moments_across_time_zones() -> None:
    later = datetime.fromisoformat("2026-11-02T10:00:01-02:00")
    assert facts(observed_at=later).is_newer_than(facts(observed_at=NOON))


@pytest.mark.parametrize("named", [ADMINISTRATOR, ADMINISTRATOR.upper()])
def test_shows_all_to_whoever_names_the_administrator(named: str) -> None:
    assert as_shown_to(facts(), named) == facts()


def test_shows_all_however_the_administrators_address_is_written() -> None:
    known = facts(account_administrator_email=" Azure-Admin@xn--bcher-kva.example")
    assert as_shown_to(known, "azure-admin@bücher.example") == known


@pytest.mark.parametrize("known", ["somebody-else@contoso.example", "", None])
def test_shows_nothing_to_whoever_names_another(known: str | None) -> None:
    assert as_shown_to(facts(account_administrator_email=known), ADMINISTRATOR) is UNKNOWN


def test_knows_nothing_of_the_unknown() -> None:
    assert UNKNOWN.model_dump(exclude_none=True) == {"observation_id": ""}


# --- a payment method has a time of its own

LATER = NOON + timedelta(hours=1)


def test_keeps_a_payment_method_that_was_seen_after_a_snapshot() -> None:
    changed = facts().with_payment_method("DirectDebit", LATER + timedelta(hours=1))
    assert changed is not None
    merged = changed.updated_by(facts(observed_at=LATER, observation_id="msg_2", country="BE"))
    assert merged is not None
    assert (merged.country, merged.payment_method_family) == ("BE", "DirectDebit")


def test_replaces_a_payment_method_that_was_seen_before_a_snapshot() -> None:
    changed = facts().with_payment_method("DirectDebit", LATER)
    assert changed is not None
    merged = changed.updated_by(facts(observed_at=LATER, observation_id="msg_2"))
    assert merged is not None
    assert (merged.payment_method_family, merged.payment_method_observed_at) == ("CreditCard", None)


@pytest.mark.parametrize("seen", [NOON, NOON - timedelta(seconds=1)])
def test_ignores_a_payment_method_as_old_as_what_is_known(seen: datetime) -> None:
    assert facts().with_payment_method("DirectDebit", seen) is None


def test_ignores_a_snapshot_that_is_not_newer() -> None:
    assert facts().updated_by(facts()) is None


def test_takes_a_payment_method_when_nothing_is_known() -> None:
    changed = UNKNOWN.with_payment_method("DirectDebit", NOON)
    assert changed is not None
    assert (changed.observed_at, changed.payment_method_family) == (None, "DirectDebit")


def test_keeps_a_later_payment_method_against_every_older_snapshot() -> None:
    known = facts().with_payment_method("CheckWire", NOON + timedelta(hours=3))
    assert known is not None
    for hours in (1, 2):
        known = known.updated_by(facts(observed_at=NOON + timedelta(hours=hours)))
        assert known is not None
        assert known.payment_method_family == "CheckWire"
