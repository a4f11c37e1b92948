"""The default source of facts: what the portal pushed, as stored with the case."""

from uuid import UUID

from shared.domain.facts import SubscriptionFacts


class PortalDirectory:
    """The workflow's `Directory`: the stored facts are all there is."""

    async def look_up(self, subscription_id: UUID, known: SubscriptionFacts) -> SubscriptionFacts:  # noqa: ARG002 - a port
        """The facts as last pushed."""
        return known
