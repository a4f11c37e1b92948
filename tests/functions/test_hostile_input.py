"""Whatever is sent, a door takes it or says what is wrong with it, in words and in the right place."""

import copy
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from functions.intake import submit_request
from functions.problems import Problem, ProblemError
from local.sample import sample_application, sample_request
from tests.functions.calling import call
from tests.functions.doors import DOORS, documents, refusal
from tests.world import SUBSCRIPTION, World

NAMES = sorted(DOORS)
TEXT = st.text(st.characters(), max_size=30)  # halves of characters too
HOSTILE: st.SearchStrategy[Any] = st.sampled_from(
    [
        "", " ", "\0", "\u202e", "\u200b", "\ufeff", "\ud800", "a" * 5000, "1e999999", "1e3", "0x1f", "NaN", "-0", "²",
        "2026-02-30", "0000-01-01", "9999-12-31T23:59:59-12:00", "2026-11-23", "86400", "EUR", "XXX", "NL", "ZZ",
        True, False, None, 0, 1, -1, 10**40, 1e300, 0.1, [], {}, [[]], [None], {"": None}, {"amount": "1"},
    ]
)  # fmt: skip
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT | HOSTILE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def spots_in(document: Any) -> list[tuple[Any, Any]]:
    """Every member and item of a document, as its container and its name or number."""
    members = document.items() if isinstance(document, dict) else enumerate(document)
    return [
        spot
        for name, member in members
        for spot in [(document, name), *(spots_in(member) if isinstance(member, dict | list) else [])]
    ]


@st.composite
def mutated(draw: st.DrawFn, name: str) -> Any:
    """A document that a door takes, with one to three things wrong (or not)."""
    document = copy.deepcopy(draw(st.sampled_from(documents(name))))
    for _ in range(draw(st.integers(1, 3))):
        spots = spots_in(document)
        if not spots:
            return document
        container, place = draw(st.sampled_from(spots))
        match draw(st.sampled_from(["replace", "delete", "add"])):
            case "replace":
                container[place] = copy.deepcopy(draw(HOSTILE | ANY_JSON))
            case "delete":
                del container[place]
            case "add" if isinstance(container, dict):
                container[draw(TEXT)] = copy.deepcopy(draw(ANY_JSON))
    return document


def check(name: str, document: Any) -> None:
    """Refused in words that can be sent, or taken and the same again out of storage."""
    try:
        read = DOORS[name].read(document)
    except ProblemError as error:
        check_words(error.problem)
        return
    stored = read.model_dump_json(by_alias=True, exclude_none=True)
    assert TypeAdapter(type(read)).validate_json(stored) == read


def check_words(problem: Problem) -> None:
    assert 400 <= problem.type.status < 500
    for words in (problem.type.title, problem.detail, *(error.detail for error in problem.errors)):
        assert 0 < len(words) <= 300
        assert words.isprintable()
        assert not {"Value error", "pydantic", "dictionary", "instance of", "tuple", "Tuple"} & {words, *words.split()}
    for error in problem.errors:
        assert len(error.pointer.encode()) <= 300


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_takes_or_refuses_any_json(name: str, data: st.DataObject) -> None:
    check(name, data.draw(ANY_JSON))


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_takes_or_refuses_what_is_almost_right(name: str, data: st.DataObject) -> None:
    check(name, data.draw(mutated(name)))


@given(st.binary(max_size=200))
@example(b'{"a": "\xff"}')
def test_takes_or_refuses_any_bytes(body: bytes) -> None:
    check_words(refusal(lambda: DOORS["request"].read(body)))


@pytest.mark.parametrize("name", NAMES)
def test_takes_what_its_own_schema_shows(name: str) -> None:
    for document in documents(name):
        check(name, document)
        DOORS[name].read(document)


def wrong(document: dict[str, Any], /, name: str = "request") -> dict[str, str]:
    """What a door says is wrong, by pointer."""
    problem = refusal(lambda: DOORS[name].read(document))
    return {error.pointer: error.detail for error in problem.errors}


def a_request(**changes: Any) -> dict[str, Any]:
    return {**sample_request(str(SUBSCRIPTION)), **changes}


def a_contact(**changes: Any) -> dict[str, Any]:
    return a_request(contact={**sample_request(str(SUBSCRIPTION))["contact"], **changes})


@pytest.mark.parametrize(
    ("changes", "pointer", "words"),
    [
        ({"consent": {"accepted": 1, "textSha256": "0" * 64}}, "/consent/accepted", "must be true"),
        ({"consent": {"accepted": "true", "textSha256": "0" * 64}}, "/consent/accepted", "must be true"),
        ({"consent": {"accepted": True, "textSha256": "A" * 64}}, "/consent/textSha256", "the digits 0-9 and a-f"),
        ({"subscriptionId": "0b1f64711bf04ddaaec3cb9272f09590"}, "/subscriptionId", "must be a UUID"),
        ({"subscriptionId": 7}, "/subscriptionId", "must be a UUID"),
        ({"companyName": 7}, "/companyName", "must be a string"),
        ({"companyName": "a\0b"}, "/companyName", "the control character U+0000"),
        ({"companyName": "pay\u200dpal"}, "/companyName", "the invisible character U+200D"),
        ({"billingAddress": []}, "/billingAddress", "must be a JSON object"),
        ({"billingAddress": {"line1": "a", "city": "b", "country": "ZZ"}}, "/billingAddress/country", "such as NL"),
        ({"creditNeeded": {"amount": "2.500", "currency": "EUR"}}, "/creditNeeded/amount", "EUR has at most 2"),
        ({"creditNeeded": {"amount": "2500.50", "currency": "JPY"}}, "/creditNeeded/amount", "JPY has none"),
        ({"creditNeeded": {"amount": "1.2345", "currency": "KWD"}}, "/creditNeeded/amount", "KWD has at most 3"),
        ({"creditNeeded": {"amount": "2,500", "currency": "EUR"}}, "/creditNeeded/amount", "no other marks"),
        ({"creditNeeded": {"amount": "1e3", "currency": "EUR"}}, "/creditNeeded/amount", "no other marks"),
        ({"creditNeeded": {"amount": True, "currency": "EUR"}}, "/creditNeeded/amount", "must be an amount"),
        ({"creditNeeded": {"amount": "-5", "currency": "EUR"}}, "/creditNeeded/amount", "leave out the minus"),
        ({"creditNeeded": {"amount": -5, "currency": "EUR"}}, "/creditNeeded/amount", "greater than or equal to 0"),
        ({"creditNeeded": {"amount": "9" * 14, "currency": "EUR"}}, "/creditNeeded/amount", "13 digits before"),
        ({"creditNeeded": {"amount": "0.00", "currency": "EUR"}}, "/creditNeeded/amount", "must be more than 0"),
        ({"creditNeeded": {"amount": "5", "currency": "XAU"}}, "/creditNeeded/currency", "such as EUR"),
        ({"creditNeeded": {"amount": "5", "currency": "DEM"}}, "/creditNeeded/currency", "such as EUR"),
        ({"x" * 50: 1}, "", "has the member 'xxxx"),
    ],
)  # fmt: skip
def test_says_what_is_wrong_where_it_is(changes: dict[str, Any], pointer: str, words: str) -> None:
    told = wrong(a_request(**changes))
    assert list(told) == [pointer]
    assert words in told[pointer]


@pytest.mark.parametrize(
    ("changes", "pointer", "words"),
    [
        ({"preferredMethod": "phone"}, "/contact/phone", "so give the number too"),
        ({"phone": "call me"}, "/contact/phone", "such as +31 20 123 4567"),
        ({"phone": "+-.(  )"}, "/contact/phone", "such as +31 20 123 4567"),
        ({"language": "fr"}, "/contact/language", "'en' or 'nl'"),
        ({"email": "Sanne <sanne@contoso.example>"}, "/contact/email", "the address alone"),
        ({"email": '"sanne de"@contoso.example'}, "/contact/email", "Quoting"),
        ({"email": f"{'a' * 65}@contoso.example"}, "/contact/email", "64 before the @"),
        ({"email": f"a@{'b' * 60}{'.contoso' * 30}.example"}, "/contact/email", "at most 254 characters"),
    ],
)
def test_says_how_a_person_cannot_be_reached(changes: dict[str, Any], pointer: str, words: str) -> None:
    told = wrong(a_contact(**changes))
    assert list(told) == [pointer]
    assert words in told[pointer]


@pytest.mark.parametrize(
    ("changes", "pointer", "words"),
    [
        ({"figuresYear": "2025"}, "/figuresYear", "without quotation marks"),
        ({"figuresYear": 2025.5}, "/figuresYear", "must be a whole number"),
        ({"yearsInBusiness": True}, "/yearsInBusiness", "must be a whole number"),
        ({"yearsInBusiness": 2001}, "/yearsInBusiness", "less than or equal to 2000"),
        ({"equity": "1.234"}, "/equity", "EUR has at most 2"),
        ({"annualRevenue": "-1"}, "/annualRevenue", "leave out the minus"),
        ({"currency": "JPY", "equity": "1.5", "totalAssets": "2"}, "/equity", "JPY has none"),
    ],
)
def test_says_which_figure_is_wrong(changes: dict[str, Any], pointer: str, words: str) -> None:
    figures = {name: 1 for name, value in sample_application("9.00").items() if str(value).endswith(".00")}
    told = wrong({**sample_application("9.00"), **figures, **changes}, "application")
    assert list(told) == [pointer]
    assert words in told[pointer]


@pytest.mark.parametrize(
    "day", ["2026-02-30", "0000-01-01", "2026-11-30T00:00:00", "86400", 86400, "2026-W48-1", "tomorrow"]
)
def test_refuses_what_is_no_day(day: object) -> None:
    (document,) = documents("security")
    assert list(wrong({**document, "receivedOn": day}, "security")) == ["/receivedOn"]


@pytest.mark.parametrize(
    "moment", [1700000000, "2026-11-23", "2026-11-23T09:00:00", "9999-12-31T23:59:59-12:00", "2026-02-30T09:00:00Z"]
)
def test_refuses_what_is_no_moment(moment: object) -> None:
    assert list(wrong({**documents("portal")[0], "timestamp": moment}, "portal")) == ["/timestamp"]


@pytest.mark.parametrize(
    ("literal", "exactly"),
    [("2500", "2500"), ("2500.0", "2500"), ("0.10", "0.1"), ("9007199254740.99", "9007199254740.99"), ("25e2", "2500")],
)
def test_reads_the_numbers_of_json_exactly(literal: str, exactly: str) -> None:
    body = json.dumps(a_request(creditNeeded={"amount": "?", "currency": "EUR"})).replace('"?"', literal)
    assert str(DOORS["request"].read(body.encode()).credit_needed.amount) == exactly


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b" \n", "it is empty"),
        (b'\xef\xbb\xbf{"a": 1}', "byte order mark"),
        ("{}".encode("utf-16"), "byte 0 is not UTF-8"),
        (b'{"a": {"b": [{"c": 1, "c": 1}]}}', "the member 'c' occurs twice"),
        (b'{"' + b"c" * 60_000 + b'": 1, "' + b"c" * 60 + b'": 1, "' + b"c" * 60 + b'": 2}', f"'{'c' * 40}...' occurs"),
        (b'{"a": "\\ud800"}', "half a character"),
        (b'{"\\udfff": 1}', "half a character"),
        (b"[" * 33 + b"]" * 33, "32 levels are read"),
        (b"[" * 32_768 + b"]" * 32_768, "32 levels are read"),
        (b"[" * 900 + b"]" * 900, "32 levels are read"),
        (b'{"a": ' + b"9" * 5000 + b"}", "has 5,000 digits"),
        (b'{"a": 1e999999}', "too large"),
        (b'{"a": 1e-999999}', "too close to 0"),
        (b'{"a": 1e99999999999999999999}', "too large"),
        (b'{"a": 0.' + b"1" * 5000 + b"}", "too long"),
        (b'{"a": 01}', "Expecting"),
    ],
    ids=range(16),
)
def test_says_why_a_body_is_no_json(body: bytes, words: str) -> None:
    problem = refusal(lambda: DOORS["request"].read(body[:65_536]))
    assert (problem.type.status, problem.type.code) == (400, "InvalidJson")
    assert words in problem.detail
    check_words(problem)


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "application/json; charset=iso-8859-1"},
        {"content-type": 'application/json; charset="utf-16"'},
        {"content-type": "application/json; charset="},
        {"content-encoding": "gzip"},
    ],
    ids=str,
)
def test_says_in_which_form_a_body_is_read(headers: dict[str, str]) -> None:
    problem = refusal(lambda: DOORS["request"].read(a_request(), headers))
    assert (problem.type.status, problem.type.code) == (415, "UnsupportedMediaType")


@pytest.mark.parametrize(
    "headers", [{"content-type": 'application/json;charset="UTF-8"'}, {"content-encoding": "identity"}]
)
def test_takes_utf_8_whatever_it_is_called(headers: dict[str, str]) -> None:
    assert DOORS["request"].read(a_request(), headers).company_name == "Contoso B.V."


def test_tells_a_hundred_wrong_fields_and_how_many_there_are() -> None:
    problem = refusal(lambda: DOORS["request"].read(a_request(**{f"x{n}": n for n in range(3000)})))
    assert len(problem.errors) == 100
    assert problem.detail.startswith("3000 fields are wrong")
    assert "first 100" in problem.detail


@pytest.mark.parametrize(
    ("name", "place", "most"),
    [
        ("decision", "codes", 5),
        ("decision", "items", 10),
        ("information", "answers", 10),
        ("portal", "resources", 2000),
    ],
)
def test_looks_at_no_item_of_a_list_that_is_too_long(name: str, place: str, most: int) -> None:
    (document,) = (each for each in documents(name) if place in each | each.get("data", {}))
    spoilt = {**document.get("data", document), place: [0] * (most + 1)}
    problem = refusal(lambda: DOORS[name].read({**document, "data": spoilt} if "data" in document else spoilt))
    assert [error.detail for error in problem.errors] == [f"must have at most {most} items"]


def test_says_nothing_of_a_value_that_it_refuses() -> None:
    secret = "sanne.secret@contoso.example"
    spoilt = dict.fromkeys(a_request(), secret * 100)
    problem = refusal(lambda: DOORS["request"].read({**spoilt, "contact": {"email": f"x {secret}", "phone": secret}}))
    assert secret not in repr(problem)
    assert (
        refusal(lambda: DOORS["decision"].read({"kind": secret}))
        .errors[0]
        .detail.startswith("must be one of 'approve'")
    )


@pytest.mark.parametrize("body", [a_request(companyName=[[["\ud800"]]]), a_request(**{"\ud800": 1}), b"[" * 900])
async def test_answers_and_stores_nothing(world: World, body: Any) -> None:
    answer = await call(submit_request, "POST", "/api/requests", body)
    assert answer.status == 400
    assert world.messages() == []


def test_writes_names_that_look_alike_alike() -> None:
    composed, apart = "Zoe\u0308 B.V.", "Zo\u00eb B.V."
    assert DOORS["request"].read(a_request(companyName=composed)).company_name == apart


def test_takes_an_international_address() -> None:
    assert DOORS["request"].read(a_contact(email="sanne@bücher.example")).contact.email == "sanne@bücher.example"
