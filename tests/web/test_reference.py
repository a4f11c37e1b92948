"""The reference of the API: complete, sound, safe whatever its document says, and readable by everybody."""

import hashlib
import re
from base64 import b64encode
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from shared.web.reference import Page, problem_page, problems_page, reference_page
from tests.web.reference_examples import BASE_URL, AProblem, a_document, rewritten

HOSTILE = "\"'><script>alert(1)</script><b onclick=x style=y>{{ 7*7 }}"
SAID = {"description", "summary", "title", "version", "pattern", "enum", "const", "example", "line1", "code", "cure"}
PAGES = {
    "reference": reference_page(a_document(), BASE_URL),
    "problems": problems_page([AProblem(), AProblem("NotFound", 404)]),
    "problem": problem_page(AProblem(), {"type": "/problems/RequestOpen"}, ["submit"]),
}


class _Reader(HTMLParser):
    """Reads a page: its elements, in order, and its words, as one text; every element must be closed in its turn."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words = ""
        self.feed(page.html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        assert len(attrs) == len({name for name, _ in attrs})
        if tag not in {"meta", "wbr"}:
            self.open.append(tag)
        if tag not in {"b", "i", "code", "wbr", "a", "span"}:
            self.words += "\n"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def every(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.elements if attribute in attributes]


def _hostile(key: str, text: str) -> str:
    return text + HOSTILE if key in SAID else text


def _renamed(node: Any) -> Any:
    """A document whose operations, groups and fields have names that would break out of an attribute or an id."""
    return rewritten(node, lambda key, text: text + HOSTILE if key in {"operationId", "tags", "name"} else text)


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> Page:
    return PAGES[request.param]


@pytest.fixture(scope="module")
def reference() -> _Reader:
    return _Reader(PAGES["reference"])


def test_has_one_style_which_the_policy_allows_by_its_hash(page: Page) -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", page.html, re.DOTALL)
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}';" in page.policy
    assert page.policy.startswith("default-src 'none';")


def test_asks_for_no_script_and_nothing_from_elsewhere(page: Page) -> None:
    reader = _Reader(page)
    names = {tag for tag, _ in reader.elements}
    assert not names & {"script", "link", "img", "iframe", "object", "base", "form"}
    assert not reader.every("style")
    assert not [name for _, given in reader.elements for name in given if name.startswith("on")]
    assert all(target.startswith(("#", "/")) for target in reader.every("href"))
    assert "url(" not in page.html
    assert "@import" not in page.html


def test_has_a_target_for_every_link_within_it_and_no_id_twice(page: Page) -> None:
    reader = _Reader(page)
    ids = reader.every("id")
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[\w.~-]+", each) for each in ids)
    assert {target[1:] for target in reader.every("href") if target.startswith("#")} <= set(ids)
    assert set(reader.every("aria-labelledby")) <= set(ids)


def test_has_headings_in_order_below_one_title(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in _Reader(page).elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_can_be_read_by_ear(page: Page) -> None:
    reader = _Reader(page)
    assert ("html", {"lang": "en"}) in reader.elements
    assert next(given for tag, given in reader.elements if tag == "a")["href"] == "#content"
    assert {"header", "main", "footer", "title"} <= {tag for tag, _ in reader.elements}
    assert all(given.get("scope") in {"row", "col"} for tag, given in reader.elements if tag == "th")


def test_shows_every_operation_with_its_summary_and_links_to_it(reference: _Reader) -> None:
    for path, methods in a_document()["paths"].items():
        for method, operation in methods.items():
            assert f"{method.upper()} {path}" in reference.words
            assert reference.words.count(operation["summary"]) == 2
            assert f"#operation-{operation['operationId']}" in reference.every("href")


def test_groups_operations_as_the_document_lists_its_tags(reference: _Reader) -> None:
    assert [each for each in reference.every("id") if each.startswith("group-")] == [
        "group-Requests", "group-Service", "group-Portal",
    ]  # fmt: skip


def test_says_what_it_is_and_the_conventions_with_code_as_code() -> None:
    html = PAGES["reference"].html
    assert "<p>Lets pay.</p>" in html
    assert "<p>Read <code>nextLink</code>; it&#39;s signed.</p>" in html


def test_leaves_conventions_out_of_a_document_that_has_none() -> None:
    html = reference_page({**a_document(), "info": {"title": "", "version": "", "description": "Pays."}}, BASE_URL).html
    assert "onventions" not in html


def test_says_who_may_call_and_how_they_sign_in(reference: _Reader) -> None:
    assert "Who may call: Clients. operationId: submit" in reference.words
    assert "The billing desk; The billing desk, on a developer's machine. operationId: decide" in reference.words
    assert "everybody, without signing in. operationId: get_live" in reference.words
    assert "Clients by HTTP basic" in reference.words
    assert "The portal by the header webhook-signature" in reference.words


def test_shows_parameters_by_place_the_required_ones_first(reference: _Reader) -> None:
    shown = re.findall(r"\n(\S+) in the (\w+)( required)?\n", reference.words)
    assert shown == [
        ("api-version", "query", " required"), ("traceparent", "header", ""), ("Idempotency-Key", "header", ""),
        ("id", "path", " required"), ("If-Match", "header", " required"),
    ]  # fmt: skip


def test_shows_a_body_with_the_fields_that_lie_in_it_and_its_example(reference: _Reader) -> None:
    for field in ("address required", "address.line1", "contacts", "contacts[].method", "need.amount"):
        assert f"\n{field}\n" in reference.words
    assert '"line1": "Baker\'s Yard 1"' in reference.words


def test_shows_the_forms_that_a_body_may_have(reference: _Reader) -> None:
    assert "required: Decision" in reference.words
    assert "\nkind: approve\n" in reference.words
    assert "\nkind: decline\n" in reference.words


def test_shows_answers_with_their_headers_and_schema(reference: _Reader) -> None:
    assert "202 Accepted. Body: application/json, Case. Headers:" in reference.words
    assert "ETag The version that is shown" in reference.words
    assert "204 Taken." in reference.words


def test_shows_problems_apart_with_links_to_their_pages(reference: _Reader) -> None:
    assert re.search(r"\n409\nRequestOpen\nThere is an open request\n", reference.words)
    assert reference.every("href").count("/problems/RequestOpen") == 2


def test_shows_every_problem_of_the_document_by_status(reference: _Reader) -> None:
    _, _, listed = reference.words.rpartition("Problems\n")
    assert re.findall(r"\n(\d{3})\n(\w+)\n", listed) == [("405", "MethodNotAllowed"), ("409", "RequestOpen")]
    assert "/problems/MethodNotAllowed" in reference.every("href")


def test_shows_every_schema_with_its_fields_or_its_limits(reference: _Reader) -> None:
    assert {f"schema-{name}" for name in a_document()["components"]["schemas"]} <= set(reference.every("id"))
    assert "\nstring one of email phone\n" in reference.words


def test_offers_a_command_to_who_can_sign_in_on_a_command_line(reference: _Reader) -> None:
    assert "As a client:" in reference.words
    assert "As the billing desk, on a developer's machine:" in reference.words
    assert "no command to paste: each call is signed" in reference.words


def test_tells_a_desk_without_a_developers_machine_that_it_takes_a_browser() -> None:
    document = rewritten(a_document(), lambda _, text: text)
    document["paths"]["/api/requests"]["post"]["security"] = [{"desk": []}]
    assert "no command to paste: signing in takes a browser" in reference_page(document, BASE_URL).html


def test_shows_an_answer_for_which_no_schema_is_given() -> None:
    document = rewritten(a_document(), lambda _, text: text)
    document["paths"]["/api/live"]["get"]["responses"]["200"]["content"] = {"text/html": {}}
    assert "200 Alive. Body: text/html.\n" in _Reader(reference_page(document, BASE_URL)).words


def test_refuses_a_document_with_an_operation_without_a_name() -> None:
    document = rewritten(a_document(), lambda _, text: text)
    del document["paths"]["/api/live"]["get"]["operationId"]
    with pytest.raises(KeyError, match="operationId"):
        reference_page(document, BASE_URL)


@pytest.mark.parametrize("write", [lambda document: rewritten(document, _hostile), _renamed])
def test_takes_nothing_in_the_document_for_markup(write: Any) -> None:
    hostile = reference_page(write(a_document()), BASE_URL)
    test_asks_for_no_script_and_nothing_from_elsewhere(hostile)
    test_has_a_target_for_every_link_within_it_and_no_id_twice(hostile)
    assert hostile.policy == PAGES["reference"].policy
    assert "alert(1)" in _Reader(hostile).words
    assert "{{ 7*7 }}" in _Reader(hostile).words


def test_takes_nothing_in_a_problem_for_markup() -> None:
    kind = AProblem(code=HOSTILE, title=HOSTILE, cure=HOSTILE)
    for hostile in (problem_page(kind, {"title": HOSTILE}, [HOSTILE]), problems_page([kind])):
        test_asks_for_no_script_and_nothing_from_elsewhere(hostile)
        assert "alert(1)" in _Reader(hostile).words


def test_lists_problems_by_status_with_links_to_their_pages() -> None:
    reader = _Reader(PAGES["problems"])
    assert re.findall(r"\n(\d{3})\n(\w+)\n", reader.words) == [("404", "NotFound"), ("409", "RequestOpen")]
    assert {"/problems/NotFound", "/problems/RequestOpen", "/api/docs"} <= set(reader.every("href"))


def test_says_how_to_correct_a_problem_and_which_operations_answer_with_it() -> None:
    page = PAGES["problem"]
    reader = _Reader(page)
    assert "<p>Follow that one: <code>requestId</code> names it.</p>" in page.html
    assert "HTTP status 409" in reader.words
    assert '"type": "/problems/RequestOpen"' in reader.words
    assert "/api/docs#operation-submit" in reader.every("href")


def test_says_that_a_problem_belongs_to_no_operation() -> None:
    assert "At no address in particular." in problem_page(AProblem(), {}, []).html
