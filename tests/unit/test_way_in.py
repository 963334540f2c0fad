"""What comes before a command: other systems, versions, and the settings that a package holds."""

import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

import hsmtui
from hsmtui.model.columns import COLUMN_IDS

PACKAGE = Path(hsmtui.__file__).parent
ROOT = Path(__file__).parents[2]


def run(code: str, *, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=path,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", ["fcntl", "termios"])
@pytest.mark.parametrize("words", [[], ["--version"], ["__complete", "bash", "hsmtui ", ""]])
def test_a_system_without_posix_is_told_so_before_anything_needs_it(
    missing: str, words: list[str]
) -> None:
    """As on Windows: os.name says nt, and neither module nor signal is there."""
    code = (
        f"import os, signal, sys; sys.modules[{missing!r}] = None; del signal.SIGHUP;"
        "from hsmtui.__main__ import enter; os.name = 'nt';"
        f"status = enter({words!r}); os.name = 'posix';"
        "ours = {name for name in sys.modules if name.startswith('hsmtui')};"
        "assert ours == {'hsmtui', 'hsmtui.__main__'}, ours; sys.exit(status)"
    )
    done = run(code)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("hsmtui: ")
    assert len(done.stderr.splitlines()) == 1
    assert "WSL" in done.stderr


def test_the_versions_are_told_without_importing_what_they_are_of() -> None:
    code = (
        "import sys; from hsmtui.command_line.versions import versions; print(versions());"
        "print({'textual', 'boto3', 'rich', 'botocore'} & set(sys.modules))"
    )
    lines = run(code).stdout.splitlines()
    assert lines[0] == f"hsmtui {version('hsmtui')}"
    assert lines[2:4] == [f"Textual {version('textual')}", f"boto3 {version('boto3')}"]
    assert lines[-1] == "set()"


def test_a_library_that_is_missing_is_told_as_missing(tmp_path: Path) -> None:
    """Only hsmtui and a Textual without its metadata are there."""
    (tmp_path / "hsmtui").symlink_to(PACKAGE)
    (tmp_path / "textual").mkdir()
    (tmp_path / "textual" / "__init__.py").write_text("raise SystemExit('imported')")
    code = (
        "import importlib.metadata, sys;"
        f"sys.path[:] = [{str(tmp_path)!r}, *(e for e in sys.path if 'site-packages' not in e)];"
        "from hsmtui.command_line.versions import versions; sys.stdout.write(versions())"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[2:4] == [
        "Textual of unknown version",
        "boto3 is not installed",
    ]


def test_the_settings_that_are_printed_are_loaded(tmp_path: Path) -> None:
    printed = run("from hsmtui.__main__ import enter; enter(['config'])").stdout
    assert printed == (ROOT / "config.example.toml").read_text("utf-8")
    file = tmp_path / "config.toml"
    file.write_text(printed, encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from hsmtui.config.file import read_config;"
        f"read_config(Path({str(file)!r}), required=True, known_columns={list(COLUMN_IDS)!r})"
    )
    assert run(code).returncode == 0


def test_a_zip_file_and_a_wheel_hold_settings_and_scripts(tmp_path: Path) -> None:
    """As a package has them: inside, and without a checkout beside it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    archive = tmp_path / "hsmtui.pyz"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in PACKAGE.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                packed.write(path, path.relative_to(PACKAGE.parent))
        for source, target in wheel["force-include"].items():
            if target not in packed.namelist():  # an installed package has it already
                packed.write(ROOT / source, target)
    for source in wheel["shared-data"]:
        assert (ROOT / source).is_file()
    code = (
        f"import sys; sys.path.insert(0, {str(archive)!r}); import hsmtui;"
        f"assert hsmtui.__file__.startswith({str(archive)!r});"
        "from hsmtui.__main__ import enter; sys.exit(enter([sys.argv[1], *sys.argv[2:]]))"
    )
    printed = {
        words: subprocess.run(
            [sys.executable, "-c", code, *words.split()],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for words in ("config", "completion zsh", "__complete zsh -r us-gov-e")
    }
    assert tomllib.loads(printed["config"])["page_size"] == 25
    assert printed["completion zsh"].startswith("#compdef hsmtui\n")
    assert "us-gov-east-1" in printed["__complete zsh -r us-gov-e"]
