"""What a page says of a third party's resource that must be removed."""

from dataclasses import dataclass

from shared.domain.decisions import Language
from shared.domain.eligibility import Finding
from shared.web.words import BECAUSE_NL, finding_in


@dataclass(frozen=True, slots=True)
class Removal:
    """A third party's resource to remove: how people know it, who said that it is one, and how to get rid of it."""

    name: str
    type: str
    product: str
    because: str
    fix: str
    resource_id: str


def removal_in(language: Language, finding: Finding) -> Removal | None:
    """What to remove, if the finding is about a resource."""
    found = finding.resource
    if found is None:
        return None
    is_dutch = language == "nl" and found.evidence
    because = BECAUSE_NL[found.layer].format(evidence=found.evidence) if is_dutch else found.because
    return Removal(found.name, found.type, found.product, because, finding_in(language, finding).fix or "", found.id)
