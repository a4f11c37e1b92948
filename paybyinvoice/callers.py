"""What clients and the billing desk can do alike."""

from types import TracebackType
from typing import Self, TypeVar, Unpack

from pydantic import BaseModel

from paybyinvoice.addresses import address
from paybyinvoice.answers import Answer
from paybyinvoice.calls import Body, Options, read_call, write_call
from paybyinvoice.connection import RETRIES, Connection
from paybyinvoice.models import CaseStatus
from paybyinvoice.retries import Retries
from paybyinvoice.sign_in import SignIn

Content = TypeVar("Content", bound=BaseModel)


class Caller:
    """Somebody who calls the service at `url`. Use as an async context manager.

    Every call may raise any PayByInvoiceError, and takes the `Options` of one call by name. Requests are named by
    their ids. Calls that change something carry an Idempotency-Key, the same in every try.
    """

    def __init__(self, url: str, sign_in: SignIn, retries: Retries = RETRIES) -> None:
        self._connection = Connection(url, sign_in, retries)

    async def __aenter__(self) -> Self:
        await self._connection.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connection.__aexit__(kind, error, trace)

    async def withdraw(self, request_id: str, **options: Unpack[Options]) -> Answer[CaseStatus]:
        """End an open request."""
        return await self._act(request_id, "withdrawal", None, options)

    async def recheck(self, request_id: str, **options: Unpack[Options]) -> Answer[CaseStatus]:
        """Have a held-up request checked again."""
        return await self._act(request_id, "recheck", None, options)

    async def send_credit_application(
        self, request_id: str, application: Body, **options: Unpack[Options]
    ) -> Answer[CaseStatus]:
        """Send the credit-check application (`CreditApplicationInput`); figures may be missing."""
        url = self._address("requests", request_id, "credit-application")
        return await self._answer("PUT", url, application, options, CaseStatus)

    async def send_information(self, request_id: str, reply: Body, **options: Unpack[Options]) -> Answer[CaseStatus]:
        """Answer what the officer asked (`InformationReplyInput`)."""
        return await self._act(request_id, "information", reply, options)

    async def _act(self, request_id: str, action: str, body: Body | None, options: Options) -> Answer[CaseStatus]:
        return await self._answer("POST", self._address("requests", request_id, action), body, options, CaseStatus)

    async def _answer(
        self, method: str, url: str, body: Body | None, options: Options, model: type[Content]
    ) -> Answer[Content]:
        return await self._connection.answer_to(write_call(method, url, body, options), model)

    async def _read(self, url: str, model: type[Content], options: Options) -> Answer[Content]:
        return await self._connection.answer_to(read_call(url, options), model)

    def _address(self, *path: str, **query: str) -> str:
        return address(self._connection.url, *path, **query)
