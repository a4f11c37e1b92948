"""What can go wrong, in the domain's words. Adapters and workflow raise these; `functions.answers` words them."""

from collections.abc import Sequence
from datetime import datetime


class PayByInvoiceError(Exception):
    """Every expected failure of this system."""


class PassVoidError(PayByInvoiceError):
    """A pass was called back, or its holder is no longer the account administrator."""


class StorageError(PayByInvoiceError):
    """A storage request did not end as asked."""


class RowExistsError(StorageError):
    """A row to insert is there already. `index` counts the transaction's operations from 0."""

    def __init__(self, index: int = 0) -> None:
        super().__init__(f"operation {index}: the row exists already")
        self.index = index


class RowChangedError(StorageError):
    """A row is gone, or is not the version that was read. `index` counts the transaction's operations from 0."""

    def __init__(self, index: int = 0) -> None:
        super().__init__(f"operation {index}: the row was changed or deleted meanwhile")
        self.index = index


class StorageUnavailableError(StorageError):
    """No answer, or a server error. The request may have been carried out all the same."""


class IllegalMoveError(PayByInvoiceError):
    """The event cannot happen in the case's state. `open_to` names those that can."""

    def __init__(self, state: str, event: str, open_to: tuple[str, ...]) -> None:
        super().__init__(f"'{event}' is not possible in state '{state}'; possible: {', '.join(open_to) or 'nothing'}")
        self.state, self.event, self.open_to = state, event, open_to


class CaseNotFoundError(PayByInvoiceError):
    """There is no such case, or it is not the caller's to see."""


class RoleNeededError(PayByInvoiceError):
    """What was asked for is for people of the billing desk with this role."""

    def __init__(self, role: str) -> None:
        super().__init__(f"this needs the role {role}")
        self.role = role


class DocumentNotFoundError(PayByInvoiceError):
    """The case has no such document, or not any more."""


class CaseBusyError(PayByInvoiceError):
    """Others changed the same case again and again; trying later will help."""


class RequestOpenError(PayByInvoiceError):
    """The subscription has an open request. `case_id` names it to its owner; it is None for everybody else."""

    def __init__(self, case_id: str | None) -> None:
        super().__init__("the subscription has an open request")
        self.case_id = case_id


class AlreadySwitchedError(PayByInvoiceError):
    """The subscription pays by invoice since `since`; there is no way back and nothing to ask."""

    def __init__(self, since: datetime) -> None:
        super().__init__(f"the subscription pays by invoice since {since}")
        self.since = since


class CoolingOffError(PayByInvoiceError):
    """An earlier request was declined; a new one is possible from `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"a new request is possible from {until}")
        self.until = until


class RepeatKeyReusedError(PayByInvoiceError):
    """A key that names one request was used before with another; `kind` says by which convention it was sent."""

    def __init__(self, kind: str) -> None:
        super().__init__("the key was used before with another request")
        self.kind = kind


class ConsentOutdatedError(PayByInvoiceError):
    """The consent names the hash of another text than the policy's."""

    def __init__(self, text_sha256: str) -> None:
        super().__init__("the consent is for another text than the current one")
        self.text_sha256 = text_sha256


class MessageEarlyError(PayByInvoiceError):
    """A message came before the commit it belongs to; raising brings it back later."""


class NoticeInFlightError(PayByInvoiceError):
    """Another message has the notice in hand; raising brings this one back when that is settled."""


class TryAgainLaterError(PayByInvoiceError):
    """A system that is needed does not answer. `reason` is safe to keep in history."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoticeRefusedError(PayByInvoiceError):
    """The mail system refuses the notice for good. The text names the reason without personal data."""


class NoticeInDoubtError(PayByInvoiceError):
    """Nobody knows whether the mail system took the notice. Raising leaves it inflight until it is resolved."""


class UnreadableMessageError(PayByInvoiceError):
    """A queue message that no version of this app can read."""


class SettingsError(PayByInvoiceError):
    """A setting is missing or wrong; the text names it and the remedy."""


class FactsBlockError(PayByInvoiceError):
    """What is known of the subscription now does not allow an approval."""

    def __init__(self, findings: Sequence[object]) -> None:
        super().__init__("what is known of the subscription now does not allow an approval")
        self.findings = findings


class PreconditionFailedError(PayByInvoiceError):
    """The case has changed since the caller saw it; `revision` is its content revision now."""

    def __init__(self, revision: int) -> None:
        super().__init__("the case has changed since you saw it")
        self.revision = revision


class WrongFieldError(PayByInvoiceError):
    """A field is wrong in a way that only the workflow can tell; `pointer` is a JSON Pointer (RFC 6901).

    `others` are wrong as well: whoever corrects one is to hear of all.
    """

    def __init__(self, pointer: str, code: str, detail: str, others: "Sequence[WrongFieldError]" = ()) -> None:
        super().__init__(detail)
        self.pointer, self.code, self.detail, self.others = pointer, code, detail, tuple(others)

    @property
    def every(self) -> "tuple[WrongFieldError, ...]":
        """This one and the others."""
        return (self, *self.others)
