"""Guards over settings: the example, the fields and the README name the same ones."""

import json
import re
from pathlib import Path

from shared.settings import Settings

ROOT = Path(__file__).parent.parent.parent
HOST_SETTINGS = {"FUNCTIONS_WORKER_RUNTIME"}


def variables() -> dict[str, bool]:
    """Every setting's environment variable, and whether it must be given."""
    prefix = Settings.model_config["env_prefix"]
    found = {
        str(field.validation_alias or f"{prefix}{name.upper()}"): field.is_required()
        for name, field in Settings.model_fields.items()
    }
    assert found, "no settings: check this guard"
    return found


def example() -> set[str]:
    values = json.loads((ROOT / "local.settings.json.example").read_text("utf-8"))["Values"]
    assert values, "no example values: check this guard"
    return set(values) - HOST_SETTINGS


def test_the_example_gives_every_setting_that_must_be_given_and_none_that_is_unknown() -> None:
    required = {name for name, must in variables().items() if must}
    assert required <= example() <= variables().keys()


def test_the_readme_describes_every_setting_and_no_other() -> None:
    table = re.findall(r"^\| `(\w+)` \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(table) == sorted(variables().keys() | HOST_SETTINGS)


def test_the_example_holds_no_secret() -> None:
    text = (ROOT / "local.settings.json.example").read_text("utf-8")
    assert not re.search(r"sha256:[0-9a-f]{64}|whsec_[A-Za-z0-9+/]{32}", text)
