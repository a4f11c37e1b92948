"""Documents as rows and back."""

import pytest

from shared.adapters import case_rows
from shared.adapters.storage import Row
from shared.domain.case import Case
from shared.domain.dossier import Slot
from tests.builders import a_case


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
