"""The page of what is promised: its figures are those on record, and what is wrong is not hidden."""

from dataclasses import replace

from tests.faults.ablations import ABLATIONS
from tests.faults.page import reliability_page
from tests.faults.suites import SUITES
from tests.faults.test_proofs import HERE, a_proof


def test_says_when_nothing_was_wrong() -> None:
    page = reliability_page([a_proof()])
    assert "The last run of each suite had no violation." in page
    assert "| schedules | long | 0 to 9 | 10 | 2 | 3 | 0 | 2 | 2026-11-22 | abc1234 | A |" in page
    assert "A: Linux; python 3.11.7." in page


def test_says_first_of_all_what_was_wrong() -> None:
    wrong = replace(a_proof(), violations=2)
    assert "**2 violations are in the last runs below" in reliability_page([a_proof(0, 4, "dates"), wrong])


def test_what_was_mended_since_is_on_record_and_wrong_no_more() -> None:
    page = reliability_page([replace(a_proof(0, 99), violations=1), a_proof(found=replace(HERE, commit="def5678"))])
    assert "The last run of each suite had no violation." in page
    assert "| 0 to 99 | 100 | 2 | 3 | 1 |" in page


def test_names_the_last_run_of_each_suite_and_lists_all() -> None:
    elsewhere = replace(HERE, machine="Moon")
    page = reliability_page([a_proof(), a_proof(0, 4, "dates"), a_proof(0, 99, found=elsewhere)])
    assert "| schedules | 100 | 0 | seen 100 |" in page
    assert page.count("| schedules | long |") == 2
    assert "B: Moon; python 3.11.7." in page


def test_counts_the_safeguards_that_were_left_out() -> None:
    ablations = replace(a_proof(suite="ablations"), seeds=None, details={each.name: {} for each in ABLATIONS})
    page = reliability_page([ablations])
    assert f"| {len(ABLATIONS)} safeguards left out, each by itself |" in page
    assert "| ablations | long | all there is |" in page


def test_what_had_no_time_for_all_does_not_claim_it() -> None:
    page = reliability_page([replace(a_proof(suite="faults"), seeds=None, cut_short=True)])
    assert "| faults | long, cut | part of all |" in page


def test_tells_of_every_suite_and_safeguard_before_anything_was_run() -> None:
    page = reliability_page([])
    assert "None yet." in page
    assert all(f"| {name} | {suite.a_run} |" in page for name, suite in SUITES.items())
    assert all(each.without in page for each in ABLATIONS)
