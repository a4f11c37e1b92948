"""The billing desk's people: their work list, and what they decide."""

from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Unpack

from paybyinvoice.addresses import followed
from paybyinvoice.answers import Answer
from paybyinvoice.callers import Caller
from paybyinvoice.calls import Body, Options
from paybyinvoice.connection import RETRIES
from paybyinvoice.models import CaseStatus, DeskCaseView, DeskHistory, ListedView, UnreadableMessages, WorkList
from paybyinvoice.problems import ChangedMeanwhile, PayByInvoiceError
from paybyinvoice.retries import Retries
from paybyinvoice.sign_in import BearerToken, DevelopmentUser


class Desk(Caller):
    """Somebody of the billing desk at `url`, which must be https but for localhost (else UnsafeAddress)."""

    def __init__(self, url: str, sign_in: BearerToken | DevelopmentUser, retries: Retries = RETRIES) -> None:
        super().__init__(url, sign_in, retries)

    async def list(
        self, state: str | None = None, page_size: int | None = None, **options: Unpack[Options]
    ) -> AsyncGenerator[ListedView, None]:
        """Go through the work list of a state (longest wait first) or of all states, page after page."""
        async for page in self.pages(state, page_size, **options):
            for row in page.content.value:
                yield row

    async def pages(
        self, state: str | None = None, page_size: int | None = None, **options: Unpack[Options]
    ) -> AsyncGenerator[Answer[WorkList], None]:
        """Go through the work list by pages of at most `page_size` rows (else as many as the service likes)."""
        asked = {"state": state, "maxpagesize": None if page_size is None else str(page_size)}
        query = {name: value for name, value in asked.items() if value is not None}
        link: str | None = self._address("requests", **query)
        while link is not None:
            page = await self._read(link, WorkList, options)
            yield page
            # As it stands: what is in a link is the service's affair.
            link = page.content.next_link
            link = None if link is None else followed(self._connection.url, link)

    async def show(self, request_id: str, **options: Unpack[Options]) -> Answer[DeskCaseView]:
        """Read a request as the desk sees it; its ETag is what a decision is based on."""
        return await self._read(self._address("requests", request_id), DeskCaseView, options)

    async def history(self, request_id: str, **options: Unpack[Options]) -> Answer[DeskHistory]:
        """Read what happened to a request, in order, with names and what people wrote."""
        return await self._read(self._address("requests", request_id, "history"), DeskHistory, options)

    async def decide(self, request_id: str, decision: Body, **options: Unpack[Options]) -> Answer[CaseStatus]:
        """Decide on a request (`Approve`, `Decline`, `AskInformationInput`, `AskSecurityInput`).

        The decision is of the version that `if_match` names, or, without it, of the one that is read right before.
        Raises ChangedMeanwhile, with the case as it is now where that can be read, when it is no longer that.
        """
        if "if_match" not in options:
            seen = await self.show(request_id)
            options["if_match"] = seen.etag or seen.content.etag
        try:
            return await self._act(request_id, "decision", decision, options)
        except ChangedMeanwhile as problem:
            # That nothing was decided is known, whether or not the case can be read now.
            with suppress(PayByInvoiceError):
                problem.fresh = await self.show(request_id)
            raise

    async def confirm_security(self, request_id: str, security: Body, **options: Unpack[Options]) -> Answer[CaseStatus]:
        """Say that the security is there (`SecurityReceivedInput`): the review goes on."""
        return await self._act(request_id, "security-received", security, options)

    async def resume(self, request_id: str, **options: Unpack[Options]) -> Answer[CaseStatus]:
        """Send the pending message of a request again and take its attention flag off."""
        return await self._act(request_id, "resumption", None, options)

    async def unreadable_messages(self, **options: Unpack[Options]) -> Answer[UnreadableMessages]:
        """Read the queue messages that nobody could read, whole."""
        return await self._read(self._address("unreadable-messages"), UnreadableMessages, options)
