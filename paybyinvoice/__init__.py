"""Client of the Pay by Invoice API, for partners' tooling and the billing desk: `Client`, `Desk`, and a command line.

It needs pydantic and aiohttp, and nothing of the service in whose repository it lies. Here belongs what speaks the
API over HTTP; not what the service decides, nor what runs it on a developer's machine.
"""

from paybyinvoice.answers import Answer
from paybyinvoice.client import Client
from paybyinvoice.desk import Desk
from paybyinvoice.problems import (
    ApiProblem,
    ChangedMeanwhile,
    Conflict,
    FieldError,
    InvalidRequest,
    NotFound,
    PayByInvoiceError,
    RateLimited,
    Unavailable,
    UnexpectedAnswer,
    UnsafeAddress,
)
from paybyinvoice.retries import Retries
from paybyinvoice.sign_in import BearerToken, ClientSecret, DevelopmentUser

__all__ = [
    "Answer",
    "ApiProblem",
    "BearerToken",
    "ChangedMeanwhile",
    "Client",
    "ClientSecret",
    "Conflict",
    "Desk",
    "DevelopmentUser",
    "FieldError",
    "InvalidRequest",
    "NotFound",
    "PayByInvoiceError",
    "RateLimited",
    "Retries",
    "Unavailable",
    "UnexpectedAnswer",
    "UnsafeAddress",
]
