"""The short words of letters per language: subjects, headings, and what the machine calls by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.domain.decisions import InformationItem, Language, SecurityType
from shared.domain.lifecycle import NoticeKind, State

SUBJECTS: Final[Mapping[Language, Mapping[NoticeKind, str]]] = {
    "en": {
        NoticeKind.BLOCKED: "Your request to pay by invoice: action required",
        NoticeKind.FACTS_UNKNOWN: "Your request to pay by invoice: we are looking something up",
        NoticeKind.INELIGIBLE: "Your request to pay by invoice cannot be granted",
        NoticeKind.INSTRUCTIONS: "Your request to pay by invoice is approved: how to switch",
        NoticeKind.CREDIT_APPLICATION: "Your request to pay by invoice: a credit check is needed",
        NoticeKind.IN_REVIEW: "Your request to pay by invoice: the credit check has started",
        NoticeKind.INFORMATION_ASKED: "Your request to pay by invoice: more information is needed",
        NoticeKind.SECURITY_ASKED: "Your request to pay by invoice: a security is needed",
        NoticeKind.SECURITY_RECEIVED: "For the desk: a security was received, the credit review goes on",
        NoticeKind.REVIEW_OVERDUE: "For the desk: a credit review is overdue",
        NoticeKind.REVIEW_DELAYED: "Your request to pay by invoice: the credit check takes longer",
        NoticeKind.DECLINED: "Your request to pay by invoice is declined",
        NoticeKind.REMINDER: "Reminder: your request to pay by invoice waits for you",
        NoticeKind.EXPIRED: "Your request to pay by invoice has expired",
        NoticeKind.WITHDRAWN: "Your request to pay by invoice is withdrawn",
        NoticeKind.SWITCHED: "Your subscription now pays by invoice",
    },
    "nl": {
        NoticeKind.BLOCKED: "Uw verzoek om op factuur te betalen: er is actie nodig",
        NoticeKind.FACTS_UNKNOWN: "Uw verzoek om op factuur te betalen: we zoeken iets op",
        NoticeKind.INELIGIBLE: "Uw verzoek om op factuur te betalen kan niet worden ingewilligd",
        NoticeKind.INSTRUCTIONS: "Uw verzoek om op factuur te betalen is goedgekeurd: zo stapt u over",
        NoticeKind.CREDIT_APPLICATION: "Uw verzoek om op factuur te betalen: er is een kredietcontrole nodig",
        NoticeKind.IN_REVIEW: "Uw verzoek om op factuur te betalen: de kredietcontrole is begonnen",
        NoticeKind.INFORMATION_ASKED: "Uw verzoek om op factuur te betalen: er is meer informatie nodig",
        NoticeKind.SECURITY_ASKED: "Uw verzoek om op factuur te betalen: er is een zekerheid nodig",
        NoticeKind.REVIEW_DELAYED: "Uw verzoek om op factuur te betalen: de kredietcontrole duurt langer",
        NoticeKind.DECLINED: "Uw verzoek om op factuur te betalen is afgewezen",
        NoticeKind.REMINDER: "Herinnering: uw verzoek om op factuur te betalen wacht op u",
        NoticeKind.EXPIRED: "Uw verzoek om op factuur te betalen is verlopen",
        NoticeKind.WITHDRAWN: "Uw verzoek om op factuur te betalen is ingetrokken",
        NoticeKind.SWITCHED: "Uw abonnement betaalt nu op factuur",
    },
}
"""The subject of each notice, without anything that users typed. The desk's notices are in English only."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of the frame around every letter."""

    dear: str
    again: str
    your_turn: str
    next: str
    request: str
    company: str
    subscription: str
    credit_asked: str
    status: str
    follow: str
    questions: str
    name_request: str
    to_do: str
    resource: str
    rule: str


LABELS: Final[Mapping[Language, Labels]] = {
    "en": Labels(
        dear="Dear",
        again="You may have received this message before; nothing has changed since.",
        your_turn="Your turn",
        next="What is next",
        request="Request",
        company="Company",
        subscription="Subscription",
        credit_asked="Credit asked",
        status="Status",
        follow="Follow your request, or do what is owed:",
        questions="Questions? Write to",
        name_request="and name the request.",
        to_do="What to do",
        resource="Resource",
        rule="Rule",
    ),
    "nl": Labels(
        dear="Beste",
        again="Mogelijk hebt u dit bericht al eerder ontvangen; er is sindsdien niets veranderd.",
        your_turn="Uw beurt",
        next="Hoe het verdergaat",
        request="Verzoek",
        company="Bedrijf",
        subscription="Abonnement",
        credit_asked="Gevraagd krediet",
        status="Status",
        follow="Volg uw verzoek, of doe wat er nodig is:",
        questions="Vragen? Schrijf naar",
        name_request="en noem het verzoek.",
        to_do="Wat u kunt doen",
        resource="Resource",
        rule="Regel",
    ),
}

STATES: Final[Mapping[Language, Mapping[State, str]]] = {
    "en": {
        State.CHECKING_ELIGIBILITY: "being checked",
        State.CHECKING_CREDIT: "being checked",
        State.ACTION_REQUIRED: "held up",
        State.CREDIT_APPLICATION_DUE: "waiting for the credit application",
        State.CREDIT_REVIEW: "credit check under way",
        State.INFORMATION_DUE: "waiting for information",
        State.SECURITY_DUE: "waiting for a security",
        State.APPROVED: "approved, not switched yet",
        State.SWITCHED: "switched",
        State.INELIGIBLE: "closed: not possible",
        State.DECLINED: "closed: declined",
        State.WITHDRAWN: "closed: withdrawn",
        State.EXPIRED: "closed: expired",
    },
    "nl": {
        State.CHECKING_ELIGIBILITY: "wordt gecontroleerd",
        State.CHECKING_CREDIT: "wordt gecontroleerd",
        State.ACTION_REQUIRED: "aangehouden",
        State.CREDIT_APPLICATION_DUE: "wacht op de aanvraag voor een kredietcontrole",
        State.CREDIT_REVIEW: "kredietcontrole loopt",
        State.INFORMATION_DUE: "wacht op informatie",
        State.SECURITY_DUE: "wacht op een zekerheid",
        State.APPROVED: "goedgekeurd, nog niet overgestapt",
        State.SWITCHED: "overgestapt",
        State.INELIGIBLE: "gesloten: niet mogelijk",
        State.DECLINED: "gesloten: afgewezen",
        State.WITHDRAWN: "gesloten: ingetrokken",
        State.EXPIRED: "gesloten: verlopen",
    },
}
"""Where a request stands, in a few words."""

MISSED: Final[Mapping[Language, Mapping[State, str]]] = {
    "en": {
        State.ACTION_REQUIRED: "what holds the request up was not cleared",
        State.CREDIT_APPLICATION_DUE: "we did not receive the credit-check application",
        State.INFORMATION_DUE: "we did not receive the information that we asked for",
        State.SECURITY_DUE: "we did not receive the security that we asked for",
        State.APPROVED: "the portal did not report that the subscription was switched",
    },
    "nl": {
        State.ACTION_REQUIRED: "wat het verzoek ophoudt, was niet verholpen",
        State.CREDIT_APPLICATION_DUE: "we hadden de aanvraag voor een kredietcontrole niet ontvangen",
        State.INFORMATION_DUE: "we hadden de gevraagde informatie niet ontvangen",
        State.SECURITY_DUE: "we hadden de gevraagde zekerheid niet ontvangen",
        State.APPROVED: "de portal had niet gemeld dat het abonnement was overgestapt",
    },
}
"""What did not happen in time, as the rest of a sentence that names the last day."""

ITEMS: Final[Mapping[Language, Mapping[InformationItem, str]]] = {
    "en": {
        InformationItem.AUDITED_STATEMENTS: "audited financial statements",
        InformationItem.MANAGEMENT_ACCOUNTS: "recent management accounts",
        InformationItem.BANK_REFERENCE: "a bank reference",
        InformationItem.LEGAL_DOCUMENT: (
            "a legal document of the company: a certificate of incorporation, a document issued by the government "
            "with its name and address, or its registration"
        ),
        InformationItem.EXPLANATION_OF_FIGURES: "an explanation of the figures",
        InformationItem.OTHER: "something else",
    },
    "nl": {
        InformationItem.AUDITED_STATEMENTS: "een jaarrekening met controleverklaring van een accountant",
        InformationItem.MANAGEMENT_ACCOUNTS: "recente tussentijdse cijfers",
        InformationItem.BANK_REFERENCE: "een bankreferentie",
        InformationItem.LEGAL_DOCUMENT: (
            "een officieel document van het bedrijf: een oprichtingsakte, een document van de overheid met naam en "
            "adres, of een uittreksel uit het handelsregister"
        ),
        InformationItem.EXPLANATION_OF_FIGURES: "een toelichting op de cijfers",
        InformationItem.OTHER: "iets anders",
    },
}
"""What an officer can ask for."""

SECURITIES: Final[Mapping[Language, Mapping[SecurityType, str]]] = {
    "en": {
        SecurityType.DEPOSIT: "a security deposit",
        SecurityType.STANDBY_LETTER_OF_CREDIT: "a standby letter of credit",
    },
    "nl": {
        SecurityType.DEPOSIT: "een waarborgsom",
        SecurityType.STANDBY_LETTER_OF_CREDIT: "een standby letter of credit",
    },
}
"""The kinds of security."""

FORM: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "legal_name": "the company's legal name",
        "registration_number": "its registration number",
        "tax_id": "its tax number (VAT number)",
        "years_in_business": "how many years it has been in business",
        "currency": "the currency of the annual accounts",
        "figures_year": "the year in which they ended",
        "annual_revenue": "annual revenue",
        "total_assets": "total assets",
        "equity": "equity",
        "current_assets": "current assets",
        "current_liabilities": "current liabilities",
        "retained_earnings": "retained earnings",
        "operating_result": "operating result, before interest and taxes",
        "bank_reference": "a bank reference",
        "requested_limit": "the credit limit that is asked for",
    },
    "nl": {
        "legal_name": "de statutaire naam van het bedrijf",
        "registration_number": "het registratienummer (zoals het KVK-nummer)",
        "tax_id": "het btw-nummer",
        "years_in_business": "hoeveel jaar het bedrijf bestaat",
        "currency": "de valuta van de jaarrekening",
        "figures_year": "het jaar waarin het boekjaar eindigde",
        "annual_revenue": "de jaaromzet",
        "total_assets": "het balanstotaal",
        "equity": "het eigen vermogen",
        "current_assets": "de vlottende activa",
        "current_liabilities": "de kortlopende schulden",
        "retained_earnings": "de ingehouden winsten",
        "operating_result": "het bedrijfsresultaat, voor rente en belastingen",
        "bank_reference": "een bankreferentie",
        "requested_limit": "de gevraagde kredietlimiet",
    },
}
"""The fields of the credit-check application, in its order."""
