from tests.mutation import recording as recordings
from tests.mutation.mutants import Mutant
from tests.mutation.recording import Recording, called

ADD = Mutant("shared.domain.book.xǁBookǁadd__mutmut_12", "shared.domain.book", "Book.add", "a", "b", "d")


def test_knows_the_function_as_it_is_recorded() -> None:
    assert called(ADD) == "shared.domain.book.xǁBookǁadd"


def test_knows_the_file_of_a_modules_own_tests() -> None:
    assert recordings.tests_of("shared.workflow.protocol") == "tests/workflow/test_protocol.py"


def test_knows_the_tests_of_a_function_the_quickest_first() -> None:
    seconds = {
        "tests/domain/test_a.py::a": 0.1,
        "tests/domain/test_book.py::slow": 3.0,
        "tests/domain/test_book.py::b": 1.0,
    }
    recording = Recording({called(ADD): list(seconds)}, seconds=seconds)
    assert recording.tests_for(ADD, own=True) == ["tests/domain/test_book.py::b", "tests/domain/test_book.py::slow"]
    assert recording.tests_for(ADD, own=False) == ["tests/domain/test_a.py::a"]


def test_runs_no_test_where_none_calls_the_function() -> None:
    assert Recording().tests_for(ADD, own=True) == []
