"""A terminal to give commands at."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from paybyinvoice.command_line.arguments import parser
from paybyinvoice.command_line.program import run
from paybyinvoice.command_line.terminal import Terminal
from tests.paybyinvoice.service import Service, Time

CREDENTIALS = {"PAYBYINVOICE_CLIENT_ID": "contoso", "PAYBYINVOICE_CLIENT_SECRET": "s3cret"}
BEGUN = datetime(2026, 11, 23, 9, 0, 1, tzinfo=UTC)


@dataclass
class Typist:
    """Gives commands; `said` and `complained` are what the last one printed."""

    environment: dict[str, str]
    time: Time
    typed: str = ""
    said: list[str] = field(default_factory=list)
    complained: list[str] = field(default_factory=list)

    async def type(self, *arguments: str) -> int:
        output, errors = io.StringIO(), io.StringIO()
        place = Terminal(self.environment, io.StringIO(self.typed), output, errors, self.now, self.time.retries())
        code = await run(parser().parse_args(arguments), place)
        self.said, self.complained = output.getvalue().splitlines(), errors.getvalue().splitlines()
        return code

    def now(self) -> datetime:
        return BEGUN + timedelta(seconds=self.time.now - 1000.0)


@pytest.fixture
def typist(service: Service, time: Time) -> Typist:
    return Typist({**CREDENTIALS, "PAYBYINVOICE_URL": service.url, "PAYBYINVOICE_DESK_USER": "ada"}, time)


Refused = Callable[[Sequence[str]], str]


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Refused:
    """Say why arguments are refused."""

    def reason(arguments: Sequence[str]) -> str:
        with pytest.raises(SystemExit) as caught:
            parser().parse_args(arguments)
        assert caught.value.code == 2
        return capsys.readouterr().err

    return reason
