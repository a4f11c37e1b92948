"""The short words of letters: nothing that the machine names is left without, in any language."""

from typing import get_args

import pytest

from shared.domain.credit_application import CreditApplication
from shared.domain.decisions import InformationItem, Language, SecurityType
from shared.domain.lifecycle import WAITS_FOR_APPLICANT, NoticeKind, State
from shared.domain.notices import DESK_NOTICES
from shared.web.notice_words import FORM, ITEMS, LABELS, MISSED, SECURITIES, STATES, SUBJECTS

LANGUAGES: tuple[Language, ...] = get_args(Language)


def test_has_a_subject_for_every_notice_and_none_in_dutch_for_the_desk() -> None:
    assert SUBJECTS["en"].keys() == set(NoticeKind)
    assert SUBJECTS["nl"].keys() == set(NoticeKind) - DESK_NOTICES


@pytest.mark.parametrize("language", LANGUAGES)
def test_tells_every_notice_by_its_subject(language: Language) -> None:
    subjects = SUBJECTS[language].values()
    assert len(set(subjects)) == len(subjects)


@pytest.mark.parametrize("language", LANGUAGES)
def test_has_words_for_everything_that_the_machine_names(language: Language) -> None:
    assert STATES[language].keys() == set(State)
    assert MISSED[language].keys() == set(WAITS_FOR_APPLICANT)
    assert ITEMS[language].keys() == set(InformationItem)
    assert SECURITIES[language].keys() == set(SecurityType)
    assert list(FORM[language]) == list(CreditApplication.model_fields)


def test_speaks_every_language_that_applicants_are_written_to_in() -> None:
    for table in (SUBJECTS, LABELS, STATES, MISSED, ITEMS, SECURITIES, FORM):
        assert set(table) == set(LANGUAGES)
