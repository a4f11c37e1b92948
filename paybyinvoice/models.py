"""The API's requests and answers.

Made by `python -m local.client_models` from docs/openapi.json, and not to be edited.
Members that are unknown here are kept, and a list of values is what was known: other values are read as they come.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from typing_extensions import TypeAliasType


class ApplicantMessage(BaseModel):
    """
    What the applicant wrote to the desk, by a client or on a page.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    at: AwareDatetime
    text: str
    by: Annotated[
        str | None,
        Field(
            description="Who wrote it: client or applicant with, after a colon, the client's id or the hash that stands for the applicant's subscription; absent where it was written before this was kept"
        ),
    ] = None


class Attention(BaseModel):
    """
    Why the desk must look at a case: a step or a notice failed for good, or a step waits and waits.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    reason: str
    since: AwareDatetime
    passing: Annotated[bool | None, Field(description="Whether it goes by itself when the case comes to rest.")] = False


Band = TypeAliasType(
    "Band",
    Annotated[
        Literal["safe", "grey", "distress", "not_assessable"] | str, Field(description="The zone of a score.")
    ],
)


class BillingAddress(BaseModel):
    """
    Where invoices go; it should match the Azure account's address.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    line1: Annotated[str, Field(description="Street and number, or post-office box.")]
    line2: Annotated[str | None, Field(description="What else the address needs.")] = None
    city: str
    region: Annotated[str | None, Field(description="State or province, where addresses have one.")] = None
    postal_code: Annotated[str | None, Field(alias="postalCode", description="Where the country has them.")] = None
    country: Annotated[str, Field(description="ISO 3166-1 alpha-2: two capital letters.")]


class BillingAddressInput(BaseModel):
    """
    Where invoices go; it should match the Azure account's address.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
    )
    line1: Annotated[str, Field(description="Street and number, or post-office box.")]
    line2: Annotated[str | None, Field(description="What else the address needs.")] = None
    city: str
    region: Annotated[str | None, Field(description="State or province, where addresses have one.")] = None
    postal_code: Annotated[str | None, Field(alias="postalCode", description="Where the country has them.")] = None
    country: Annotated[str, Field(description="ISO 3166-1 alpha-2: two capital letters.")]


class Consent(BaseModel):
    """
    The applicant's agreement that the switch cannot be undone; the hash says to which words.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    accepted: Annotated[Literal[True], Field(description="Whether the applicant agrees: nothing but true.")]
    text_sha256: Annotated[
        str,
        Field(
            alias="textSha256", description="SHA-256 of the text that was shown, in UTF-8, as a pre-check returns it."
        ),
    ]


class ConsentInput(BaseModel):
    """
    The applicant's agreement that the switch cannot be undone; the hash says to which words.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
    )
    accepted: Annotated[Literal[True], Field(description="Whether the applicant agrees: nothing but true.")]
    text_sha256: Annotated[
        str,
        Field(
            alias="textSha256", description="SHA-256 of the text that was shown, in UTF-8, as a pre-check returns it."
        ),
    ]


class ConsentView(BaseModel):
    """
    The words to agree to, and their hash, which a request's consent names.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    text: str
    text_sha256: Annotated[str, Field(alias="textSha256")]


ContactMethod = TypeAliasType(
    "ContactMethod",
    Annotated[
        Literal["email", "phone"] | str,
        Field(description="How a contact prefers to be reached, as in Microsoft.Support."),
    ],
)


class CreditNeed(BaseModel):
    """
    Whether a credit check is needed, and why; `code` and `details` say it to whoever writes in another language.

    In rows from before they were kept, both are empty.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    needed: bool
    code: str | None = ""
    reason: str
    details: dict[str, Any] | None = None
    source: str


DeclineCode = TypeAliasType(
    "DeclineCode",
    Annotated[
        Literal["financials_not_provided", "none_available", "out_of_business", "new_company", "not_registered", "not_trading", "adverse_information", "limit_too_high_for_figures", "insufficient_turnover", "company_not_identified", "address_not_verified", "account_not_verified", "other"] | str,
        Field(
            description="Why a request is declined; for the desk only.\n\n`account_not_verified` is for one that is held up by facts on its Azure account that cannot be found out."
        ),
    ],
)


class DeclineReason(BaseModel):
    """
    Why a request was declined and what can be done about it, in the contact's language.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    reason: str
    next_step: Annotated[str, Field(alias="nextStep")]


Doubt = TypeAliasType(
    "Doubt",
    Annotated[
        Literal["current_assets_above_total_assets", "current_liabilities_above_total_liabilities", "equity_above_total_assets", "operating_result_above_revenue", "figures_stale", "figures_in_another_currency", "limit_in_another_currency", "retained_earnings_above_equity", "negative_equity", "limit_high_for_revenue", "limit_above_request", "new_company"] | str,
        Field(description="What can be doubtful about an application."),
    ],
)


Event = TypeAliasType(
    "Event",
    Annotated[
        Literal["submit", "find_eligible", "find_blocked", "find_unknown", "find_ineligible", "change_facts", "ask_recheck", "rescan", "waive_check", "require_application", "assess", "schedule_retry", "submit_application", "submit_information", "ask_information", "ask_security", "confirm_security", "escalate", "breach", "approve", "decline", "revoke", "remind", "expire", "withdraw", "verify_switch"] | str,
        Field(description="What happens to a case."),
    ],
)


Figure = TypeAliasType(
    "Figure",
    Annotated[
        Literal["figures_year", "annual_revenue", "total_assets", "equity", "current_assets", "current_liabilities", "retained_earnings", "operating_result"] | str,
        Field(
            description="The figures an assessment needs; each value is the name of its field in `CreditApplication`."
        ),
    ],
)


InformationItem = TypeAliasType(
    "InformationItem",
    Annotated[
        Literal["audited_statements", "management_accounts", "bank_reference", "legal_document", "explanation_of_figures", "other"] | str,
        Field(description="What an officer can ask for; `other` is told in words."),
    ],
)


Layer = TypeAliasType(
    "Layer",
    Annotated[
        Literal["foreign_namespace", "wrapping_type", "plan_publisher"] | str,
        Field(description="The evidence, strongest first."),
    ],
)


class Links(BaseModel):
    """
    Addresses that belong to a case.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    self: Annotated[str, Field(description="Absolute, with the api-version")]
    history: Annotated[str, Field(description="Absolute, with the api-version")]


class MessageForm(BaseModel):
    """
    A message to the billing desk.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
    )
    text: Annotated[str, Field(description="What the desk should know.")]


class Money(BaseModel):
    """
    An amount in a currency, with no more decimals than the currency has (ISO 4217: EUR 2, JPY 0, KWD 3).
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    amount: Annotated[
        str,
        Field(description="Digits, with a point before the decimals, best sent as a string; a number is read exactly."),
    ]
    currency: Annotated[str, Field(description="ISO 4217: three capital letters.")]


class MoneyInput(BaseModel):
    """
    An amount in a currency, with no more decimals than the currency has (ISO 4217: EUR 2, JPY 0, KWD 3).
    """

    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
    )
    amount: Annotated[
        str,
        Field(description="Digits, with a point before the decimals, best sent as a string; a number is read exactly."),
    ]
    currency: Annotated[str, Field(description="ISO 4217: three capital letters.")]


Outcome = TypeAliasType(
    "Outcome", Annotated[Literal["pass", "fail", "unknown"] | str, Field(description="What a rule found.")]
)


Party = TypeAliasType(
    "Party", Annotated[Literal["applicant", "desk"] | str, Field(description="Who owes the next move.")]
)


class Pause(BaseModel):
    """
    Days on which the applicant owed something; the last is missing while it lasts.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    from_on: Annotated[date, Field(alias="fromOn")]
    until_on: Annotated[date | None, Field(alias="untilOn")] = None


class PlausibilityFinding(BaseModel):
    """
    A doubt in words; `blocks` says that no limit can be told from the figures before it is cleared up.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    code: Doubt
    words: str
    blocks: bool


class PreCheckForm(BaseModel):
    """
    What a pre-check asks for.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
    )
    subscription_id: Annotated[UUID, Field(alias="subscriptionId", description="The Azure subscription.")]
    account_administrator_email: Annotated[
        str,
        Field(
            alias="accountAdministratorEmail",
            description="The account administrator's address: what is known is shown to who names it only.",
        ),
    ]
    credit_needed: Annotated[
        MoneyInput | None,
        Field(alias="creditNeeded", description="With it, the answer says whether a credit check will be needed."),
    ] = None


RatioName = TypeAliasType(
    "RatioName",
    Annotated[
        Literal["working_capital_to_total_assets", "retained_earnings_to_total_assets", "operating_result_to_total_assets", "equity_to_total_liabilities"] | str,
        Field(description="The ratios of the score, X1 to X4."),
    ],
)


class Reckoning(BaseModel):
    """
    What the expected day is reckoned from: business days of a country, paused on the applicant's turn.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    started_on: Annotated[date, Field(alias="startedOn")]
    target_days: Annotated[int, Field(alias="targetDays")]
    country: str
    pauses: Annotated[list[Pause] | None, Field(validate_default=True)] = []


Recommendation = TypeAliasType(
    "Recommendation",
    Annotated[
        Literal["approve", "approve_lower", "ask_information", "ask_security"] | str,
        Field(description="What an officer is advised to do."),
    ],
)


class ReviewView(BaseModel):
    """
    When the credit review is expected to end.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    expected_on: Annotated[date, Field(alias="expectedOn")]
    paused: bool
    reckoning: Reckoning


SecurityType = TypeAliasType(
    "SecurityType",
    Annotated[
        Literal["deposit", "standby_letter_of_credit"] | str,
        Field(description="What can secure a credit that the figures alone do not carry."),
    ],
)


Severity = TypeAliasType(
    "Severity",
    Annotated[
        Literal["refuse", "block", "warn", "off"] | str,
        Field(
            description="What a failed rule means: the request is refused, blocked until mended, or only carries a warning."
        ),
    ],
)


State = TypeAliasType(
    "State",
    Annotated[
        Literal["checking_eligibility", "checking_credit", "action_required", "credit_application_due", "credit_review", "information_due", "security_due", "approved", "switched", "ineligible", "declined", "withdrawn", "expired"] | str,
        Field(description="Where a case stands."),
    ],
)


Status = TypeAliasType(
    "Status",
    Annotated[
        Literal["Running", "Succeeded", "Failed", "Canceled"] | str,
        Field(description="How far a case is in the words of Azure's long-running operations."),
    ],
)


class ThirdPartyResource(BaseModel):
    """
    A resource that somebody else than Microsoft sells. `product` is the name people know it by.

    `evidence` is what the layer saw: a namespace, a type or a publisher; `because` says it in a sentence. It is empty
    in rows from before it was kept.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    id: str
    name: str
    type: str
    product: str
    layer: Layer
    evidence: str | None = ""
    because: str


class UnreadableView(BaseModel):
    """
    A queue message that nobody could read.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    queue: str
    message_id: Annotated[str, Field(alias="messageId")]
    at: AwareDatetime
    body: str


Verdict = TypeAliasType(
    "Verdict",
    Annotated[
        Literal["ineligible", "blocked", "unknown", "eligible"] | str,
        Field(description="What all findings come to: a refusal outranks a block, a block outranks the unknown."),
    ],
)


class WaitView(BaseModel):
    """
    Whose turn it is, since when, and until when if that is the applicant.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    owed_by: Annotated[Party, Field(alias="owedBy")]
    since: AwareDatetime
    last_day: Annotated[date | None, Field(alias="lastDay")] = None


class Approve(BaseModel):
    """
    The company may pay by invoice, up to a limit. The note says why, for the desk only.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
    )
    kind: Literal["approve"]
    limit: MoneyInput
    note: Annotated[str, Field(description="For the billing desk only.")]


class AskSecurity(BaseModel):
    """
    The applicant is to give a security first; `by` is the last day for it, if there is one.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    kind: Literal["ask_security"]
    type: SecurityType
    amount: Money
    by: Annotated[date | None, Field(description="The last day for it.")] = None
    note: Annotated[str, Field(description="For the billing desk only.")]


class AskSecurityInput(BaseModel):
    """
    The applicant is to give a security first; `by` is the last day for it, if there is one.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
    )
    kind: Literal["ask_security"]
    type: SecurityType
    amount: MoneyInput
    by: Annotated[date | None, Field(description="The last day for it.")] = None
    note: Annotated[str, Field(description="For the billing desk only.")]


class AskedItem(BaseModel):
    """
    One thing that is asked for. The applicant reads `text`; `other` cannot do without it.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    item: InformationItem
    text: Annotated[str | None, Field(description="What is asked for, in words for the applicant.")] = None


class AskedItemInput(BaseModel):
    """
    One thing that is asked for. The applicant reads `text`; `other` cannot do without it.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
    )
    item: InformationItem
    text: Annotated[str | None, Field(description="What is asked for, in words for the applicant.")] = None


class Contact(BaseModel):
    """
    The person who follows the request.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    name: str
    email: Annotated[str, Field(description="Where notices go: the address alone.")]
    phone: Annotated[
        str | None,
        Field(
            description="5 to 30 digits and marks, with a + before the country's code; needed where calls are preferred."
        ),
    ] = None
    preferred_method: Annotated[ContactMethod | None, Field(alias="preferredMethod")] = "email"
    language: Annotated[Literal["en", "nl"] | str | None, Field(description="The language of the notices.")] = "en"


class ContactInput(BaseModel):
    """
    The person who follows the request.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
    )
    name: str
    email: Annotated[str, Field(description="Where notices go: the address alone.")]
    phone: Annotated[
        str | None,
        Field(
            description="5 to 30 digits and marks, with a + before the country's code; needed where calls are preferred."
        ),
    ] = None
    preferred_method: Annotated[ContactMethod | None, Field(alias="preferredMethod")] = "email"
    language: Annotated[Literal["en", "nl"] | str | None, Field(description="The language of the notices.")] = "en"


class CreditApplication(BaseModel):
    """
    What a company tells of itself. `currency` is that of the figures.

    Figures are those of one set of annual accounts, of the year in which it ended. The operating result is before
    interest and taxes (EBIT). A figure may be missing: the assessment says what follows. Whatever can be true is
    taken, and what is doubtful is the assessment's to remark on.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    legal_name: Annotated[str, Field(alias="legalName", description="As it is registered.")]
    registration_number: Annotated[
        str, Field(alias="registrationNumber", description="The number in the country's trade register.")
    ]
    tax_id: Annotated[str | None, Field(alias="taxId", description="VAT or tax number.")] = None
    years_in_business: Annotated[int | None, Field(alias="yearsInBusiness")] = None
    currency: Annotated[str, Field(description="That of the figures; ISO 4217.")]
    figures_year: Annotated[
        int | None, Field(alias="figuresYear", description="The year in which the annual accounts ended.")
    ] = None
    annual_revenue: Annotated[str | None, Field(alias="annualRevenue")] = None
    total_assets: Annotated[str | None, Field(alias="totalAssets")] = None
    equity: Annotated[str | None, Field(description="Below 0 after losses.")] = None
    current_assets: Annotated[str | None, Field(alias="currentAssets")] = None
    current_liabilities: Annotated[str | None, Field(alias="currentLiabilities", description="Due within a year.")] = (
        None
    )
    retained_earnings: Annotated[str | None, Field(alias="retainedEarnings")] = None
    operating_result: Annotated[
        str | None, Field(alias="operatingResult", description="Before interest and taxes (EBIT).")
    ] = None
    bank_reference: Annotated[
        str | None, Field(alias="bankReference", description="Who at the company's bank can be asked.")
    ] = None
    requested_limit: Annotated[Money, Field(alias="requestedLimit")]


class CreditApplicationInput(BaseModel):
    """
    What a company tells of itself. `currency` is that of the figures.

    Figures are those of one set of annual accounts, of the year in which it ended. The operating result is before
    interest and taxes (EBIT). A figure may be missing: the assessment says what follows. Whatever can be true is
    taken, and what is doubtful is the assessment's to remark on.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
    )
    legal_name: Annotated[str, Field(alias="legalName", description="As it is registered.")]
    registration_number: Annotated[
        str, Field(alias="registrationNumber", description="The number in the country's trade register.")
    ]
    tax_id: Annotated[str | None, Field(alias="taxId", description="VAT or tax number.")] = None
    years_in_business: Annotated[int | None, Field(alias="yearsInBusiness")] = None
    currency: Annotated[str, Field(description="That of the figures; ISO 4217.")]
    figures_year: Annotated[
        int | None, Field(alias="figuresYear", description="The year in which the annual accounts ended.")
    ] = None
    annual_revenue: Annotated[str | None, Field(alias="annualRevenue")] = None
    total_assets: Annotated[str | None, Field(alias="totalAssets")] = None
    equity: Annotated[str | None, Field(description="Below 0 after losses.")] = None
    current_assets: Annotated[str | None, Field(alias="currentAssets")] = None
    current_liabilities: Annotated[str | None, Field(alias="currentLiabilities", description="Due within a year.")] = (
        None
    )
    retained_earnings: Annotated[str | None, Field(alias="retainedEarnings")] = None
    operating_result: Annotated[
        str | None, Field(alias="operatingResult", description="Before interest and taxes (EBIT).")
    ] = None
    bank_reference: Annotated[
        str | None, Field(alias="bankReference", description="Who at the company's bank can be asked.")
    ] = None
    requested_limit: Annotated[MoneyInput, Field(alias="requestedLimit")]


class Decline(BaseModel):
    """
    The company may not pay by invoice. Codes and note are for the desk; the applicant reads other words.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
    )
    kind: Literal["decline"]
    codes: Annotated[list[DeclineCode], Field(description="Why; the weightiest first.")]
    note: Annotated[str, Field(description="For the billing desk only.")]


class DeskEventView(BaseModel):
    """
    One thing that happened to a case, as the desk sees it: with names, and what people wrote.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    case_id: Annotated[str, Field(alias="caseId")]
    seq: int
    side: int | None = 0
    at: AwareDatetime
    event: Event | None = None
    note: str | None = ""
    from_state: Annotated[State | None, Field(alias="fromState")] = None
    to_state: Annotated[State, Field(alias="toState")]
    actor: Annotated[
        str,
        Field(
            description="Who did it: portal, system, or client, desk or applicant with, after a colon, the client's id, the person's name, or the hash that stands for the applicant's subscription"
        ),
    ]
    reasons: list[str] | None = []
    commit_id: Annotated[str, Field(alias="commitId")]
    previous_hash: Annotated[str, Field(alias="previousHash")]
    commitment: str | None = None
    hash: str
    personal: dict[str, Any] | None = None


class DeskHistory(BaseModel):
    """
    What happened to a case, in order, as the desk sees it.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    value: list[DeskEventView]


class Driver(BaseModel):
    """
    One ratio's part in the score. Value and contribution are rounded to 4 decimals, halves away from 0.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    name: RatioName
    value: str
    weight: str
    contribution: str
    meaning: str


class EventView(BaseModel):
    """
    One thing that happened to a case, as who opened it may see it.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    case_id: Annotated[str, Field(alias="caseId")]
    seq: int
    side: int | None = 0
    at: AwareDatetime
    event: Event | None = None
    note: str | None = ""
    from_state: Annotated[State | None, Field(alias="fromState")] = None
    to_state: Annotated[State, Field(alias="toState")]
    actor: Annotated[str, Field(description="Who did it: client, applicant (on the pages), portal, desk or system")]
    reasons: list[str] | None = []
    commit_id: Annotated[str, Field(alias="commitId")]
    previous_hash: Annotated[str, Field(alias="previousHash")]
    commitment: str | None = None
    hash: str


class Failure(BaseModel):
    """
    Why a request came to nothing.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    code: State
    message: str


class Finding(BaseModel):
    """
    What one rule found, why, and how to mend it. Third-party findings name their resource.

    `reason` and `fix` are English. `details` are what they were made from besides the resource, as text, for whoever
    says the same `code` in another language; in rows from before they were kept, there are none.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    rule: str
    outcome: Outcome
    severity: Severity
    code: str
    reason: str
    fix: str | None = None
    details: dict[str, Any] | None = None
    source: str
    resource: ThirdPartyResource | None = None


class History(BaseModel):
    """
    What happened to a case, in order.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    value: list[EventView]


class InformationAnswer(BaseModel):
    """
    The answer to one thing that was asked for, which it names as the question did.

    Its text tells questions for the same item apart, and those for other things.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    item: InformationItem
    text: Annotated[str | None, Field(description="What is asked for, in words for the applicant.")] = None
    answer: str


class InformationAnswerInput(BaseModel):
    """
    The answer to one thing that was asked for, which it names as the question did.

    Its text tells questions for the same item apart, and those for other things.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
    )
    item: InformationItem
    text: Annotated[str | None, Field(description="What is asked for, in words for the applicant.")] = None
    answer: str


class InformationAskedView(BaseModel):
    """
    What the officer asked for.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    items: list[AskedItem]


class InformationReply(BaseModel):
    """
    What the applicant sends back.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    answers: list[InformationAnswer]


class InformationReplyInput(BaseModel):
    """
    What the applicant sends back.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
    )
    answers: list[InformationAnswerInput]


class ListedView(BaseModel):
    """
    A row of the work list.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    id: str
    state: State
    etag: Annotated[str | None, Field(description="Entity tag of this case as you may see it")] = None
    company: str
    country: str
    amount: str
    currency: str
    owed_by: Annotated[Party | None, Field(alias="owedBy")] = None
    last_day: Annotated[date | None, Field(alias="lastDay")] = None
    expected_on: Annotated[date | None, Field(alias="expectedOn")] = None
    attention: Annotated[str | None, Field(description="Why the desk must look at it")] = None
    call: Annotated[bool | None, Field(description="The contact prefers the phone")] = None
    messages: Annotated[int, Field(description="Messages of the applicant")]
    links: dict[str, str]


class PreCheckView(BaseModel):
    """
    A dry run: every rule, what it found and how to mend it.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    policy: str
    verdict: Verdict
    findings: list[Finding]
    credit_check: Annotated[CreditNeed | None, Field(alias="creditCheck")] = None
    consent: ConsentView


class RequestForm(BaseModel):
    """
    What an applicant sends: the form of 2017 and the portal's steps around it.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    subscription_id: Annotated[
        UUID, Field(alias="subscriptionId", description="The Azure subscription that is to pay by invoice.")
    ]
    support_plan: Annotated[str, Field(alias="supportPlan", description="The subscription's support plan.")]
    company_name: Annotated[str, Field(alias="companyName", description="As it is registered.")]
    billing_address: Annotated[BillingAddress, Field(alias="billingAddress")]
    account_administrator_email: Annotated[
        str,
        Field(
            alias="accountAdministratorEmail",
            description="The address that the Azure account's administrator signs in with.",
        ),
    ]
    contact: Contact
    credit_needed: Annotated[Money, Field(alias="creditNeeded")]
    consent: Consent


class RequestFormInput(BaseModel):
    """
    What an applicant sends: the form of 2017 and the portal's steps around it.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
    )
    subscription_id: Annotated[
        UUID, Field(alias="subscriptionId", description="The Azure subscription that is to pay by invoice.")
    ]
    support_plan: Annotated[str, Field(alias="supportPlan", description="The subscription's support plan.")]
    company_name: Annotated[str, Field(alias="companyName", description="As it is registered.")]
    billing_address: Annotated[BillingAddressInput, Field(alias="billingAddress")]
    account_administrator_email: Annotated[
        str,
        Field(
            alias="accountAdministratorEmail",
            description="The address that the Azure account's administrator signs in with.",
        ),
    ]
    contact: ContactInput
    credit_needed: Annotated[MoneyInput, Field(alias="creditNeeded")]
    consent: ConsentInput


class SecurityAskedView(BaseModel):
    """
    The security that the officer asked for.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    type: SecurityType
    amount: Money
    by: date | None = None


class SecurityReceived(BaseModel):
    """
    The desk has the security.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    type: SecurityType
    amount: Money
    reference: Annotated[str, Field(description="Where it is found: a transfer, a letter.")]
    received_on: Annotated[date, Field(alias="receivedOn")]


class SecurityReceivedInput(BaseModel):
    """
    The desk has the security.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
    )
    type: SecurityType
    amount: MoneyInput
    reference: Annotated[str, Field(description="Where it is found: a transfer, a letter.")]
    received_on: Annotated[date, Field(alias="receivedOn")]


class UnreadableMessages(BaseModel):
    """
    Queue messages that nobody could read.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    value: list[UnreadableView]


class WorkList(BaseModel):
    """
    A page of the work list.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    value: list[ListedView]
    next_link: Annotated[str | None, Field(alias="nextLink", description="The next page; absent on the last one")] = (
        None
    )


class AskInformation(BaseModel):
    """
    The applicant is to send more before a decision is possible.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    kind: Literal["ask_information"]
    items: list[AskedItem]
    note: Annotated[str, Field(description="For the billing desk only.")]


class AskInformationInput(BaseModel):
    """
    The applicant is to send more before a decision is possible.
    """

    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
    )
    kind: Literal["ask_information"]
    items: list[AskedItemInput]
    note: Annotated[str, Field(description="For the billing desk only.")]


class Assessment(BaseModel):
    """
    What the figures say.

    `score` has 2 decimals; the band is that of the score before it was rounded. `illustrative` says that the limit and
    the remarks follow this service's own figures, not published ones; `source` is that of the score alone.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    score: str | None = None
    band: Band
    missing: list[Figure] | None = []
    drivers: Annotated[list[Driver] | None, Field(validate_default=True)] = []
    plausibility: Annotated[list[PlausibilityFinding] | None, Field(validate_default=True)] = []
    recommendation: Recommendation
    reasons: list[str]
    suggested_limit: Annotated[Money | None, Field(alias="suggestedLimit")] = None
    method: str | None = "Altman Z''-score for private firms that do not manufacture (four ratios, no constant)"
    source: str | None = (
        "E. I. Altman, Predicting Financial Distress of Companies: Revisiting the Z-Score and ZETA Models (July 2000)"
    )
    illustrative: bool


class CaseStatus(BaseModel):
    """
    How far a request is: the answer to a submission and to every action on a case. Without personal data.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    id: str
    state: State
    status: Status
    subscription_id: Annotated[UUID, Field(alias="subscriptionId")]
    policy: str
    opened_at: Annotated[AwareDatetime, Field(alias="openedAt")]
    etag: Annotated[str | None, Field(description="Entity tag of this case as you may see it")] = None
    error: Failure | None = None


class CaseView(BaseModel):
    """
    A case as who opened it may see it: what the officer asked for is without the officer's note.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    id: str
    state: State
    status: Status
    error: Failure | None = None
    etag: Annotated[str, Field(description="Entity tag of this case as you may see it")]
    policy: str
    opened_at: Annotated[AwareDatetime, Field(alias="openedAt")]
    request: RequestForm
    findings: list[Finding]
    findings_total: Annotated[int, Field(alias="findingsTotal")]
    credit_check: Annotated[CreditNeed | None, Field(alias="creditCheck")] = None
    wait: WaitView | None = None
    review: ReviewView | None = None
    credit_application: Annotated[CreditApplication | None, Field(alias="creditApplication")] = None
    information: InformationReply | None = None
    security_received: Annotated[SecurityReceived | None, Field(alias="securityReceived")] = None
    approved_limit: Annotated[Money | None, Field(alias="approvedLimit")] = None
    decline_reasons: Annotated[list[DeclineReason] | None, Field(alias="declineReasons")] = None
    messages: list[ApplicantMessage]
    actions: Annotated[list[str], Field(description="Parts of this case's address that can be called in this state")]
    links: Links
    information_asked: Annotated[InformationAskedView | None, Field(alias="informationAsked")] = None
    security_asked: Annotated[SecurityAskedView | None, Field(alias="securityAsked")] = None


class DeskCaseView(BaseModel):
    """
    A case as the billing desk sees it: with the assessment, the officer's notes and why it needs attention.
    """

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        frozen=True,
    )
    id: str
    state: State
    status: Status
    error: Failure | None = None
    etag: Annotated[str, Field(description="Entity tag of this case as you may see it")]
    policy: str
    opened_at: Annotated[AwareDatetime, Field(alias="openedAt")]
    request: RequestForm
    findings: list[Finding]
    findings_total: Annotated[int, Field(alias="findingsTotal")]
    credit_check: Annotated[CreditNeed | None, Field(alias="creditCheck")] = None
    wait: WaitView | None = None
    review: ReviewView | None = None
    credit_application: Annotated[CreditApplication | None, Field(alias="creditApplication")] = None
    information: InformationReply | None = None
    security_received: Annotated[SecurityReceived | None, Field(alias="securityReceived")] = None
    approved_limit: Annotated[Money | None, Field(alias="approvedLimit")] = None
    decline_reasons: Annotated[list[DeclineReason] | None, Field(alias="declineReasons")] = None
    messages: list[ApplicantMessage]
    actions: Annotated[list[str], Field(description="Parts of this case's address that can be called in this state")]
    links: Links
    opened_by: Annotated[str, Field(alias="openedBy")]
    assessment: Assessment | None = None
    information_asked: Annotated[AskInformation | None, Field(alias="informationAsked")] = None
    security_asked: Annotated[AskSecurity | None, Field(alias="securityAsked")] = None
    attention: Attention | None = None
    decline_codes: Annotated[list[DeclineCode] | None, Field(alias="declineCodes")] = None