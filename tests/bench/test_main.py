import pytest

from bench.__main__ import main


def test_refuses_a_part_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["speed"])
    assert "there is no part speed; there are: traffic, scale, cold-start, own-cpu, pages" in capsys.readouterr().err
