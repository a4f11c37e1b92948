"""Parts of outages under load; `python -m tests.faults outages` is the whole of it."""

import random
from collections import Counter

from tests.faults.outage_load import Story
from tests.faults.outages import chooser
from tests.faults.proxy import Fault


def test_disturbs_the_share_of_requests_that_was_asked_for_with_every_fault() -> None:
    choose = chooser(0.5, random.Random(1))
    chosen = Counter(choose() for _ in range(1000))
    assert set(chosen) == {None, *Fault}
    assert 400 < chosen[None] < 600


def test_every_story_says_how_it_ends() -> None:
    assert {story.state for story in Story} == {"approved", "withdrawn", "credit_review"}
