"""The stories of the demo come out right."""

import pytest

from local.api import Api
from local.stack import Stack
from local.stage import Stage
from local.stories import STORIES, Story


@pytest.mark.parametrize("story", STORIES, ids=lambda story: str(story.__name__))
async def test_the_story_comes_out_right(running: Stack, api: Api, story: Story) -> None:
    told: list[str] = []
    stage = Stage(api, running.notices, told.append)
    await story(stage)
    assert stage.wrong == []
    assert any(line.strip().startswith("ok") for line in told)
