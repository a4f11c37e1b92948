"""Which resources are third-party, and which layer said so.

No Azure API says "third party"; layers of evidence do, and the one that fired is kept so that people see why.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final

from shared.domain.facts import Resource
from shared.domain.model import Model
from shared.domain.policy import ThirdPartyRule


class Layer(StrEnum):
    """The evidence, strongest first."""

    FOREIGN_NAMESPACE = "foreign_namespace"
    WRAPPING_TYPE = "wrapping_type"
    PLAN_PUBLISHER = "plan_publisher"


class ThirdPartyResource(Model):
    """A resource that somebody else than Microsoft sells. `product` is the name people know it by.

    `evidence` is what the layer saw: a namespace, a type or a publisher; `because` says it in a sentence. It is empty
    in rows from before it was kept.
    """

    id: str
    name: str
    type: str
    product: str
    layer: Layer
    evidence: str = ""
    because: str


def find_third_party(resources: Iterable[Resource], rule: ThirdPartyRule) -> tuple[ThirdPartyResource, ...]:
    """Find the third-party resources, in the order given; each once, by the strongest layer."""
    return tuple(found for resource in resources if (found := _judge(resource, rule)))


def _judge(resource: Resource, rule: ThirdPartyRule) -> ThirdPartyResource | None:
    for layer, look in _LAYERS.items():
        evidence = look(resource, rule)
        if evidence:
            return ThirdPartyResource(
                id=resource.id,
                name=resource.name,
                type=resource.type,
                product=_product(resource, rule),
                layer=layer,
                evidence=evidence,
                because=_BECAUSE[layer].format(evidence),
            )
    return None


def _namespace(resource: Resource) -> str:
    return resource.type.partition("/")[0]


def _foreign_namespace(resource: Resource, rule: ThirdPartyRule) -> str | None:
    namespace = _namespace(resource)
    known = namespace.lower()
    if known.startswith("microsoft.") or known in rule.first_party_namespaces:
        return None
    return namespace


def _wrapping_type(resource: Resource, rule: ThirdPartyRule) -> str | None:
    return resource.type if resource.type.lower() in rule.wrapping_types else None


def _plan_publisher(resource: Resource, rule: ThirdPartyRule) -> str | None:
    publisher = resource.plan.publisher if resource.plan else None
    if not publisher or publisher.lower() in rule.first_party_publishers:
        return None
    return publisher


_LAYERS: Final[dict[Layer, Callable[[Resource, ThirdPartyRule], str | None]]] = {
    Layer.FOREIGN_NAMESPACE: _foreign_namespace,
    Layer.WRAPPING_TYPE: _wrapping_type,
    Layer.PLAN_PUBLISHER: _plan_publisher,
}

_BECAUSE: Final = {
    Layer.FOREIGN_NAMESPACE: "its namespace {} is not Microsoft's",
    Layer.WRAPPING_TYPE: "its type {} stands for a third party's service",
    Layer.PLAN_PUBLISHER: "its plan is published by {}",
}


def _product(resource: Resource, rule: ThirdPartyRule) -> str:
    known = rule.products.get(_namespace(resource).lower())
    if known:
        return known
    publisher = resource.plan.publisher if resource.plan else None
    return publisher or _namespace(resource)
