from collections.abc import Callable

import pytest

from shared.domain.facts import Resource
from shared.domain.third_party import Layer, ThirdPartyResource, find_third_party
from tests.builders import a_policy, a_resource

RULE = a_policy().rules.no_third_party_resources
CASES: list[Callable[[str], str]] = [str, str.lower, str.upper]


def _find(*resources: Resource) -> tuple[ThirdPartyResource, ...]:
    return find_third_party(resources, RULE)


def _only(kind: str, publisher: str | None = None) -> ThirdPartyResource:
    (found,) = _find(a_resource(kind, publisher=publisher))
    return found


@pytest.mark.parametrize("written", CASES)
@pytest.mark.parametrize(
    ("kind", "product"),
    [
        ("Sendgrid.Email/accounts", "SendGrid"),
        ("SuccessBricks.ClearDB/databases", "ClearDB"),
        ("NewRelic.Observability/monitors", "New Relic"),
        ("MongoDB.Atlas/organizations", "MongoDB Atlas"),
    ],
)
def test_finds_a_namespace_that_is_not_microsofts(kind: str, product: str, written: Callable[[str], str]) -> None:
    found = _only(written(kind))
    assert (found.layer, found.product) == (Layer.FOREIGN_NAMESPACE, product)


@pytest.mark.parametrize("written", CASES)
@pytest.mark.parametrize(
    ("kind", "product"),
    [
        ("Microsoft.Datadog/monitors", "Datadog"),
        ("Microsoft.Elastic/monitors", "Elastic Cloud"),
        ("Microsoft.Confluent/organizations", "Confluent Cloud"),
        ("Microsoft.WeightsAndBiases/instances", "Weights & Biases"),
    ],
)
def test_finds_a_microsoft_type_that_wraps_a_third_party(
    kind: str, product: str, written: Callable[[str], str]
) -> None:
    found = _only(written(kind))
    assert (found.layer, found.product) == (Layer.WRAPPING_TYPE, product)


@pytest.mark.parametrize(
    "kind", ["Microsoft.Compute/virtualMachines", "Microsoft.Solutions/applications", "GitHub.Enterprise/accounts"]
)
def test_finds_a_plan_that_somebody_else_publishes(kind: str) -> None:
    found = _only(kind, "bitnami")
    assert (found.layer, found.product) == (Layer.PLAN_PUBLISHER, "bitnami")


@pytest.mark.parametrize("written", CASES)
@pytest.mark.parametrize(
    "kind",
    [
        "Microsoft.Web/sites",
        "Microsoft.DataFactory/factories",
        "Microsoft.Sql/servers/databases",
        "Microsoft.Solutions/applications",
        "GitHub.Enterprise/accounts",
        "GitHub.Network/networkSettings",
    ],
)
def test_leaves_first_party_resources_alone(kind: str, written: Callable[[str], str]) -> None:
    assert _find(a_resource(written(kind))) == ()


@pytest.mark.parametrize("publisher", ["Microsoft", "microsoft", "MicrosoftWindowsServer", "MicrosoftSQLServer", ""])
def test_is_not_misled_by_a_plan_that_microsoft_publishes(publisher: str) -> None:
    assert _find(a_resource("Microsoft.OperationsManagement/solutions", publisher=publisher)) == ()


@pytest.mark.parametrize("kind", ["Microsofts.Web/sites", "MicrosoftWeb/sites", "My.Microsoft.Web/sites"])
def test_is_not_misled_by_a_namespace_that_looks_like_microsofts(kind: str) -> None:
    assert _only(kind).layer is Layer.FOREIGN_NAMESPACE


def test_trusts_no_allowed_publisher_outside_microsofts_namespaces() -> None:
    assert _only("Sendgrid.Email/accounts", "Microsoft").layer is Layer.FOREIGN_NAMESPACE


def test_names_the_strongest_layer_that_speaks() -> None:
    assert _only("Sendgrid.Email/accounts", "sendgrid").layer is Layer.FOREIGN_NAMESPACE
    assert _only("Microsoft.SaaS/resources", "isvdeveloper").layer is Layer.WRAPPING_TYPE


@pytest.mark.parametrize(
    ("kind", "publisher", "product"),
    [
        ("Nginx.NginxPlus/nginxDeployments", None, "Nginx.NginxPlus"),
        ("Nginx.NginxPlus/nginxDeployments", "f5-networks", "f5-networks"),
        ("Microsoft.SaaS/resources", "isvdeveloper", "isvdeveloper"),
        ("Sendgrid.Email/accounts", "twilio", "SendGrid"),
    ],
)
def test_names_the_product_as_people_know_it(kind: str, publisher: str | None, product: str) -> None:
    assert _only(kind, publisher).product == product


@pytest.mark.parametrize(
    ("kind", "publisher", "because"),
    [
        ("Sendgrid.Email/accounts", None, "its namespace Sendgrid.Email is not Microsoft's"),
        ("Microsoft.SaaS/resources", None, "its type Microsoft.SaaS/resources stands for a third party's service"),
        ("Microsoft.Compute/virtualMachines", "Bitnami", "its plan is published by Bitnami"),
    ],
)
def test_says_why_in_the_words_of_the_subscription(kind: str, publisher: str | None, because: str) -> None:
    assert _only(kind, publisher).because == because


@pytest.mark.parametrize(
    ("kind", "publisher", "evidence"),
    [
        ("Sendgrid.Email/accounts", "sendgrid", "Sendgrid.Email"),
        ("Microsoft.SaaS/resources", "isvdeveloper", "Microsoft.SaaS/resources"),
        ("Microsoft.Compute/virtualMachines", "Bitnami", "Bitnami"),
    ],
)
def test_keeps_what_the_layer_saw(kind: str, publisher: str | None, evidence: str) -> None:
    found = _only(kind, publisher)
    assert found.evidence == evidence
    assert evidence in found.because


def test_reads_a_resource_from_before_evidence_was_kept() -> None:
    older = _only("Sendgrid.Email/accounts").model_dump(exclude={"evidence"})
    assert ThirdPartyResource.model_validate(older).evidence == ""


def test_finds_each_once_in_the_order_given() -> None:
    mail, site, base = (
        a_resource("Sendgrid.Email/accounts", "mail", "sendgrid"),
        a_resource("Microsoft.Web/sites"),
        a_resource("SuccessBricks.ClearDB/databases", "base"),
    )
    found = _find(mail, site, base)
    assert [(each.id, each.name, each.type) for each in found] == [(r.id, r.name, r.type) for r in (mail, base)]


@pytest.mark.parametrize("word", [*Layer])
def test_keeps_the_words_that_rows_hold(word: Layer) -> None:
    assert word.value == word.name.lower()


def test_takes_the_namespace_of_a_resource_within_another() -> None:
    assert _only("Sendgrid.Email/accounts/users").evidence == "Sendgrid.Email"
