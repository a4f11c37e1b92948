"""Sends calls to the service, again where that helps."""

import logging
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from typing import Final, Self, TypeVar

import aiohttp
from pydantic import BaseModel
from yarl import URL

from paybyinvoice import addresses
from paybyinvoice.answers import REQUEST_ID, Answer, Reply, problem_of, read_answer
from paybyinvoice.calls import Call
from paybyinvoice.problems import Unavailable
from paybyinvoice.retries import Retries
from paybyinvoice.sign_in import SignIn

Content = TypeVar("Content", bound=BaseModel)

RETRIES: Final = Retries()
_TRIED_AGAIN: Final = frozenset(
    (
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
        # What a gateway says when it could not reach the service, or not in time.
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.GATEWAY_TIMEOUT,
    )
)

log = logging.getLogger("paybyinvoice")


@dataclass(frozen=True)
class _Failure:
    """Why there is no answer, and whether another try may bring one."""

    reason: str
    is_passing: bool = True


class Connection:
    """The service at `url`, called as `sign_in` says. Use as an async context manager.

    Raises UnsafeAddress where the secret would cross a network in the clear: `url` must be https, but for localhost.
    """

    def __init__(self, url: str, sign_in: SignIn, retries: Retries = RETRIES) -> None:
        self.url = addresses.checked(url)
        self._sign_in = sign_in
        self._retries = retries
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # Cookies would tie calls together that have nothing to do with each other.
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def answer_to(self, call: Call, model: type[Content]) -> Answer[Content]:
        """Send a call and read the answer. Raises any PayByInvoiceError."""
        return read_answer(await self.reply_to(call), model)

    async def reply_to(self, call: Call) -> Reply:
        """Send a call until there is an answer that another try would not change.

        Raises Unavailable when there is none by the deadline, RateLimited when one has to wait until after it.
        """
        retries, left = self._retries, self._retries.deadline
        end = retries.clock() + left
        for failed in count(1):
            outcome = await self._tried(call, min(retries.try_time_out, left))
            _log(call, outcome, failed)
            if isinstance(outcome, Reply) and outcome.status not in _TRIED_AGAIN:
                return outcome
            asked = outcome.retry_after if isinstance(outcome, Reply) else None
            pause = retries.pause(failed, asked)
            is_hopeless = isinstance(outcome, _Failure) and not outcome.is_passing
            if is_hopeless or retries.clock() + pause >= end:
                break
            await retries.sleep(pause)
            left = end - retries.clock()
            # A pause may end late, and aiohttp would take a limit of 0 or less for none.
            if left <= 0:
                break
        return _given_up(call, outcome)

    async def _tried(self, call: Call, seconds: float) -> Reply | _Failure:
        # Errors of aiohttp become words here: some hold the request, and so the secret.
        try:
            async with self._opened().request(
                call.method,
                URL(call.url, encoded=True),
                data=call.body,
                headers={**call.headers, **self._sign_in.headers()},
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=seconds),
            ) as response:
                return Reply(response.status, response.headers.copy(), await response.read())
        except TimeoutError:
            return _Failure(f"there was no answer within {seconds:.3g} s")
        except aiohttp.ClientSSLError as error:
            return _Failure(f"the connection is not safe ({error})", is_passing=False)
        except aiohttp.ClientError as error:
            return _Failure(str(error) or type(error).__name__)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("use it as a context manager: async with Client(...) as client")
        return self._session


def _given_up(call: Call, outcome: Reply | _Failure) -> Reply:
    """Hand a 429 on as the refusal that it is; for all else say that the service cannot be had."""
    if isinstance(outcome, _Failure):
        raise Unavailable(f"{_where(call)} cannot be reached: {outcome.reason}.", call.idempotency_key)
    if outcome.status == HTTPStatus.TOO_MANY_REQUESTS:
        return outcome
    raise Unavailable(f"{_where(call)} is not available: {problem_of(outcome)}", call.idempotency_key)


def _where(call: Call) -> str:
    parts = URL(call.url, encoded=True)
    return f"The service at {parts.scheme}://{parts.authority}"


def _log(call: Call, outcome: Reply | _Failure, tries: int) -> None:
    path = URL(call.url, encoded=True).raw_path
    if isinstance(outcome, Reply):
        log.debug("%s %s: %d, try %d, %s", call.method, path, outcome.status, tries, outcome.headers.get(REQUEST_ID))
    else:
        log.debug("%s %s: no answer, try %d", call.method, path, tries)
