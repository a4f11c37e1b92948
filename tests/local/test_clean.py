"""`make clean`, in a folder of its own."""

import subprocess
from pathlib import Path

from local import settings


def clean(root: Path) -> str:
    command = ["make", "-C", str(root), "-f", str(settings.ROOT / "Makefile"), "clean"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def prepared(root: Path) -> settings.Prepared:
    (root / settings.EXAMPLE_NAME).write_text((settings.ROOT / settings.EXAMPLE_NAME).read_text())
    return settings.prepare(root)


def test_keeps_the_client_secret_whose_hash_the_settings_keep(tmp_path: Path) -> None:
    secret = prepared(tmp_path).client_secret
    assert "the client secret stay" in clean(tmp_path)
    again = settings.prepare(tmp_path)
    assert (again.client_secret, again.notes) == (secret, ())


def test_removes_cases_and_notices_and_what_was_installed(tmp_path: Path) -> None:
    prepared(tmp_path)
    for folder in (".local/azurite/tables", ".local/notices", ".venv/bin", "node_modules", ".mutation"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / ".local/request.json").touch()
    clean(tmp_path)
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}
    assert left == {".local", str(settings.CLIENT_FILE), settings.SETTINGS_NAME, settings.EXAMPLE_NAME}


def test_has_nothing_to_say_against_a_folder_that_is_clean(tmp_path: Path) -> None:
    clean(tmp_path)
    assert not [*tmp_path.iterdir()]
