"""Which room of the house may know which, and what a start does without."""

import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"


def test_the_import_contracts_hold(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PYPROJECT.parent)
    status = lint_imports(config_filename=str(PYPROJECT), no_cache=True)
    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("hsmtui.cli", ("textual", "rich", "boto3", "botocore", "cryptography", "platformdirs")),
        ("hsmtui.aws.connect", ("textual", "rich", "cryptography")),
        ("hsmtui.demo.server", ("textual", "rich", "boto3", "cryptography")),
        ("hsmtui.ui.app", ("cryptography", "hsmtui.demo")),
    ],
)
def test_a_start_does_not_wait_for_what_it_does_not_need(
    module: str, unwanted: tuple[str, ...]
) -> None:
    code = f"import sys, {module}; print(sorted(set({unwanted!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
