#!/usr/bin/env python3
"""Builds hsmtui as one file for hosts without a package registry: a zip application of Python.

Usage: .ci/one-file/build.py [--out FOLDER] [--platform x86_64|aarch64] [WHEEL]

It prints the file that it made. Without WHEEL the wheel is built first. It needs uv: UV names one
that is not on the PATH or beside this Python. The wheels of all Pythons that hsmtui runs on are
put into one folder, in the versions of .ci/constraints.txt: they differ in compiled modules, whose
names have the Python in them. The same commit gives the same bytes, with the same Python.
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
START = Path(__file__).parent / "start"
SERVICES = {
    "cloudhsmv2",
    "cloudtrail",
    "cloudwatch",
    "kms",
    "signin",
    "sso",
    "sso-oidc",
    "sts",
}
"""What hsmtui and botocore's credentials ask: the data of other services is left out."""

_GLIBC = "manylinux2014"
_OF_THE_INSTALLATION = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"}


class BuildError(Exception):
    """The file cannot be built; the text says why."""


def main() -> None:
    """Build the file that the command line asks for."""
    arguments = _arguments()
    os.environ.setdefault("SOURCE_DATE_EPOCH", _date_of_the_commit())
    try:
        with tempfile.TemporaryDirectory() as base:
            wheel = arguments.wheel or _wheel(Path(base) / "dist")
            packages = Path(base) / "packages"
            for python in supported_pythons():
                installed = Path(base) / python
                _install(wheel, installed, python, arguments.platform)
                cut(installed)
                merge(installed, packages)
            name = f"{'-'.join(wheel.name.split('-')[:2])}-{_GLIBC}_{arguments.platform}"
            arguments.out.mkdir(parents=True, exist_ok=True)
            print(pack(packages, arguments.out / f"{name}.pyz", supported_pythons()))  # noqa: T201
    except (BuildError, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"one-file: {error}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Build hsmtui as one file.")
    parser.add_argument("wheel", type=Path, nargs="?", help="the wheel to pack (built if left out)")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder of the file (dist)")
    parser.add_argument("--platform", choices=("x86_64", "aarch64"), default="x86_64")
    return parser.parse_args()


def supported_pythons() -> list[str]:
    """The Pythons of pyproject.toml's classifiers, such as 3.11, the oldest first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    matches = (re.fullmatch(r".* :: Python :: (3\.\d+)", line) for line in project["classifiers"])
    return [match[1] for match in matches if match]


def _date_of_the_commit() -> str:
    """The seconds that SOURCE_DATE_EPOCH is to have: what is built has the date of its commit."""
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return asked.stdout.strip() or "315532800"  # the first day that a zip file can have


def _uv(*arguments: str | Path) -> None:
    beside = Path(sys.executable).with_name("uv")
    uv = os.environ.get("UV") or (beside if beside.exists() else shutil.which("uv"))
    if not uv:
        raise BuildError("uv is needed: install it, or name it in the variable UV")
    subprocess.run([uv, *arguments], check=True, stdout=sys.stderr)  # noqa: S603


def _wheel(folder: Path) -> Path:
    constraints = ("--build-constraints", ROOT / ".ci" / "constraints.txt")
    _uv("build", "--quiet", "--wheel", *constraints, "--out-dir", folder, ROOT)
    return next(folder.glob("*.whl"))


def _install(wheel: Path, folder: Path, python: str, machine: str) -> None:
    """Install the wheel and what it needs, as on a host with that Python."""
    where = ("--target", folder, "--python-version", python)
    platform = ("--python-platform", f"{machine}-{_GLIBC}", "--only-binary", ":all:")
    versions = ("--constraints", ROOT / ".ci" / "constraints.txt")
    _uv("pip", "install", "--quiet", "--link-mode", "copy", *where, *platform, *versions, wheel)


def cut(folder: Path) -> None:
    """Remove from installed packages what hsmtui never reads."""
    data = folder / "botocore" / "data"
    services = {path.name for path in data.iterdir() if path.is_dir()}
    if missing := SERVICES - services:
        raise BuildError(f"botocore has no data of {', '.join(sorted(missing))}")
    unused = [data / service for service in services - SERVICES]
    unused += [*data.glob("*/*/examples-1.json*"), *folder.glob("boto3/examples")]
    unused += [*folder.glob("boto3/data"), *folder.glob("bin"), *folder.rglob("__pycache__")]
    unused += [path for path in folder.glob("*.dist-info/*") if path.name in _OF_THE_INSTALLATION]
    unused += [folder / ".lock"]
    for path in unused:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def merge(installed: Path, packages: Path) -> None:
    """Add files to those that are there. Raises BuildError where a file is there that differs.

    Only WHEEL may differ, which says for which Python a package was compiled: the first stays.
    """
    for path in _files(installed):
        name = path.relative_to(installed)
        there = packages / name
        if not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            path.rename(there)
        elif name.name != "WHEEL" and there.read_bytes() != path.read_bytes():
            raise BuildError(f"{name} is not the same for all Pythons")


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def pack(packages: Path, target: Path, pythons: Sequence[str]) -> Path:
    """Write the zip application; gives its path.

    It holds the start, the packages as one compressed archive, and contents.json: the name of the
    folder to unpack to, the size of every file, the Pythons, and the ends of the names of compiled
    modules (none where nothing is compiled).
    """
    sizes = {str(path.relative_to(packages)): path.stat().st_size for path in _files(packages)}
    archive = _archive(packages, sizes)
    ends = {Path(name).name.partition(".")[2] for name in sizes if name.endswith(".so")}
    contents = {
        "name": f"{target.stem}-{hashlib.sha256(archive).hexdigest()[:16]}",
        "pythons": list(pythons),
        "compiled": sorted(end for end in ends if end.startswith("cpython")),
        "sizes": sizes,
    }
    parts = {path.name: path.read_bytes() for path in sorted(START.glob("*.py"))}
    parts["contents.json"] = json.dumps(contents, separators=(",", ":")).encode()
    parts["packages.tar.gz"] = archive
    target.write_bytes(b"#!/usr/bin/env python3\n" + _zip(parts))
    target.chmod(0o755)
    return target


def _epoch() -> int:
    return int(os.environ.get("SOURCE_DATE_EPOCH") or 0)


def _archive(folder: Path, names: Mapping[str, int]) -> bytes:
    """The files as .tar.gz: owner, mode and time are of no machine."""
    packed = io.BytesIO()
    compressed = gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0)
    with compressed, tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = names[name], _epoch(), 0o600
            with (folder / name).open("rb") as file:
                tar.addfile(entry, file)
    return packed.getvalue()


def _zip(parts: Mapping[str, bytes]) -> bytes:
    """The parts as a zip file; what is compressed already is stored as it is."""
    date = time.gmtime(max(_epoch(), 315532800))[:6]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, date)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            is_text = not name.endswith(".gz")
            entry.compress_type = zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED
            file.writestr(entry, data)
    return packed.getvalue()


if __name__ == "__main__":
    main()
