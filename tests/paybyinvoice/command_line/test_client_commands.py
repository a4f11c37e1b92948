"""What a client can do at the command line."""

import json
from pathlib import Path

import pytest

from tests.paybyinvoice.command_line.conftest import Typist
from tests.paybyinvoice.documents import (
    CASE_ID,
    SUBSCRIPTION,
    a_case,
    a_finding,
    a_pre_check,
    a_request,
    a_review,
    a_status,
    a_wait,
    an_event,
)
from tests.paybyinvoice.service import Say, Service, a_problem

RUNNING = Say(200, a_case(), {"ETag": '"1.client"', "Retry-After": "5"})
PRE_CHECK = ("pre-check", "--subscription", SUBSCRIPTION, "--administrator", "azure-admin@contoso.example")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "form.json"
    made.write_text(json.dumps(a_request()))
    return made


async def test_tells_what_a_pre_check_found_and_how_to_mend_it(service: Service, typist: Typist) -> None:
    needed = {"needed": True, "reason": "It is above EUR 10,000.", "source": "policy"}
    service.will(Say(200, a_pre_check(verdict="ineligible", findings=[a_finding()], creditCheck=needed)))
    assert await typist.type(*PRE_CHECK) == 0
    assert typist.said == [
        "Verdict       ineligible",
        "Policy        2017-07",
        "Credit check  needed: It is above EUR 10,000.",
        "Findings",
        "  fail     account_is_personal: This is a personal account.",
        "           To mend it: Use a business account.",
        "To agree to",
        "  It cannot be undone.",
        "  Really.",
        f"  (SHA-256 {'c' * 64})",
    ]


async def test_asks_a_pre_check_about_an_amount(service: Service, typist: Typist) -> None:
    service.will(Say(200, a_pre_check()))
    await typist.type(*PRE_CHECK, "--amount", "2500.00", "--currency", "EUR")
    assert service.heard[0].body["creditNeeded"] == {"amount": "2500.00", "currency": "EUR"}


async def test_refuses_an_amount_without_its_currency(service: Service, typist: Typist) -> None:
    assert await typist.type(*PRE_CHECK, "--amount", "2500.00") == 2
    assert typist.complained == ["--amount and --currency belong together."]
    assert service.heard == []


async def test_submits_a_file(service: Service, typist: Typist, file: Path) -> None:
    service.will(Say(202, a_status()))
    assert await typist.type("submit", str(file), "--idempotency-key", "mine") == 0
    assert (service.heard[0].body, service.heard[0].headers["Idempotency-Key"]) == (a_request(), '"mine"')
    assert typist.said == [
        f"Request       {CASE_ID}",
        "State         checking_eligibility (Running)",
        f"Subscription  {SUBSCRIPTION}",
        "Opened        2026-11-23 09:00 UTC",
    ]


async def test_submits_what_comes_in(service: Service, typist: Typist) -> None:
    service.will(Say(202, a_status()))
    typist.typed = json.dumps(a_request(companyName="Café"))
    assert await typist.type("submit", "-") == 0
    assert service.heard[0].body["companyName"] == "Café"


@pytest.mark.parametrize("consent", [None, {"accepted": False}, {"accepted": True, "textSha256": ""}])
async def test_agrees_to_the_words_that_it_shows(service: Service, typist: Typist, consent: object) -> None:
    service.will(Say(200, a_pre_check()), Say(202, a_status()))
    typist.typed = json.dumps(a_request(consent=consent))
    assert await typist.type("submit", "-", "--agree", "--json") == 0
    assert typist.complained == ["You agree to this:", "  It cannot be undone.", "  Really.", ""]
    asked, submitted = (heard.body for heard in service.heard)
    assert set(asked) == {"subscriptionId", "accountAdministratorEmail", "creditNeeded"}
    assert submitted["consent"] == {"accepted": True, "textSha256": "c" * 64}


async def test_leaves_a_consent_that_was_given(service: Service, typist: Typist, file: Path) -> None:
    service.will(Say(202, a_status()))
    await typist.type("submit", str(file), "--agree")
    assert [heard.body["consent"]["textSha256"] for heard in service.heard] == ["0" * 64]


async def test_shows_where_a_request_stands(service: Service, typist: Typist) -> None:
    limit = {"amount": "20000.00", "currency": "EUR"}
    wait, message = a_wait(lastDay="2026-12-14"), {"at": "2026-11-23T09:30:00Z", "text": "Hello."}
    case = a_case(state="approved", wait=wait, approvedLimit=limit, messages=[message], review=a_review(paused=True))
    service.will(Say(200, case))
    assert await typist.type("status", CASE_ID) == 0
    assert typist.said == [
        f"Request       {CASE_ID}",
        "State         approved (Running)",
        "Turn          the applicant's, since 2026-11-23 09:00 UTC, until 2026-12-14",
        "Expected      2026-11-30 (paused)",
        "Company       Contoso B.V.",
        f"Subscription  {SUBSCRIPTION}",
        "Needed        EUR 2500.00",
        "Approved      EUR 20000.00",
        "Opened        2026-11-23 09:00 UTC",
        "Messages",
        "  2026-11-23 09:30 UTC  Hello.",
        "Possible now",
        "  withdrawal",
    ]


async def test_shows_who_wrote_a_message(service: Service, typist: Typist) -> None:
    message = {"at": "2026-11-23T09:30:00Z", "text": "Hello.", "by": "client:contoso"}
    service.will(Say(200, a_case(messages=[message])))
    await typist.type("status", CASE_ID)
    assert "  2026-11-23 09:30 UTC  client:contoso  Hello." in typist.said


async def test_shows_what_is_asked_for_and_why_it_was_declined(service: Service, typist: Typist) -> None:
    items = [{"item": "audited_statements"}, {"item": "other", "text": "The contract"}]
    security = {"type": "deposit", "amount": {"amount": "1.00", "currency": "EUR"}, "by": "2026-12-31"}
    reasons = [{"reason": "It is too young.", "nextStep": "Ask again in a year."}]
    asked = {"informationAsked": {"items": items}, "securityAsked": security}
    service.will(Say(200, a_case(findings=[a_finding(outcome="pass")], declineReasons=reasons, actions=[], **asked)))
    await typist.type("status", CASE_ID)
    expected = ["  audited_statements", "  other: The contract", "  deposit of EUR 1.00, by 2026-12-31"]
    assert typist.said[-6:] == ["Asked for", *expected, "Declined", "  It is too young. Ask again in a year."]


async def test_follows_a_request_line_by_line(service: Service, typist: Typist) -> None:
    review = a_case(state="credit_review", wait=a_wait("desk"), review=a_review())
    service.will(RUNNING, Say(304), Say(200, review))
    assert await typist.type("status", CASE_ID, "--follow") == 0
    assert typist.said == [
        "2026-11-23 09:00:01 UTC  checking_eligibility    Running",
        "2026-11-23 09:00:11 UTC  credit_review           the billing desk's turn, expected 2026-11-30",
    ]


@pytest.mark.parametrize(("status", "code"), [("Succeeded", 0), ("Failed", 4), ("Canceled", 4)])
async def test_the_exit_code_says_what_a_followed_request_came_to(
    service: Service, typist: Typist, status: str, code: int
) -> None:
    failure = {} if code == 0 else {"error": {"code": "declined", "message": "It was declined."}}
    service.will(Say(200, a_case(status=status, **failure)))
    assert await typist.type("status", CASE_ID, "--follow") == code
    assert typist.complained == ([] if code == 0 else ["It was declined."])


async def test_gives_machines_what_the_api_answered(service: Service, typist: Typist) -> None:
    later = a_case(status="Succeeded", mood="Café", etag='"2.client"')
    service.will(RUNNING, Say(200, later))
    assert await typist.type("status", CASE_ID, "--follow", "--json") == 0
    assert [json.loads(line) for line in typist.said] == [a_case(), later]


async def test_tells_what_happened(service: Service, typist: Typist) -> None:
    checked = an_event(
        seq=2,
        event="block",
        fromState="checking_eligibility",
        toState="action_required",
        actor="app",
        reasons=["sendgrid"],
    )
    noted = an_event(seq=3, event=None, note="message", fromState="action_required", toState="action_required")
    service.will(Say(200, {"value": [an_event(), checked, noted]}))
    assert await typist.type("history", CASE_ID) == 0
    assert typist.said == [
        "2026-11-23 09:00 UTC  submit   checking_eligibility                                client:contoso",
        "2026-11-23 09:00 UTC  block    checking_eligibility -> action_required (sendgrid)  app",
        "2026-11-23 09:00 UTC  message  action_required                                     client:contoso",
    ]


@pytest.mark.parametrize(
    ("arguments", "path", "body"),
    [
        (("credit-application", "c1", "-"), "credit-application", {"a": 1}),
        (("information", "c1", "-"), "information", {"a": 1}),
        (("message", "c1", "Hello."), "messages", {"text": "Hello."}),
        (("recheck", "c1"), "recheck", None),
        (("withdraw", "c1"), "withdrawal", None),
    ],
)
async def test_acts_on_a_request(
    service: Service, typist: Typist, arguments: tuple[str, ...], path: str, body: object
) -> None:
    service.will(Say(202, a_status()))
    typist.typed = '{"a": 1}'
    assert await typist.type(*arguments, "--idempotency-key", "mine") == 0
    (heard,) = service.heard
    assert (heard.path.partition("?")[0], heard.body) == (f"/api/requests/c1/{path}", body)
    assert heard.headers["Idempotency-Key"] == '"mine"'
    assert typist.said[0] == f"Request       {CASE_ID}"


async def test_what_others_wrote_does_not_steer_the_terminal(service: Service, typist: Typist) -> None:
    service.will(Say(200, a_case(messages=[{"at": "2026-11-23T09:30:00Z", "text": "\x1b[2Jgone\r\u202eback\x9b"}])))
    await typist.type("status", CASE_ID)
    assert "  2026-11-23 09:30 UTC  \ufffd[2Jgone\ufffd\ufffdback\ufffd" in typist.said


async def test_a_message_of_several_lines_stays_behind_its_moment(service: Service, typist: Typist) -> None:
    text = "Hello.\n\n\tState  approved"
    service.will(Say(200, a_case(messages=[{"at": "2026-11-23T09:30:00Z", "text": text}])))
    await typist.type("status", CASE_ID)
    first = typist.said.index("  2026-11-23 09:30 UTC  Hello.")
    assert [line.rstrip() for line in typist.said[first + 1 : first + 3]] == ["", f"{' ' * 24} State  approved"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Société\u00a0Générale\u202fSA", "Société Générale SA"),
        ("株式会社\u3000コントソ", "株式会社 コントソ"),
        ("می\u200cرویم", "می\u200cرویم"),
        ("\U0001f469\u200d\U0001f4bc", "\U0001f469\u200d\U0001f4bc"),
        ("a\u200eb\u2066c\u2028d\ue000", "a\ufffdb\ufffdc\ufffdd\ue000"),
        ("half a \ud83d", "half a \ufffd"),
    ],
)
async def test_prints_a_name_as_it_is_written(service: Service, typist: Typist, name: str, shown: str) -> None:
    service.will(Say(200, a_case(request=a_request(companyName=name))))
    await typist.type("status", CASE_ID)
    assert f"Company       {shown}" in typist.said


async def test_says_what_came_to_nothing(service: Service, typist: Typist) -> None:
    error = {"code": "expired", "message": "Nobody answered in time."}
    service.will(Say(200, a_status(state="expired", status="Failed", error=error)))
    await typist.type("recheck", CASE_ID)
    assert "Why           Nobody answered in time." in typist.said


async def test_a_refusal_says_what_more_is_known(service: Service, typist: Typist) -> None:
    service.will(a_problem(409, "NotPossibleNow", openTo=["withdrawal", "recheck"], state="action_required", times=1))
    assert await typist.type("recheck", CASE_ID) == 1
    assert typist.complained[2:-1] == ["  openTo  withdrawal, recheck", "  state   action_required"]


async def test_a_refusal_names_every_wrong_field(service: Service, typist: Typist) -> None:
    errors = [
        {"pointer": "/creditNeeded/amount", "code": "x", "detail": "Write it as 2500.00."},
        {"pointer": "", "code": "y", "detail": "Something is missing."},
    ]
    service.will(a_problem(400, "InvalidFields", errors=errors))
    typist.typed = "{}"
    assert await typist.type("submit", "-") == 1
    assert (typist.said, typist.complained) == (
        [],
        [
            "Title of InvalidFields (400 InvalidFields)",
            "Mend it.",
            "  /creditNeeded/amount  Write it as 2500.00.",
            "  (whole)               Something is missing.",
            "(call call-1)",
        ],
    )
