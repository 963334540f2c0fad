"""Where an AWS config or credentials file is malformed. What stands there may be a secret."""

import codecs
import configparser
from typing import Final

from botocore.exceptions import ConfigParseError

_MARKS: Final = ("\ufeff", codecs.BOM_UTF8.decode("latin-1"))
"""A byte order mark, as UTF-8 and as Latin-1 reads it."""


def where_malformed(error: ConfigParseError) -> str:
    """The file, the line where it is known, and what was expected."""
    cause = error.kwargs.get("error")
    line, expected = _explained(cause)
    place = f"{error.kwargs.get('path')}, line {line}" if line else f"{error.kwargs.get('path')}"
    return f"{place}: {expected}"


def _explained(cause: object) -> tuple[int | None, str]:
    if isinstance(cause, configparser.MissingSectionHeaderError):
        if cause.line.strip("'\"").startswith(_MARKS):
            return 1, "the file begins with a byte order mark (BOM); save it as UTF-8 without one"
        return cause.lineno, "a key stands before any [section]"
    if isinstance(cause, configparser.DuplicateSectionError):
        return cause.lineno, f"the section [{cause.section}] is there already"
    if isinstance(cause, configparser.DuplicateOptionError):
        return cause.lineno, f"{cause.option} is set already in [{cause.section}]"
    if isinstance(cause, configparser.ParsingError) and cause.errors:
        return cause.errors[0][0], "expected key = value or [section]"
    if isinstance(cause, UnicodeDecodeError):
        if cause.object.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return None, "the file is UTF-16; save it as UTF-8"
        return None, "the file is not UTF-8"
    return None, "expected indented key = value lines under a key without a value"
