"""A crash: a few words for the person, and a report without secrets in a file of their own."""

import os
import platform
import re
import traceback
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from hsmtui import __version__
from hsmtui.config.private_file import write_private
from hsmtui.model.redaction import redact, remember
from hsmtui.model.text import visible

_SECRET_NAME = re.compile("SECRET|TOKEN|PASSW|CREDENTIAL|KEY")
_LIBRARIES = ("textual", "rich", "boto3", "botocore", "urllib3", "msgspec", "cryptography")
_LONGEST_WHAT = 300


def report_crash(error: BaseException, folder: Path) -> str:
    """Write the report to a new file in the folder; what to tell the person, on several lines.

    Where it cannot be written, the words hold the report itself. It does not raise.
    """
    try:
        return _written(error, folder)
    except Exception as problem:  # noqa: BLE001 - nothing would catch another one
        kind, reason = type(error).__name__, type(problem).__name__
        return f"unexpected failure: {kind}. There is no report of it: {reason}\n"


def _written(error: BaseException, folder: Path) -> str:
    remember(*(value for name, value in os.environ.items() if _SECRET_NAME.search(name.upper())))
    what = _lines_of(traceback.format_exception_only(error))[0][:_LONGEST_WHAT]
    now = datetime.now(UTC)
    path = folder / f"crash-{now:%Y%m%dT%H%M%S.%f}Z.txt"
    report = _report(error, now)
    try:
        write_private(path, report.encode("utf-8"))
    except OSError as problem:
        sentence = f"The report cannot be written to {path}: {problem.strerror or problem}. It is:"
        return f"unexpected failure: {what}\n{visible(sentence)}\n\n{report}"
    return (
        f"unexpected failure: {what}\n"
        f"The full report is in {visible(str(path))}\n"
        "Start hsmtui again; if this comes back, give that file to whoever maintains hsmtui.\n"
        "Secrets were taken out of it, but look through it before you pass it on.\n"
    )


def _report(error: BaseException, now: datetime) -> str:
    head = [
        f"hsmtui {__version__} crashed at {now:%Y-%m-%d %H:%M:%S} UTC",
        f"Python {platform.python_version()} on {platform.platform()}",
        ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES),
    ]
    return "\n".join([*head, "", *_lines_of(traceback.format_exception(error)), ""])


def _lines_of(parts: list[str]) -> list[str]:
    """Lines of a traceback that are safe to draw; the values of variables are not in it."""
    return [visible(line) for line in redact("".join(parts)).rstrip("\n").split("\n")]


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "unknown"
