"""The clock of an app in Development: this machine's, moved by the seconds in a file that the app always reads anew."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path


@dataclass(frozen=True)
class AppClock:
    """The clock of the app whose offset file this is; no file means that it was never moved."""

    offset_file: Path

    def now(self) -> datetime:
        """The app's time, in UTC."""
        return datetime.now(UTC) + self._offset()

    def move(self, by: timedelta) -> None:
        """Move the app's time on from where it is."""
        self._write(self._offset() + by)

    def set_to(self, moment: datetime) -> None:
        """Let it be this moment (with its offset from UTC) for the app; its clock runs on from there."""
        self._write(moment - datetime.now(UTC))

    def _offset(self) -> timedelta:
        try:
            return timedelta(seconds=float(self.offset_file.read_text("utf-8")))
        except FileNotFoundError:
            return timedelta()

    def _write(self, offset: timedelta) -> None:
        # Replaced whole: an app that reads a file half written would be back at this machine's time for a moment.
        draft = self.offset_file.with_name(f"{self.offset_file.name}.new")
        draft.write_text(f"{offset.total_seconds():.6f}", "utf-8")
        draft.replace(self.offset_file)
