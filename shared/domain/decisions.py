"""What a credit officer decides, what the applicant answers to it, and a refusal in words.

The codes follow UN/EDIFACT 4509 (credit cover response reasons), with those that lenders' interfaces add for companies
and addresses that cannot be verified. An applicant never reads a code's own meaning: what a third party said, and how
figures were weighed, stays with the desk.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from shared.domain import reading
from shared.domain.door import Door, WrongMember, needed_where, wrong_members
from shared.domain.model import Line, Model, Note, PositiveMoney, Text

Language = Literal["en", "nl"]
"""The languages that applicants are written to in."""

_T = TypeVar("_T")


class DeclineCode(StrEnum):
    """Why a request is declined; for the desk only.

    `account_not_verified` is for one that is held up by facts on its Azure account that cannot be found out.
    """

    FINANCIALS_NOT_PROVIDED = "financials_not_provided"
    NONE_AVAILABLE = "none_available"
    OUT_OF_BUSINESS = "out_of_business"
    NEW_COMPANY = "new_company"
    NOT_REGISTERED = "not_registered"
    NOT_TRADING = "not_trading"
    ADVERSE_INFORMATION = "adverse_information"
    LIMIT_TOO_HIGH_FOR_FIGURES = "limit_too_high_for_figures"
    INSUFFICIENT_TURNOVER = "insufficient_turnover"
    COMPANY_NOT_IDENTIFIED = "company_not_identified"
    ADDRESS_NOT_VERIFIED = "address_not_verified"
    ACCOUNT_NOT_VERIFIED = "account_not_verified"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ApplicantWords:
    """What an applicant is told of a refusal, and what to do next."""

    text: str
    next_step: str


@dataclass(frozen=True, slots=True)
class DeclineWords:
    """A code in words: one sentence for the desk, and per language what the applicant may read."""

    desk: str
    applicant: Mapping[Language, ApplicantWords]


def _words(desk: str, en: tuple[str, str], nl: tuple[str, str]) -> DeclineWords:
    return DeclineWords(desk, {"en": ApplicantWords(*en), "nl": ApplicantWords(*nl)})


DECLINE_WORDS: Final[Mapping[DeclineCode, DeclineWords]] = {
    DeclineCode.FINANCIALS_NOT_PROVIDED: _words(
        "The applicant did not provide the financial information that was asked for (EDIFACT 4509: 1).",
        (
            "We did not receive the financial information that we need for a decision.",
            "Apply again with your most recent annual accounts.",
        ),
        (
            "We hebben de financiële gegevens die we voor een besluit nodig hebben niet ontvangen.",
            "Dien een nieuwe aanvraag in met uw meest recente jaarrekening.",
        ),
    ),
    DeclineCode.NONE_AVAILABLE: _words(
        "No financial information on the company is available (EDIFACT 4509: 2).",
        (
            "There is not enough financial information about your company for a decision.",
            "Apply again once annual accounts of your company are available.",
        ),
        (
            "Er is niet genoeg financiële informatie over uw bedrijf voor een besluit.",
            "Dien een nieuwe aanvraag in zodra er een jaarrekening van uw bedrijf is.",
        ),
    ),
    DeclineCode.OUT_OF_BUSINESS: _words(
        "The company has ceased trading (EDIFACT 4509: 3).",
        (
            "We could not establish that your company is in business.",
            "If it is, apply again with a recent extract from the trade register.",
        ),
        (
            "We konden niet vaststellen dat uw bedrijf actief is.",
            "Is dat wel zo, dien dan een nieuwe aanvraag in met een recent uittreksel uit het handelsregister.",
        ),
    ),
    DeclineCode.NEW_COMPANY: _words(
        "The company was founded recently (EDIFACT 4509: 4).",
        (
            "Your company has not been in business long enough to pay by invoice.",
            "Apply again once the annual accounts of a full year are available.",
        ),
        (
            "Uw bedrijf bestaat nog niet lang genoeg om op factuur te betalen.",
            "Dien een nieuwe aanvraag in zodra de jaarrekening van een volledig jaar beschikbaar is.",
        ),
    ),
    DeclineCode.NOT_REGISTERED: _words(
        "The company is not formally registered as a legal entity (EDIFACT 4509: 5).",
        (
            "We could not find a registration of your company as a legal entity.",
            "Apply again with a document that shows the registration, such as an extract from the trade register.",
        ),
        (
            "We konden geen inschrijving van uw bedrijf als rechtspersoon vinden.",
            "Dien een nieuwe aanvraag in met een bewijs daarvan, zoals een uittreksel uit het handelsregister.",
        ),
    ),
    DeclineCode.NOT_TRADING: _words(
        "The company does not trade, for example a holding company (EDIFACT 4509: 6).",
        (
            "The company that applied does not trade itself, so it cannot pay by invoice.",
            "Apply again in the name of the company in your group that does the trading.",
        ),
        (
            "Het bedrijf dat de aanvraag deed handelt zelf niet en kan daarom niet op factuur betalen.",
            "Dien een nieuwe aanvraag in op naam van het bedrijf in uw groep dat wel handelt.",
        ),
    ),
    DeclineCode.ADVERSE_INFORMATION: _words(
        "Adverse information on the company is publicly available (EDIFACT 4509: 12).",
        (
            "On the information available to us, we cannot agree to payment by invoice.",
            "If your company's situation changes, you can apply again; keep your present payment method until then.",
        ),
        (
            "Op basis van de informatie waarover we beschikken kunnen we niet instemmen met betaling op factuur.",
            "Verandert de situatie van uw bedrijf, dan kunt u opnieuw een aanvraag indienen; behoud tot dan uw huidige "
            "betaalmethode.",
        ),
    ),
    DeclineCode.LIMIT_TOO_HIGH_FOR_FIGURES: _words(
        "The requested limit is too high for the figures, and no lower one was agreed.",
        (
            "We cannot grant the credit that you asked for.",
            "Apply again for a lower amount, or with more recent annual accounts.",
        ),
        (
            "We kunnen het gevraagde krediet niet verlenen.",
            "Dien een nieuwe aanvraag in voor een lager bedrag of met een recentere jaarrekening.",
        ),
    ),
    DeclineCode.INSUFFICIENT_TURNOVER: _words(
        "The turnover is too low for payment by invoice (compare EDIFACT 4509: 14).",
        (
            "Your company's present turnover is too low for payment by invoice.",
            "Apply again when the turnover has grown; keep your present payment method until then.",
        ),
        (
            "De huidige omzet van uw bedrijf is te laag voor betaling op factuur.",
            "Dien een nieuwe aanvraag in als de omzet is gegroeid; behoud tot dan uw huidige betaalmethode.",
        ),
    ),
    DeclineCode.COMPANY_NOT_IDENTIFIED: _words(
        "The company cannot be identified from what was given.",
        (
            "We could not identify your company from the information in the application.",
            "Apply again with the name and registration number exactly as they are registered.",
        ),
        (
            "We konden uw bedrijf niet identificeren met de gegevens in de aanvraag.",
            "Dien een nieuwe aanvraag in met de naam en het nummer precies zoals ze zijn ingeschreven.",
        ),
    ),
    DeclineCode.ADDRESS_NOT_VERIFIED: _words(
        "The billing address cannot be verified as the company's.",
        (
            "We could not verify the billing address as your company's.",
            "Apply again with the address as it is registered, and check that your Azure account shows the same.",
        ),
        (
            "We konden niet vaststellen dat het factuuradres van uw bedrijf is.",
            "Dien een nieuwe aanvraag in met het ingeschreven adres; uw Azure-account moet hetzelfde adres hebben.",
        ),
    ),
    DeclineCode.ACCOUNT_NOT_VERIFIED: _words(
        "The Azure account of the subscription, or who administers it, cannot be verified.",
        (
            "We could not verify the Azure account of your subscription, or who administers it.",
            "Apply again for a subscription of a business account, with the e-mail address that the account "
            "administrator signs in with.",
        ),
        (
            "We konden niet vaststellen wat voor Azure-account uw abonnement heeft, of wie het beheert.",
            "Dien een nieuwe aanvraag in voor een abonnement van een zakelijk account, met het e-mailadres waarmee de "
            "accountbeheerder zich aanmeldt.",
        ),
    ),
    DeclineCode.OTHER: _words(
        "Another reason: see the note (EDIFACT 4509: 15).",
        (
            "After reviewing your application, we cannot agree to payment by invoice.",
            "You can ask us to look at your application again; keep your present payment method until then.",
        ),
        (
            "Na beoordeling van uw aanvraag kunnen we niet instemmen met betaling op factuur.",
            "U kunt ons vragen opnieuw naar uw aanvraag te kijken; behoud tot dan uw huidige betaalmethode.",
        ),
    ),
}


def _some_once_each(items: tuple[_T, ...]) -> tuple[_T, ...]:
    if not items:
        raise PydanticCustomError("too_short", "name at least one")
    again = [place for place, item in enumerate(items) if item in items[:place]]
    if again:
        raise wrong_members(
            "tuple", *(WrongMember(place, "repeated", "is named twice: name it once") for place in again)
        )
    return items


def _most(items: int) -> Any:
    """Annotates a tuple of 1 to so many items, all different."""
    # A min_length would count the items that are sound, and complain of their number beside each that is not.
    return Field(max_length=items, json_schema_extra={"minItems": 1, "uniqueItems": True})


_NOTE: Final = "For the billing desk only."

_Day = Annotated[date, Door(reading.day, reading.day_schema)]


class Approve(Model):
    """The company may pay by invoice, up to a limit. The note says why, for the desk only."""

    kind: Literal["approve"] = Field(examples=["approve"])
    limit: PositiveMoney = Field(description="The most that may be owed at any time.")
    note: Note = Field(description=_NOTE, examples=["Sound figures; the bank confirms."])


class Decline(Model):
    """The company may not pay by invoice. Codes and note are for the desk; the applicant reads other words."""

    kind: Literal["decline"] = Field(examples=["decline"])
    codes: Annotated[tuple[DeclineCode, ...], _most(5), AfterValidator(_some_once_each), Door(reading.at_most(5))] = (
        Field(description="Why; the weightiest first.", examples=[["insufficient_turnover"]])
    )
    note: Note = Field(description=_NOTE, examples=["Turnover fell by half in a year."])


class InformationItem(StrEnum):
    """What an officer can ask for; `other` is told in words."""

    AUDITED_STATEMENTS = "audited_statements"
    MANAGEMENT_ACCOUNTS = "management_accounts"
    BANK_REFERENCE = "bank_reference"
    LEGAL_DOCUMENT = "legal_document"
    EXPLANATION_OF_FIGURES = "explanation_of_figures"
    OTHER = "other"


class AskedItem(Model):
    """One thing that is asked for. The applicant reads `text`; `other` cannot do without it."""

    model_config = ConfigDict(json_schema_extra=needed_where("item", InformationItem.OTHER.value, "text"))

    item: InformationItem = Field(examples=["bank_reference"])
    text: Line | None = Field(
        default=None, description="What is asked for, in words for the applicant.", examples=["From your main bank"]
    )

    @model_validator(mode="after")
    def _other_in_words(self) -> "AskedItem":
        if self.item is InformationItem.OTHER and self.text is None:
            words = "is missing: the item is other, so say here what is asked for"
            raise wrong_members("AskedItem", WrongMember("text", "missing", words))
        return self


class AskInformation(Model):
    """The applicant is to send more before a decision is possible."""

    kind: Literal["ask_information"] = Field(examples=["ask_information"])
    items: Annotated[tuple[AskedItem, ...], _most(10), AfterValidator(_some_once_each), Door(reading.at_most(10))]
    note: Note = Field(description=_NOTE, examples=["The bank reference is too old."])


class SecurityType(StrEnum):
    """What can secure a credit that the figures alone do not carry."""

    DEPOSIT = "deposit"
    STANDBY_LETTER_OF_CREDIT = "standby_letter_of_credit"


class AskSecurity(Model):
    """The applicant is to give a security first; `by` is the last day for it, if there is one."""

    kind: Literal["ask_security"] = Field(examples=["ask_security"])
    type: SecurityType = Field(examples=["deposit"])
    amount: PositiveMoney
    by: _Day | None = Field(default=None, description="The last day for it.", examples=["2026-12-31"])
    note: Note = Field(description=_NOTE, examples=["Thin equity."])


Decision = Annotated[Approve | Decline | AskInformation | AskSecurity, Field(discriminator="kind")]
"""What an officer decides; `kind` says which."""


class InformationAnswer(AskedItem):
    """The answer to one thing that was asked for, which it names as the question did.

    Its text tells questions for the same item apart, and those for other things.
    """

    answer: Text = Field(examples=["Contoso Bank confirms our credit line; its letter is on the way."])


class InformationReply(Model):
    """What the applicant sends back."""

    answers: Annotated[
        tuple[InformationAnswer, ...], _most(10), AfterValidator(_some_once_each), Door(reading.at_most(10))
    ]


def unanswered(asked: AskInformation, reply: InformationReply) -> tuple[tuple[int, AskedItem], ...]:
    """What was asked for and has no answer, each with its place among what was asked, from 0. More may be answered."""
    named = {_named(answer, asked) for answer in reply.answers}
    return tuple((place, each) for place, each in enumerate(asked.items) if _named(each, asked) not in named)


def _named(item: AskedItem, asked: AskInformation) -> tuple[InformationItem, str | None]:
    """What names a question: its item, with its text where the same item was asked for more than once, or is other."""
    times = sum(each.item is item.item for each in asked.items)
    return item.item, item.text if times > 1 or item.item is InformationItem.OTHER else None


class SecurityReceived(Model):
    """The desk has the security."""

    type: SecurityType = Field(examples=["deposit"])
    amount: PositiveMoney
    reference: Line = Field(description="Where it is found: a transfer, a letter.", examples=["Transfer 2026-1187"])
    received_on: _Day = Field(examples=["2026-12-01"])
