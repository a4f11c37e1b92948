"""What the billing desk can do at the command line."""

import json

import pytest

from tests.paybyinvoice.command_line.conftest import Refused, Typist
from tests.paybyinvoice.documents import CASE_ID, a_desk_case, a_row, a_status, an_event
from tests.paybyinvoice.service import Say, Service, a_problem

SEEN = Say(200, a_desk_case(), {"ETag": '"4.desk"'})
DECIDED = Say(200, a_status(state="approved"))
LIMIT = ("--limit", "20000.00", "--currency", "EUR")
SECURITY = ("--type", "deposit", "--amount", "10000.00", "--currency", "EUR")
ITEMS = [{"item": "bank_reference"}, {"item": "other", "text": "The contract"}]
MONEY = {"amount": "10000.00", "currency": "EUR"}


def two_pages(service: Service) -> None:
    link = f"{service.url}/next"
    service.will(Say(200, {"value": [a_row(id="1")], "nextLink": link}), Say(200, {"value": [a_row(id="2")]}))


async def test_shows_the_first_page_of_the_list_and_says_that_there_is_more(service: Service, typist: Typist) -> None:
    row = a_row(owedBy="desk", expectedOn="2026-11-30", attention="notify failed", call=True)
    service.will(Say(200, {"value": [row, a_row(id="2", company="A")], "nextLink": f"{service.url}/next"}))
    assert await typist.type("desk", "list", "--state", "credit_review") == 0
    assert service.heard[0].path.endswith("&state=credit_review")
    assert service.heard[0].headers["x-development-user"] == "ada"
    assert typist.said == [
        "State          Company       Country  Amount        Turn  Day                         Request",
        f"credit_review  Contoso B.V.  NL       EUR 25000.00  desk  2026-11-30  attention call  {CASE_ID}",
        "credit_review  A             NL       EUR 25000.00                                    2",
        "There are more: --all lists them.",
    ]


async def test_shows_the_whole_list(service: Service, typist: Typist) -> None:
    two_pages(service)
    assert await typist.type("desk", "list", "--all") == 0
    assert [line.split()[-1] for line in typist.said] == ["Request", "1", "2"]


async def test_gives_machines_a_page_as_it_came_or_all_rows(service: Service, typist: Typist) -> None:
    two_pages(service)
    await typist.type("desk", "list", "--json")
    assert json.loads(typist.said[0]) == {"value": [a_row(id="1")], "nextLink": f"{service.url}/next"}
    two_pages(service)
    await typist.type("desk", "list", "--all", "--json")
    assert json.loads(typist.said[0]) == {"value": [a_row(id="1"), a_row(id="2")]}


async def test_says_that_nothing_is_on_the_list(service: Service, typist: Typist) -> None:
    service.will(Say(200, {"value": []}))
    assert await typist.type("desk", "list") == 0
    assert typist.said == ["Nothing is on the list."]


async def test_shows_what_only_the_desk_sees(service: Service, typist: Typist) -> None:
    assessment = {
        "score": "1.20",
        "band": "grey",
        "recommendation": "approve_lower",
        "reasons": [],
        "illustrative": True,
    }
    assessment["suggestedLimit"] = MONEY
    attention = {"reason": "notify failed", "since": "2026-11-23T09:00:00Z"}
    service.will(
        Say(200, a_desk_case(assessment=assessment, attention=attention, declineCodes=["new_company", "other"]))
    )
    assert await typist.type("desk", "show", CASE_ID) == 0
    assert typist.said[-7:] == [
        "For the desk",
        "  Opened by     client:contoso",
        "  Attention     notify failed, since 2026-11-23 09:00 UTC",
        "  Assessment    approve_lower; score 1.20 (grey)",
        "  Suggested     EUR 10000.00",
        "  Declined for  new_company, other",
        "  Version       4.desk",
    ]


async def test_tells_what_happened_with_names(service: Service, typist: Typist) -> None:
    service.will(Say(200, {"value": [an_event(actor="desk:ada")]}))
    assert await typist.type("desk", "history", CASE_ID) == 0
    assert typist.said == ["2026-11-23 09:00 UTC  submit  checking_eligibility  desk:ada"]


@pytest.mark.parametrize(
    ("arguments", "sent"),
    [
        (("approve", *LIMIT), {"kind": "approve", "limit": {"amount": "20000.00", "currency": "EUR"}}),
        (
            ("decline", "--code", "new_company", "other", "--code", "not_trading"),
            {"kind": "decline", "codes": ["new_company", "other", "not_trading"]},
        ),
        (
            ("ask-information", "--item", "bank_reference", "--item", "other", "--text", "The contract"),
            {
                "kind": "ask_information",
                "items": [{"item": "bank_reference"}, {"item": "other", "text": "The contract"}],
            },
        ),
        (("ask-security", *SECURITY), {"kind": "ask_security", "type": "deposit", "amount": MONEY}),
        (
            ("ask-security", *SECURITY, "--by", "2026-12-31"),
            {"kind": "ask_security", "type": "deposit", "amount": MONEY, "by": "2026-12-31"},
        ),
    ],
)
async def test_decides(service: Service, typist: Typist, arguments: tuple[str, ...], sent: dict[str, object]) -> None:
    service.will(SEEN, DECIDED)
    assert await typist.type("desk", "decide", CASE_ID, *arguments, "--note", "Why.") == 0
    assert service.heard[1].body == {**sent, "note": "Why."}
    assert typist.said[1] == "State         approved (Running)"


@pytest.mark.parametrize("given", ["3.desk", '"3.desk"'])
async def test_decides_on_the_version_that_was_seen(service: Service, typist: Typist, given: str) -> None:
    service.will(DECIDED)
    arguments = ("approve", *LIMIT, "--note", "Why.", "--if-match", given, "--idempotency-key", "mine")
    await typist.type("desk", "decide", CASE_ID, *arguments)
    (heard,) = service.heard
    assert (heard.headers["If-Match"], heard.headers["Idempotency-Key"]) == ('"3.desk"', '"mine"')


async def test_shows_what_changed_meanwhile_instead_of_deciding(service: Service, typist: Typist) -> None:
    service.will(a_problem(412, "PreconditionFailed"), Say(200, a_desk_case(state="withdrawn", status="Canceled")))
    code = await typist.type("desk", "decide", CASE_ID, "approve", *LIMIT, "--note", "Why.", "--if-match", "3.desk")
    assert (code, typist.said) == (1, [])
    assert typist.complained[0] == "Title of PreconditionFailed (412 PreconditionFailed)"
    assert "State         withdrawn (Canceled)" in typist.complained
    assert typist.complained[-1] == "  Version    4.desk"


async def test_says_how_to_see_what_changed_where_it_cannot_be_read(service: Service, typist: Typist) -> None:
    service.will(a_problem(412, "PreconditionFailed"), Say(503))
    code = await typist.type("desk", "decide", CASE_ID, "approve", *LIMIT, "--note", "Why.", "--if-match", "3.desk")
    assert (code, typist.complained[0]) == (1, "Title of PreconditionFailed (412 PreconditionFailed)")
    last = f"How it is now could not be read: paybyinvoice desk show {CASE_ID} shows it."
    assert typist.complained[-1] == last


async def test_confirms_a_security(service: Service, typist: Typist) -> None:
    service.will(DECIDED)
    arguments = (*SECURITY, "--reference", "BANK-1", "--received-on", "2026-12-01")
    assert await typist.type("desk", "security-received", CASE_ID, *arguments) == 0
    sent = {"type": "deposit", "amount": MONEY, "reference": "BANK-1", "receivedOn": "2026-12-01"}
    assert service.heard[0].body == sent


async def test_resumes(service: Service, typist: Typist) -> None:
    service.will(DECIDED)
    assert await typist.type("desk", "resume", CASE_ID) == 0
    assert service.heard[0].path.startswith(f"/api/requests/{CASE_ID}/resumption?")


async def test_shows_messages_that_nobody_could_read(service: Service, typist: Typist) -> None:
    message = {"queue": "notify-poison", "messageId": "m1", "at": "2026-11-23T09:00:00Z", "body": "{\n}"}
    service.will(Say(200, {"value": [message]}), Say(200, {"value": []}))
    assert await typist.type("desk", "unreadable-messages") == 0
    assert typist.said == ["2026-11-23 09:00 UTC  notify-poison  m1", "  {", "  }"]
    await typist.type("desk", "unreadable-messages")
    assert typist.said == ["There are no unreadable messages."]


@pytest.mark.parametrize("items", [("--text", "T"), ("--item", "other", "--text", "T", "--text", "U")])
def test_a_text_belongs_to_the_item_before_it(refused: Refused, items: tuple[str, ...]) -> None:
    told = refused(["desk", "decide", CASE_ID, "ask-information", "--note", "n", *items])
    assert "argument --text: belongs after the --item that it is about, once" in told


@pytest.mark.parametrize("decision", [("approve", *LIMIT), ("decline", "--code", "other")])
def test_a_decision_needs_its_reason(refused: Refused, decision: tuple[str, ...]) -> None:
    assert "the following arguments are required: --note" in refused(["desk", "decide", CASE_ID, *decision])
