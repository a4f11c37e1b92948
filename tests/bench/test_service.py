"""What the benchmarks measure is what the budget of a case says."""

from collections import Counter
from collections.abc import Iterator

import pytest

from bench.floor import prepared
from bench.service import in_memory, recorded_case, request_for, whole_case
from shared import wiring


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    wiring.install(None)


async def test_a_whole_case_makes_nineteen_requests_and_begins_with_its_intake() -> None:
    requests, _, _ = await recorded_case()
    verbs = [request.verb for request in requests]
    assert len(verbs) == 19
    assert verbs[:2] == ["send", "commit"]
    assert Counter(verbs) == {"send": 3, "receive": 3, "delete": 3, "page": 3, "get": 1, "commit": 6}


async def test_a_whole_case_ends_with_its_instructions() -> None:
    service = in_memory()
    await whole_case(service)
    assert service.mailbox.letters == 1


async def test_the_floor_makes_the_same_requests_under_ids_of_its_own() -> None:
    requests, case_id, _ = await recorded_case()
    first, second = prepared(requests, case_id), prepared(requests, case_id)
    assert [each.verb for each in first] == [request.verb for request in requests]
    assert case_id not in repr(first)
    assert repr(first) != repr(second)


async def test_a_request_that_is_refused_ends_the_measurement() -> None:
    service = in_memory()
    request = request_for("0b1f6471-1bf0-4dda-aec3-cb9272f09590")
    await service.send(request)
    with pytest.raises(RuntimeError, match="409"):
        await service.send(request)
