"""Removals: which resource, why it is a third party's, and how to get rid of it, in the reader's language."""

import pytest

from shared.domain.decisions import Language
from shared.domain.eligibility import Finding, assess
from shared.web.removals import removal_in
from tests.builders import a_policy, a_resource, facts


def found() -> list[Finding]:
    return list(assess(facts(resources=[a_resource("Sendgrid.Email/accounts", "mail")]), a_policy()))


@pytest.mark.parametrize(
    ("language", "because"),
    [("en", "its namespace Sendgrid.Email is not Microsoft's"), ("nl", "de naamruimte Sendgrid.Email is niet van")],
)
def test_says_what_to_remove_and_why(language: Language, because: str) -> None:
    (removal,) = [each for finding in found() if (each := removal_in(language, finding))]
    assert (removal.name, removal.type) == ("mail", "Sendgrid.Email/accounts")
    assert because in removal.because
    assert removal.fix


def test_a_finding_about_no_resource_is_none() -> None:
    other = next(finding for finding in found() if finding.resource is None)
    assert removal_in("en", other) is None
