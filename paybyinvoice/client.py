"""A partner's own tooling: asks for payment by invoice, and follows its requests to their end."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final, Unpack

from paybyinvoice.addresses import followed
from paybyinvoice.answers import Answer, read_answer
from paybyinvoice.callers import Caller
from paybyinvoice.calls import Body, Options, read_call
from paybyinvoice.connection import RETRIES
from paybyinvoice.models import CaseStatus, CaseView, History, PreCheckView
from paybyinvoice.retries import Retries
from paybyinvoice.sign_in import ClientSecret

LOOK_AGAIN_SECONDS: Final = 5.0
"""How long to wait where the service does not say."""

ENDED: Final = frozenset(("Succeeded", "Failed", "Canceled"))
"""The `status` of a request to which nothing happens any more."""


class Client(Caller):
    """A client of the service at `url`, which must be https but for localhost (else UnsafeAddress).

    async with Client("https://pay.example.com", ClientSecret("contoso", secret)) as client:
        submitted = await client.submit(form)
        settled = await client.wait_until_settled(submitted)
    """

    def __init__(self, url: str, sign_in: ClientSecret, retries: Retries = RETRIES) -> None:
        super().__init__(url, sign_in, retries)
        self._sleep = retries.sleep

    async def pre_check(self, form: Body, **options: Unpack[Options]) -> Answer[PreCheckView]:
        """Try out what would be found (`PreCheckForm`): every rule, and the words to agree to. No request is made."""
        return await self._answer("POST", self._address("pre-checks"), form, options, PreCheckView)

    async def submit(self, form: Body, **options: Unpack[Options]) -> Answer[CaseStatus]:
        """Submit a request (`RequestFormInput`). Raises Conflict where one is open or the switch was made already."""
        return await self._answer("POST", self._address("requests"), form, options, CaseStatus)

    async def request(self, request_id: str, **options: Unpack[Options]) -> Answer[CaseView]:
        """Read where a request stands, what was found, and whose turn it is until when."""
        return await self._read(self._address("requests", request_id), CaseView, options)

    async def history(self, request_id: str, **options: Unpack[Options]) -> Answer[History]:
        """Read what happened to a request, in order."""
        return await self._read(self._address("requests", request_id, "history"), History, options)

    async def send_message(self, request_id: str, text: str, **options: Unpack[Options]) -> Answer[CaseStatus]:
        """Write to the billing desk."""
        return await self._act(request_id, "messages", {"text": text}, options)

    async def wait_until_settled(
        self,
        request: str | Answer[CaseStatus],
        on_change: Callable[[Answer[CaseView]], None] | None = None,
        **options: Unpack[Options],
    ) -> Answer[CaseView]:
        """Look at a request until it has ended or is somebody's turn, as often as the service asks.

        `request` is its id, or what a submission or action was answered. `on_change` is called with the first sight
        and with each that differs from the one before. Days may pass: `asyncio.timeout` ends it.
        """
        url = self._operation_of(request)
        seen = await self._read(url, CaseView, options)
        while True:
            if on_change is not None:
                on_change(seen)
            if is_settled(seen.content):
                return seen
            seen = await self._next_version(url, seen, options)

    async def _next_version(self, url: str, seen: Answer[CaseView], options: Options) -> Answer[CaseView]:
        wait = seen.retry_after
        while True:
            await self._sleep(LOOK_AGAIN_SECONDS if wait is None else wait)
            reply = await self._connection.reply_to(read_call(url, options, if_none_match=seen.etag))
            if reply.status != HTTPStatus.NOT_MODIFIED:
                return read_answer(reply, CaseView)
            # A 304 need not repeat what does not change (RFC 9110 section 15.4.5).
            wait = reply.retry_after if reply.retry_after is not None else wait

    def _operation_of(self, request: str | Answer[CaseStatus]) -> str:
        if isinstance(request, str):
            return self._address("requests", request)
        if request.operation is None:
            return self._address("requests", request.content.id)
        return followed(self._connection.url, request.operation)


def is_settled(case: CaseView) -> bool:
    """Whether nothing more happens by itself: it has ended, or it is the applicant's or the desk's turn."""
    return case.status in ENDED or case.wait is not None
