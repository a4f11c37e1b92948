"""Stopping loses nothing: cases and messages outlive host and storage."""

import uuid
from pathlib import Path

from local import stack
from local.sample import sample_request, sample_snapshot
from local.stack import Stack


async def test_a_request_accepted_before_a_stop_goes_on_after_the_start(tmp_path: Path) -> None:
    subscription = str(uuid.uuid4())
    with stack.running(tmp_path) as first:
        case_id = await accepted(first, subscription)
    with stack.running(tmp_path) as second:
        async with second.api() as api:
            await api.until_state(case_id, "approved")
            row = await api.listed("approved", lambda row: row["id"] == case_id)
    assert row["company"] == "Contoso B.V."


async def accepted(app: Stack, subscription: str) -> str:
    async with app.api() as api:
        await api.portal_reports(sample_snapshot(subscription))
        answer = await api.client.submit(sample_request(subscription))
    return answer.content.id
