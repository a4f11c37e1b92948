"""Waiting for what does not come ends, and says what was there instead."""

import uuid
from dataclasses import replace

import pytest

from local.api import Api, StillWaitingError
from local.sample import sample_request


async def test_a_wait_for_a_state_says_which_one_the_case_stays_in(api: Api) -> None:
    case_id = (await api.client.submit(sample_request(str(uuid.uuid4())))).content.id
    await api.until_state(case_id, "action_required")
    with pytest.raises(StillWaitingError, match=f"case {case_id} stays in 'action_required'"):
        await replace(api, patience=0.2).until_state(case_id, "switched")


async def test_a_wait_for_a_row_of_the_work_list_ends(api: Api) -> None:
    with pytest.raises(StillWaitingError, match="the work list of 'switched' does not show the case"):
        await replace(api, patience=0.2).listed("switched", lambda _: False)
