"""What an officer typed into a form of a case, read as the decision that it makes: by the same models as the API's.

Fields have short names of their own. A wrong one is told by a code, with the model's English words beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from pydantic import ValidationError

from shared.domain.decisions import (
    Approve,
    AskInformation,
    AskSecurity,
    Decline,
    DeclineCode,
    InformationItem,
    Language,
    SecurityReceived,
)
from shared.domain.door import AT_THE_DOOR
from shared.domain.lifecycle import Event, State, refusal_in
from shared.domain.mistakes import Mistake, ambiguous, mistake_of
from shared.domain.model import Model
from shared.domain.typed_amounts import plain_amount


class FormKind(StrEnum):
    """The forms in which an officer moves a case."""

    APPROVE = "approve"
    DECLINE = "decline"
    ASK_INFORMATION = "ask_information"
    ASK_SECURITY = "ask_security"
    SECURITY_RECEIVED = "security_received"


EVENT_OF: Final[Mapping[FormKind, Event]] = {
    FormKind.SECURITY_RECEIVED: Event.CONFIRM_SECURITY,
    FormKind.APPROVE: Event.APPROVE,
    FormKind.ASK_INFORMATION: Event.ASK_INFORMATION,
    FormKind.ASK_SECURITY: Event.ASK_SECURITY,
    FormKind.DECLINE: Event.DECLINE,
}
"""What each form brings about, in the order in which people are offered them; to decline can also be to revoke."""

Papers = Approve | Decline | AskInformation | AskSecurity | SecurityReceived

_MODELS: Final[Mapping[FormKind, type[Model]]] = {
    FormKind.APPROVE: Approve,
    FormKind.DECLINE: Decline,
    FormKind.ASK_INFORMATION: AskInformation,
    FormKind.ASK_SECURITY: AskSecurity,
    FormKind.SECURITY_RECEIVED: SecurityReceived,
}
_MONEY_IN: Final = {
    FormKind.APPROVE: "limit",
    FormKind.ASK_SECURITY: "amount",
    FormKind.SECURITY_RECEIVED: "amount",
}
_TEXTS: Final[Mapping[FormKind, Mapping[str, str]]] = {
    FormKind.APPROVE: {"note": "note"},
    FormKind.DECLINE: {"note": "note"},
    FormKind.ASK_INFORMATION: {"note": "note"},
    FormKind.ASK_SECURITY: {"type": "type", "by": "by", "note": "note"},
    FormKind.SECURITY_RECEIVED: {"type": "type", "reference": "reference", "received_on": "receivedOn"},
}
"""The fields that stand in the document as they were typed, and their members there."""


@dataclass(frozen=True, slots=True)
class TypedDecision:
    """What was typed, the decision if all of it can be read, and what is wrong with fields."""

    values: Mapping[str, str]
    papers: Papers | None = None
    mistakes: Mapping[str, Mistake] = field(default_factory=dict)


def event_of(kind: FormKind, state: State) -> Event:
    """What a form brings about on a case in a state."""
    return refusal_in(state) if kind is FormKind.DECLINE else EVENT_OF[kind]


def read_decision(kind: FormKind, values: Mapping[str, str], language: Language) -> TypedDecision:
    """Read what was typed, amounts as the language writes them."""
    mistakes: dict[str, Mistake] = {}
    papers: Any = None
    try:
        papers = _MODELS[kind].model_validate(_document(kind, values, language), context=AT_THE_DOOR)
    except ValidationError as error:
        for each in error.errors():
            mistakes.setdefault(_field_of(each["loc"], values), mistake_of(each))
    if kind in _MONEY_IN and values.get("amount") and plain_amount(values["amount"], language) is None:
        mistakes["amount"] = ambiguous(values["amount"])
    return TypedDecision(values, papers, mistakes)


def _document(kind: FormKind, values: Mapping[str, str], language: Language) -> dict[str, Any]:
    texts = {member: values[name] for name, member in _TEXTS[kind].items() if values.get(name)}
    document: dict[str, Any] = {**texts, **({} if kind is FormKind.SECURITY_RECEIVED else {"kind": kind.value})}
    if kind in _MONEY_IN:
        document[_MONEY_IN[kind]] = _money(values, language)
    if kind is FormKind.DECLINE:
        document["codes"] = [code.value for code in DeclineCode if values.get(f"code_{code.value}")]
    if kind is FormKind.ASK_INFORMATION:
        document["items"] = [_item(item, values) for item in _chosen(values)]
    return document


def _money(values: Mapping[str, str], language: Language) -> dict[str, str]:
    money = {name: values[name] for name in ("amount", "currency") if values.get(name)}
    if "amount" in money:
        # An amount that can mean two is refused with the papers it is in.
        money["amount"] = plain_amount(money["amount"], language) or "0"
    if "currency" in money:
        money["currency"] = money["currency"].upper()
    return money


def _chosen(values: Mapping[str, str]) -> list[InformationItem]:
    """What is ticked, and what has words although it is not: they are not lost without a word."""
    return [item for item in InformationItem if any(values.get(f"{part}_{item.value}") for part in ("item", "text"))]


def _item(item: InformationItem, values: Mapping[str, str]) -> dict[str, str]:
    text = values.get(f"text_{item.value}")
    return {"item": item.value, **({"text": text} if text else {})}


def _field_of(path: Sequence[str | int], values: Mapping[str, str]) -> str:
    match path:
        case "items", int(number), *_:
            return f"text_{_chosen(values)[number].value}"
        case "limit" | "amount", "currency":
            return "currency"
        case "limit", *_:
            return "amount"
    return "received_on" if path[0] == "receivedOn" else str(path[0])
