"""Findings and credit needs in Dutch: the domain says them in English, as it makes them.

Words are looked up by code and filled in from the details. A code from a newer version, or a row from before details
were kept, is told in the domain's own English: better than nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from shared.domain.credit import CreditNeed
from shared.domain.decisions import Language
from shared.domain.eligibility import Finding
from shared.domain.third_party import Layer, ThirdPartyResource
from shared.web.notation import amount_in

_AMOUNTS: Final = ("asked", "balance", "threshold")
"""The details that are amounts: plain decimals, written as the language writes them."""

_LOOKED_UP: Final = (
    "U hoeft niets te doen: de factureringsafdeling zoekt dit op. Controleer of het e-mailadres van de "
    "accountbeheerder klopt."
)

FINDINGS_NL: Final[Mapping[str, tuple[str, str | None]]] = {
    "account_is_business": ("Het account is een zakelijk account ({kind}).", None),
    "account_is_personal": (
        "Het account is een persoonlijk account ({kind}); alleen bedrijven kunnen op factuur betalen.",
        "Gebruik een abonnement in een account van uw bedrijf en dien daarvoor een nieuw verzoek in.",
    ),
    "account_type_unknown": ("Het is niet bekend of het account een zakelijk account is.", _LOOKED_UP),
    "not_on_invoice": ("De huidige betaalmethode is {family}.", None),
    "already_on_invoice": (
        "Het abonnement betaalt al op factuur.",
        "Er hoeft niets te veranderen: betaal de volgende factuur zoals daarop staat.",
    ),
    "payment_method_unknown": ("De huidige betaalmethode is niet bekend.", _LOOKED_UP),
    "country_served": ("Betaling op factuur wordt aangeboden in {country}.", None),
    "country_not_served": (
        "Betaling op factuur wordt niet aangeboden aan accounts in {country}.",
        "Behoud de huidige betaalmethode, of vraag om een abonnement uit een land waar het wel kan.",
    ),
    "country_unknown": ("Het land van het account is niet bekend.", _LOOKED_UP),
    "no_third_party_resources": ("Het abonnement bevat geen resources van derden.", None),
    "third_party_resource": (
        "{product}: '{name}' ({type}) is een resource van een derde partij: {because}.",
        "Verwijder '{name}'. Wilt u {product} houden, koop het dan in een ander abonnement dat per kaart betaalt.",
    ),
    "resources_unknown": ("Het is niet bekend welke resources het abonnement bevat.", _LOOKED_UP),
    "no_outstanding_balance": ("Er staat geen bedrag open.", None),
    "balance_outstanding": (
        "Er staat een bedrag open van {currency} {balance}.",
        "Betaal het met de huidige betaalmethode voordat u overstapt.",
    ),
    "balance_unknown": ("Het is niet bekend of er een bedrag openstaat.", _LOOKED_UP),
}
"""Per code of a finding: the reason, and how to mend it."""

BECAUSE_NL: Final[Mapping[Layer, str]] = {
    Layer.FOREIGN_NAMESPACE: "de naamruimte {evidence} is niet van Microsoft",
    Layer.WRAPPING_TYPE: "het type {evidence} staat voor een dienst van een derde partij",
    Layer.PLAN_PUBLISHER: "het plan van de resource is uitgegeven door {evidence}",
}
"""Why a resource is third-party, per layer of evidence."""

CREDIT_NL: Final[Mapping[str, str]] = {
    "currency_not_listed": ("Het beleid noemt geen bedrag in {currency}; daarom is altijd een kredietcontrole nodig."),
    "above_amount": ("Er is een kredietcontrole nodig: {currency} {asked} is meer dan {currency} {threshold}."),
    "up_to_amount": "Tot en met {currency} {threshold} is geen kredietcontrole nodig.",
}
"""Per code of a credit need: the reason."""


@dataclass(frozen=True, slots=True)
class FindingWords:
    """A finding as people read it. `source` is the title of the rule's publication, which has no translation."""

    reason: str
    fix: str | None
    source: str
    resource_id: str | None


def finding_in(language: Language, finding: Finding) -> FindingWords:
    """A finding in words, each on one line whatever the names in it."""
    reason, fix = _dutch(finding) if language == "nl" else (finding.reason, finding.fix)
    return FindingWords(
        reason=_one_line(reason),
        fix=_one_line(fix) if fix else None,
        source=finding.source,
        resource_id=_one_line(finding.resource.id) if finding.resource else None,
    )


def credit_need_in(language: Language, need: CreditNeed) -> str:
    """Why a credit check is needed or not."""
    words = CREDIT_NL.get(need.code) if language == "nl" else None
    return (words and _filled(words, _written(need.details))) or need.reason


def _dutch(finding: Finding) -> tuple[str, str | None]:
    own = finding.reason, finding.fix
    words = FINDINGS_NL.get(finding.code)
    if words is None:
        return own
    fields = {**_written(finding.details), **_resource_fields(finding.resource)}
    reason, fix = _filled(words[0], fields), _filled(words[1] or "", fields)
    return (reason, fix or None) if reason is not None and fix is not None else own


def _resource_fields(resource: ThirdPartyResource | None) -> dict[str, str]:
    if resource is None or not resource.evidence:
        return {}
    because = BECAUSE_NL[resource.layer].format(evidence=resource.evidence)
    return {"product": resource.product, "name": resource.name, "type": resource.type, "because": because}


def _written(details: Mapping[str, Any]) -> dict[str, Any]:
    amounts = {name: amount_in("nl", Decimal(details[name])) for name in _AMOUNTS if name in details}
    return {**details, **amounts}


def _filled(words: str, fields: Mapping[str, Any]) -> str | None:
    """None where a field is missing."""
    try:
        return words.format_map(fields)
    except KeyError:
        return None


def _one_line(text: str) -> str:
    return " ".join(text.split())
