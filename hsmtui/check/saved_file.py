"""A file with JSON that was saved before: its text, what that says, or why it cannot be used."""

import errno
import json
import os
import stat
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from hsmtui.check.document import SCHEMA
from hsmtui.model.entry import DuplicateMembers
from hsmtui.model.text import shortened, visible

STANDARD_INPUT = "-"
"""The name that stands for standard input."""

LARGEST = 1_000_000_000
"""Bytes that are read: of 100,000 clusters a check's document has some 700 million."""

_GZIP = b"\x1f\x8b"
_SHOWN = 60
"""Characters of a file that an error repeats."""

EXPECTED_CHECK = "expected the JSON of hsmtui check --format json"

EXPECTED = f"{EXPECTED_CHECK}, or of aws cloudhsmv2 describe-clusters --output json"


class SavedFileError(Exception):
    """A file cannot be used; the text says which, why, and what to do."""


@dataclass(frozen=True)
class SavedFile:
    """What a file holds: `name` in plain text, `written` when, its text, and what was expected.

    `is_kept` says that it can be read again; a pipe cannot, which is `written` when it is read.
    """

    name: str
    written: datetime
    is_kept: bool
    text: str
    expected: str

    def refusal(self, why: str) -> SavedFileError:
        """That it cannot be used, and why."""
        return SavedFileError(f"{self.name} {visible(why)}")

    def wrong_schema(self, schema: object) -> SavedFileError:
        """That it is of another schema than a check's document has today."""
        shown = shortened(str(schema), _SHOWN)
        return self.refusal(
            f'has the schema "{shown}"; this hsmtui reads {SCHEMA}: use the hsmtui that made it'
        )

    @property
    def value(self) -> Any:
        """What the JSON says. Raises SavedFileError where it is none."""
        return self._parsed[0]

    @property
    def twice(self) -> str:
        """A member that comes twice in one of the objects; "" where there is none."""
        return self._parsed[1]

    @cached_property
    def _parsed(self) -> tuple[Any, str]:
        try:
            return _value(self.text)
        except ValueError as error:
            raise self.refusal(f"{error}; {self.expected}") from error


def read_saved(name: str, expected: str = EXPECTED) -> SavedFile:
    """The text of a file, of a pipe or, for "-", of standard input. Raises SavedFileError."""
    shown = "standard input" if name == STANDARD_INPUT else visible(name)
    try:
        content, written, is_kept = _content(name)
    except (OSError, ValueError) as error:  # the latter of a NUL in the name
        reason = getattr(error, "strerror", None) or error
        raise SavedFileError(visible(f"{shown} cannot be read: {reason}")) from error
    try:
        text = _text(content)
    except ValueError as error:
        raise SavedFileError(f"{shown} {error}; {expected}") from error
    return SavedFile(shown, written, is_kept, text, expected)


def _content(name: str) -> tuple[bytes, datetime, bool]:
    """The bytes, when they were written, and whether they stay: those of a pipe are written now."""
    now = datetime.now(UTC)
    if name == STANDARD_INPUT:
        return _bytes(sys.stdin.buffer), now, False
    handle = os.open(Path(name), os.O_RDONLY | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if stat.S_ISREG(status.st_mode):
            return _bytes(file), datetime.fromtimestamp(status.st_mtime, UTC), True
        if not stat.S_ISFIFO(status.st_mode):
            raise OSError(errno.EINVAL, "it is neither a file nor a pipe")
        return _bytes(file), now, False


def _bytes(file: BinaryIO) -> bytes:
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise OSError(errno.EFBIG, f"it is too large; expected {LARGEST:,} bytes at most")
    return content


def _text(content: bytes) -> str:
    """The text in UTF-8, or in another form of Unicode that JSON may have."""
    if content.startswith(_GZIP):
        raise ValueError("is compressed: unpack it first, with gunzip")
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"is not text in UTF-8 (byte {error.start + 1})") from error
    if not text.strip():
        raise ValueError("is empty")
    return text


def _value(text: str) -> tuple[Any, str]:
    """What the text says, and a member that comes twice in an object."""
    twice: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        names = [name for name, _ in pairs]
        twice.append(next(name for name in names if names.count(name) > 1))
        return DuplicateMembers(found)

    try:
        value = json.loads(text, object_pairs_hook=members, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise ValueError(_why_no_json(text, error)) from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    return value, next(iter(twice), "")


def _no_number(name: str) -> object:
    raise ValueError(f"is not JSON: it has {name}, which is no number there")


def _why_no_json(text: str, error: json.JSONDecodeError) -> str:
    where = f"line {error.lineno}, column {error.colno}"
    if error.pos >= len(text.rstrip()):
        return f"is cut off: its JSON has no end ({where})"
    begin = shortened(" ".join(text[: 2 * _SHOWN].split()), _SHOWN)
    return f"is not JSON ({error.msg}, {where}); it begins with: {begin}"
