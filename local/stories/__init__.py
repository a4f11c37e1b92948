"""The stories of `make demo`: each plays one case over real HTTP and says what must come out.

Stories in which days pass set the app's clock to a day of their own first, so that their dates are the same whenever
they are played; nothing they do depends on another story.
"""

from collections.abc import Awaitable, Callable

from local.stage import Stage
from local.stories.credit_reviews import declined, information_and_security
from local.stories.endings import expired, from_portal, withdrawn
from local.stories.first_steps import approved, ineligible, posted_twice, third_party
from local.stories.whole_life import whole_life

Story = Callable[[Stage], Awaitable[None]]

STORIES: tuple[Story, ...] = (
    approved,
    ineligible,
    third_party,
    posted_twice,
    whole_life,
    declined,
    information_and_security,
    expired,
    from_portal,
    withdrawn,
)
