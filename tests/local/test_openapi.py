import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_writes_what_is_committed() -> None:
    written = subprocess.run([sys.executable, "-m", "local.openapi"], cwd=ROOT, capture_output=True, check=True)
    assert written.stdout == (ROOT / "docs" / "openapi.json").read_bytes()
