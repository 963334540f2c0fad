"""The versions of hsmtui and of what it stands on, without importing that."""

import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from hsmtui import __version__

_STANDS_ON = {"Textual": "textual", "boto3": "boto3"}


def versions() -> str:
    """The version of hsmtui on the first line; Python, libraries and system on one each."""
    python = f"Python {platform.python_version()} ({platform.python_implementation()})"
    libraries = (f"{name} {_version(package)}" for name, package in _STANDS_ON.items())
    return "\n".join((f"hsmtui {__version__}", python, *libraries, platform.platform(), ""))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "is not installed" if find_spec(package) is None else "of unknown version"
