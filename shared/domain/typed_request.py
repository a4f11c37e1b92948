"""What was typed on the pages of an application, read as the request that it makes: by the same models as the API's.

Fields have short names of their own. A wrong one is told by a code, with the model's English words beside it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shared.domain.case import ContactMethod, RequestForm, scope_of
from shared.domain.decisions import Language
from shared.domain.door import AT_THE_DOOR
from shared.domain.dossier import Dossier
from shared.domain.draft import Step
from shared.domain.facts import SubscriptionFacts
from shared.domain.mistakes import Mistake, ambiguous, mistake_of
from shared.domain.typed_amounts import plain_amount


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field is asked, and where it stands in the request."""

    step: Step
    path: tuple[str, ...]


FIELDS: Final[Mapping[str, Place]] = {
    "subscription_id": Place(Step.SUBSCRIPTION, ("subscriptionId",)),
    "administrator": Place(Step.SUBSCRIPTION, ("accountAdministratorEmail",)),
    "support_plan": Place(Step.SUBSCRIPTION, ("supportPlan",)),
    "company_name": Place(Step.DETAILS, ("companyName",)),
    "line1": Place(Step.DETAILS, ("billingAddress", "line1")),
    "line2": Place(Step.DETAILS, ("billingAddress", "line2")),
    "postal_code": Place(Step.DETAILS, ("billingAddress", "postalCode")),
    "city": Place(Step.DETAILS, ("billingAddress", "city")),
    "region": Place(Step.DETAILS, ("billingAddress", "region")),
    "country": Place(Step.DETAILS, ("billingAddress", "country")),
    "amount": Place(Step.DETAILS, ("creditNeeded", "amount")),
    "currency": Place(Step.DETAILS, ("creditNeeded", "currency")),
    "contact_name": Place(Step.CONTACT, ("contact", "name")),
    "contact_email": Place(Step.CONTACT, ("contact", "email")),
    "contact_method": Place(Step.CONTACT, ("contact", "preferredMethod")),
    "contact_phone": Place(Step.CONTACT, ("contact", "phone")),
    "contact_language": Place(Step.CONTACT, ("contact", "language")),
    "consent": Place(Step.REVIEW, ("consent", "accepted")),
}
"""Every field in the order of the pages."""

_NAME_AT: Final = {place.path: name for name, place in FIELDS.items()}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known and not asked again; empty text where it is not known. `currency` is that of the balance."""

    scope: str
    subscription_id: str = ""
    administrator: str = ""
    country: str = ""
    currency: str = ""

    def filled(self, values: Mapping[str, str], language: Language) -> Mapping[str, str]:
        """What was typed, and what is known in the fields where nothing was."""
        likely = {
            "country": self.country,
            "currency": self.currency,
            "contact_method": "email",
            "contact_language": language,
        }
        certain = {"administrator": self.administrator}
        if self.subscription_id:
            certain["subscription_id"] = self.subscription_id
        return {**likely, **values, **certain}


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether the applicant agrees, and the hash of the words that they were shown."""

    accepted: bool
    text_sha256: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The request, if all that was typed can be read, and what is wrong with fields, in the order of the pages."""

    form: RequestForm | None
    mistakes: Mapping[str, Mistake]

    def wrong_in(self, step: Step) -> Mapping[str, Mistake]:
        """What is wrong in a step."""
        return {name: mistake for name, mistake in self.mistakes.items() if FIELDS[name].step is step}


def known_of(dossier: Dossier) -> Known:
    """What is known of an applicant's subscription."""
    facts = dossier.known_facts
    balance = facts.outstanding_balance
    return Known(
        scope=dossier.scope,
        subscription_id=next((each for each in _named(dossier, facts) if _is_of(dossier.scope, each)), ""),
        administrator=facts.account_administrator_email or "",
        country=facts.country or "",
        currency=balance.currency if balance else "",
    )


def _named(dossier: Dossier, facts: SubscriptionFacts) -> Iterable[str]:
    """Subscription ids by which the scope may be called: facts name it in the ids of its resources only."""
    yield from (str(stored.value.request.subscription_id) for stored in dossier.cases.values() if stored.value)
    yield from (part for each in facts.resources or () for part in each.id.lower().split("/")[2:3])


def _is_of(scope: str, subscription_id: str) -> bool:
    try:
        return scope_of(UUID(subscription_id)) == scope
    except ValueError:
        return False


def read_request(values: Mapping[str, str], scope: str, language: Language, agreement: Agreement) -> Reading:
    """Read what was typed, amounts as the language writes them, as the request for a scope."""
    mistakes: dict[str, Mistake] = {}
    form: RequestForm | None = None
    try:
        form = RequestForm.model_validate(_document(values, language, agreement), context=AT_THE_DOOR)
    except ValidationError as error:
        for each in error.errors():
            mistakes.setdefault(_name_of(each), mistake_of(each))
    mistakes |= _beyond_the_models(values, scope, language, mistakes)
    return Reading(None if mistakes else form, {name: mistakes[name] for name in FIELDS if name in mistakes})


def _document(values: Mapping[str, str], language: Language, agreement: Agreement) -> dict[str, Any]:
    document: dict[str, Any] = {"billingAddress": {}, "contact": {}, "creditNeeded": {}}
    for name, place in FIELDS.items():
        text = values.get(name, "").strip()
        if text:
            *above, member = place.path
            (document[above[0]] if above else document)[member] = text
    if "amount" in document["creditNeeded"]:
        typed = document["creditNeeded"]["amount"]
        document["creditNeeded"]["amount"] = plain_amount(typed, language) or "0"
    document["consent"] = {"accepted": agreement.accepted, "textSha256": agreement.text_sha256}
    return document


def _name_of(error: ErrorDetails) -> str:
    path = tuple(str(part) for part in error["loc"])
    return _NAME_AT.get(path, "consent")


def _beyond_the_models(
    values: Mapping[str, str], scope: str, language: Language, found: Mapping[str, Mistake]
) -> dict[str, Mistake]:
    """What the models cannot tell, or only once all else in their part is right."""
    mistakes = {}
    if "subscription_id" not in found and not _is_of(scope, values["subscription_id"].strip()):
        words = "is another subscription than the link that you came in by is for"
        mistakes["subscription_id"] = Mistake("other_subscription", words)
    typed = values.get("amount", "").strip()
    if typed and plain_amount(typed, language) is None:
        mistakes["amount"] = ambiguous(typed)
    if values.get("contact_method") == ContactMethod.PHONE.value and not values.get("contact_phone", "").strip():
        mistakes["contact_phone"] = Mistake("missing", "is missing: the preferred method is phone")
    return mistakes
