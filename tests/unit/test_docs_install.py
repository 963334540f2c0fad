"""docs/install.md: what it says of files and folders is so, and its commands do what it says."""

import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.small_file import build, pack_small

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
CONTAINER = (ROOT / ".ci" / "Containerfile").read_text(encoding="utf-8")


def commands(heading: str) -> list[str]:
    """The blocks of commands below a heading."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)


def run(script: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path.home()}/.local/bin:{Path(sys.executable).parent}:{os.defpath}"
    environ = {"PATH": path, "HOME": str(Path.home())}
    command = ["bash", "-euc", script]
    return subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True)


def test_it_names_the_pythons_and_the_platforms_that_are_built() -> None:
    first, *_, last = build.supported_pythons()
    assert set(re.findall(r"(?:Python|CPython) (3[.]\d+ to 3[.]\d+)", PAGE)) == {
        f"{first} to {last}"
    }
    assert set(re.findall(r"manylinux\w+", PAGE)) == {f"{build._GLIBC}_x86_64"}
    assert "`aarch64`" in PAGE


@pytest.mark.parametrize(("after", "status"), [(b"", 0), (b"more", 1)])
def test_a_download_is_checked(tmp_path: Path, after: bytes, status: int) -> None:
    sums = [f"{sha256(name.encode()).hexdigest()}  {name}\n" for name in ("mine.pyz", "other.whl")]
    (tmp_path / "SHA256SUMS").write_text("".join(sums))
    (tmp_path / "mine.pyz").write_bytes(b"mine.pyz" + after)
    assert run(commands("Checking a download")[0], tmp_path).returncode == status


def test_the_one_file_is_installed_and_goes_as_the_page_says(tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    pack_small(downloads, "hsmtui-1-x")
    home = Path.home()
    (install,) = commands("One file")
    ended = run(install, downloads)
    assert ended.returncode == 0, ended.stderr
    assert Path(ended.stdout.strip()).is_relative_to(home / ".cache" / "hsmtui" / "one-file")
    (remove,) = re.findall(r"^rm -r ~.*$", commands("Uninstalling")[0], re.MULTILINE)
    assert run(remove, downloads).returncode == 0
    assert [
        path
        for path in home.rglob("*")
        if "hsmtui" in path.name and path.is_relative_to(home / ".cache")
    ] == []
    assert list((home / ".local" / "bin").iterdir()) == []


def test_a_container_has_its_files_where_the_page_mounts_them() -> None:
    (home,) = re.findall(r"HOME=(\S+)", CONTAINER)
    mounted = re.findall(r"-v ~/(\S+?):(\S+?)(?::ro)?[ \n]", commands("A container")[1])
    assert {inside for _, inside in mounted} == {f"{home}/{outside}" for outside, _ in mounted}
    assert {f"{home}/{name}" for name in (".config/hsmtui", ".local/state/hsmtui")} <= set(
        re.findall(r"/hsmtui/\S+", CONTAINER)
    )
    (user,) = re.findall(r"^USER (\d+):", CONTAINER, re.MULTILINE)
    assert user in PAGE
    assert set(re.findall(r"^FROM (\S+)", CONTAINER, re.MULTILINE)) == {
        re.findall(r"on `(python:\S+)`", PAGE)[0]
    }
