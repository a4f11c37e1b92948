"""Documents as rows and back."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from shared.adapters import case_rows
from shared.adapters.storage import Row
from shared.domain.case import Case
from shared.domain.dossier import Receipt, Slot, Stored
from shared.domain.lifecycle import State
from tests.builders import NOON, a_case


def test_a_case_comes_back_as_it_was_unknown_members_too() -> None:
    case = a_case()
    tomorrow = Case.model_validate({**case.model_dump(by_alias=True), "ofTomorrow": {"a": [1]}})
    row = case_rows.case_row(tomorrow, "tag")
    assert case_rows.document_of(row, Case) == tomorrow
    assert (row.tag, row.values["seq"]) == ("tag", case.seq)


def test_a_long_document_is_split_so_that_each_part_fits_a_property() -> None:
    case = a_case()
    long = case.model_copy(update={"told_findings": "\U0001f600" * 40_000})
    row = case_rows.case_row(long, "")
    parts = [str(value) for name, value in row.values.items() if name.startswith("doc")]
    assert len(parts) == 3
    assert max(len(part.encode("utf-16-le")) // 2 for part in parts) <= 32_768
    assert case_rows.document_of(row, Case) == long


def test_rows_of_a_kind_nobody_knows_are_left_alone() -> None:
    assert case_rows.dossier_of("s", [Row("s", "a|tomorrow|x", {"n": 1})]).cases == {}


def test_a_row_that_lost_its_document_is_named() -> None:
    with pytest.raises(ValueError, match=r"row a\|slot of partition s has lost its document"):
        case_rows.dossier_of("s", [Row("s", case_rows.SLOT, {"other": 1})])
    assert case_rows.document_of(Row("s", "k", {}), Slot) is None


def test_a_case_without_a_wait_is_listed_by_its_last_change_and_is_not_due() -> None:
    case = a_case().model_copy(update={"wait": None})
    assert case_rows.due_row(case) is None
    assert case_rows.utc(case.changed_at) in case_rows.list_row(case).key
    assert "nextDueAt" not in case_rows.case_row(case, "").values


def test_a_case_that_waits_is_listed_by_the_beginning_of_its_wait_and_due_by_its_next_date() -> None:
    case = a_case(State.APPROVED, changed_at=NOON + timedelta(days=1))
    row, due = case_rows.list_row(case), case_rows.due_row(case)
    assert row.key == f"list|approved|2026-11-02T12:00:00Z|{case.id}"
    assert (row.values["owedBy"], row.values["lastDay"]) == ("applicant", "2026-12-02")
    assert due is not None
    assert (due.key, case_rows.due_row_of(due).case_id) == (f"due|2026-11-05T08:00:00Z|{case.id}", case.id)


def test_a_moment_in_a_key_is_in_utc_whatever_its_offset() -> None:
    assert case_rows.utc(datetime.fromisoformat("2026-11-02T13:30:00.9+01:30")) == "2026-11-02T12:00:00Z"


def test_a_keys_list_row_is_found_again_in_the_list_of_its_state_only() -> None:
    case = a_case(State.APPROVED)
    key = case_rows.list_row(case).key
    for state, listed in (("approved", True), (None, True), ("action_required", False), ("credit_review", False)):
        start, end = case_rows.listed_in(state, "")
        assert (start <= key < end) is listed


@pytest.mark.parametrize(
    "after", ["", "a", "due|x", "list|action_required|x", "list|approved|x", "list|zz", "unreadable|x"]
)
def test_going_on_after_anything_never_leaves_the_list(after: str) -> None:
    start, end = case_rows.listed_in("approved", after)
    assert start >= "list|approved|"
    assert end == "list|approved}"


def test_receipts_are_told_apart_from_the_rows_of_a_dossier() -> None:
    receipt = Receipt(key="k", expires_at=NOON)
    rows = [
        case_rows.case_row(a_case(), "t"),
        case_rows.row_of("s", case_rows.receipt_key("k"), receipt),
        Row("s", "b|tomorrow|x", {"n": 1}),
    ]
    record = case_rows.scope_record_of("s", rows)
    assert (record.receipts, list(record.dossier.cases)) == ((Stored(receipt, ""),), [a_case().id])


def test_facts_are_read_before_anything_that_a_transition_writes() -> None:
    """A read may span pages: facts older than the case beside them make the commit fail, newer ones would not."""
    case = a_case()
    assert min(case_rows.case_key(case.id), case_rows.SLOT, "a|notice|") > case_rows.FACTS


def test_a_row_of_the_list_tells_the_content_revision_and_one_without_it_is_read() -> None:
    row = case_rows.list_row(a_case(content_revision=3))
    assert case_rows.listed_case_of(row).summary["revision"] == 3
    older = {name: value for name, value in row.values.items() if name != "revision"}
    assert case_rows.listed_case_of(replace(row, values=older)).summary == older
