"""Rows of the work list, and what is asked of them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from shared.adapters.work_rows import sortable, work_rows, work_search
from shared.domain.case import Attention
from shared.domain.lifecycle import State
from shared.domain.review import start_review
from shared.domain.waiting import Party, begin_wait
from shared.domain.work_list import WorkFilters, WorkQuery
from tests.builders import NOON, a_case, a_contact, a_form, money, terms


def test_a_row_has_what_lists_show_and_filters_ask_for() -> None:
    form = a_form(company_name="Zoë B.V.", contact=a_contact(language="nl"))
    case = a_case(State.APPROVED, request=form, assignee="ada", side_events=3)
    rows = work_rows(case)
    assert [row.key.split("|")[:2] for row in rows] == [["work", "all"], ["work", "approved"]]
    wanted = {
        "caseId": case.id,
        "side": 3,
        "state": "approved",
        "company": "Zoë B.V.",
        "companyFolded": "zoe b.v.",
        "amount": "2500.00",
        "amountSorted": "0000000002500.0000",
        "since": "2026-11-02T12:00:00Z",
        "deadline": "2026-12-03T12:00:00Z",
        "language": "nl",
        "assignee": "ada",
    }
    assert wanted.items() <= rows[0].values.items()


def test_what_a_case_does_not_have_its_row_does_not_have_either() -> None:
    (row,) = work_rows(a_case(State.SWITCHED))
    assert {"deadline", "assignee"}.isdisjoint(row.values)


@pytest.mark.parametrize("more", ["9999999999999.9999", "10000", "2500.01"])
def test_amounts_sort_by_size(more: str) -> None:
    assert sortable(Decimal("2500")) < sortable(Decimal(more))


@pytest.mark.parametrize("after", ["", "after:", "after:work|all|x", "after:due|", "after:work|zz", "on:"])
def test_going_on_after_anything_never_leaves_the_tab(after: str) -> None:
    search, _ = work_search(WorkQuery("approved", after))
    assert search.start >= "work|approved|"
    assert search.end == "work|approved}"


def test_a_text_is_looked_for_in_as_many_rows_as_one_request_gives() -> None:
    assert work_search(WorkQuery("all", limit=50))[0].limit == 50
    assert work_search(WorkQuery("all", limit=50, filters=WorkFilters(text="x")))[0].limit == 1000


def test_the_longest_keys_of_a_case_fit_in_one_property() -> None:
    flag = Attention(reason="x", since=NOON)
    review = start_review(NOON, "NL", terms())
    wait = begin_wait(State.CREDIT_REVIEW, Party.DESK, NOON, terms())
    form = a_form(credit_needed=money("25000"))
    case = a_case(State.CREDIT_REVIEW, attention=flag, review=review, wait=wait, request=form)
    later = case.model_copy(update={"changed_at": NOON + timedelta(days=1)})
    assert [row.key for row in work_rows(later)] == [row.key for row in work_rows(case)]
    assert sum(len(row.key) + 1 for row in work_rows(case)) < 1000
