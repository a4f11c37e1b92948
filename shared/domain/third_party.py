"""Which resources are third-party, and which layer said so.

No Azure API says "third party"; layers of evidence do, and the one that fired is kept so that people see why.
"""

from collections.abc import Iterable
from enum import StrEnum

from shared.domain.facts import Resource
from shared.domain.model import Model
from shared.domain.policy import ThirdPartyRule


class Layer(StrEnum):
    """The evidence, strongest first."""

    FOREIGN_NAMESPACE = "foreign_namespace"
    WRAPPING_TYPE = "wrapping_type"
    PLAN_PUBLISHER = "plan_publisher"


class ThirdPartyResource(Model):
    """A resource that somebody else than Microsoft sells. `product` is the name people know it by."""

    id: str
    name: str
    type: str
    product: str
    layer: Layer
    because: str


def find_third_party(resources: Iterable[Resource], rule: ThirdPartyRule) -> tuple[ThirdPartyResource, ...]:
    """Find the third-party resources, in the order given; each once, by the strongest layer."""
    return tuple(found for resource in resources if (found := _judge(resource, rule)))


def _judge(resource: Resource, rule: ThirdPartyRule) -> ThirdPartyResource | None:
    for layer, because in (
        (Layer.FOREIGN_NAMESPACE, _foreign_namespace(resource, rule)),
        (Layer.WRAPPING_TYPE, _wrapping_type(resource, rule)),
        (Layer.PLAN_PUBLISHER, _plan_publisher(resource, rule)),
    ):
        if because:
            return ThirdPartyResource(
                id=resource.id,
                name=resource.name,
                type=resource.type,
                product=_product(resource, rule),
                layer=layer,
                because=because,
            )
    return None


def _namespace(resource: Resource) -> str:
    return resource.type.partition("/")[0]


def _foreign_namespace(resource: Resource, rule: ThirdPartyRule) -> str | None:
    namespace = _namespace(resource)
    known = namespace.lower()
    if known.startswith("microsoft.") or known in rule.first_party_namespaces:
        return None
    return f"its namespace {namespace} is not Microsoft's"


def _wrapping_type(resource: Resource, rule: ThirdPartyRule) -> str | None:
    if resource.type.lower() not in rule.wrapping_types:
        return None
    return f"its type {resource.type} stands for a third party's service"


def _plan_publisher(resource: Resource, rule: ThirdPartyRule) -> str | None:
    publisher = resource.plan.publisher if resource.plan else None
    if not publisher or publisher.lower() in rule.first_party_publishers:
        return None
    return f"its plan is published by {publisher}"


def _product(resource: Resource, rule: ThirdPartyRule) -> str:
    known = rule.products.get(_namespace(resource).lower())
    if known:
        return known
    publisher = resource.plan.publisher if resource.plan else None
    return publisher or _namespace(resource)
