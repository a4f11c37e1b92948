"""Development only: every notice becomes an .eml file, which any mail program opens."""

import asyncio
import hashlib
from pathlib import Path

from shared.adapters.mail_messages import mail_of
from shared.domain.notices import Letter


class FileMailer:
    """The workflow's `Mailer`. A letter's file is named by its key, so the same letter twice is one file."""

    deduplicates = True

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    async def send(self, letter: Letter) -> None:
        """Write the letter's file, whole or not at all."""
        await asyncio.to_thread(self._write, letter)

    def _write(self, letter: Letter) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        target = self._folder / file_name_of(letter)
        if target.exists():
            return  # the same letter again: it stays as it was sent
        draft = target.with_suffix(f".{hashlib.sha256(letter.key.encode()).hexdigest()[:8]}.draft")
        draft.write_bytes(mail_of(letter, self._sender).as_bytes())
        draft.replace(target)


def file_name_of(letter: Letter) -> str:
    """The letter's file name: its key, which holds ids and numbers only, in characters that every system takes."""
    return f"{letter.key.replace('|', '_')}.eml"
