"""The AWS config and credentials files as text: where a section or a key stands in them.

botocore reads them; this is for the words of errors, so it reads also what botocore cannot.
"""

import codecs
import configparser
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from botocore.exceptions import ConfigParseError

from hsmtui.config.private_file import read_regular

_LARGEST: Final = 16_000_000
"""Bytes of a file, many times those of a large company."""

_HEADER: Final = re.compile(r"\[(?P<header>.+)\]")
_SETTING: Final = re.compile(r"(?P<key>[^\s:=#;\[][^:=]*?)\s*[:=]\s*(?P<value>.*?)\s*")


class ConfigEntry(NamedTuple):
    """The value of a key, and in which line of which file it stands."""

    value: str
    file: str
    line: int

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file}, line {self.line}"


@dataclass(frozen=True)
class Section:
    """A section as it is written; `is_config` says that it is in the config file.

    `entries` has the keys in small letters, each as it was set last.
    """

    header: str
    file: str
    line: int
    is_config: bool
    entries: dict[str, ConfigEntry] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file}, line {self.line}"

    @property
    def profile(self) -> str | None:
        """The profile that botocore takes it for."""
        if not self.is_config or self.header == "default":
            return self.header
        return self.named("profile")

    def named(self, kind: str) -> str | None:
        """The name in a header such as ``profile name``, if botocore understands that."""
        if not self.header.startswith(kind):
            return None
        try:
            words = shlex.split(self.header)
        except ValueError:
            return None
        return words[1] if len(words) == 2 else None


def config_file() -> str:
    """The path of the config file, whether there is one or not."""
    return _path("AWS_CONFIG_FILE", "~/.aws/config")


def credentials_file() -> str:
    """The path of the credentials file, whether there is one or not."""
    return _path("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")


def sections() -> tuple[Section, ...]:
    """All sections of both files; of a file that cannot be read, none."""
    return (*_sections(config_file(), True), *_sections(credentials_file(), False))


def written_profile_names() -> tuple[str, ...]:
    """The profiles that the sections name, also where botocore refuses the file."""
    return tuple(dict.fromkeys(each.profile for each in sections() if each.profile is not None))


def settings(profile: str) -> Mapping[str, ConfigEntry]:
    """What is set for a profile; as for botocore, the credentials file comes before the other."""
    entries: dict[str, ConfigEntry] = {}
    for section in sections():
        if section.profile == profile:
            entries |= section.entries
    return entries


def family(profile: str) -> tuple[str, ...]:
    """A profile, and those that its role comes from."""
    names = [profile]
    while (entry := settings(names[-1]).get("source_profile")) and entry.value not in names:
        names.append(entry.value)
    return tuple(names)


def _path(variable: str, default: str) -> str:
    named = os.environ.get(variable) or default
    return os.path.expanduser(os.path.expandvars(named))  # noqa: PTH111 - as botocore does


def _sections(file: str, is_config: bool) -> Iterator[Section]:
    try:
        text = read_regular(Path(file).absolute(), _LARGEST).decode("utf-8-sig", "replace")
    except OSError:  # a pipe, too: it could be read once, which is for botocore to do
        return
    section: Section | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            if section is not None:
                yield section
            section = Section(header["header"], file, number, is_config)
        elif section is not None and (setting := _SETTING.fullmatch(line)):
            entry = ConfigEntry(setting["value"], file, number)
            section.entries[setting["key"].lower()] = entry
    if section is not None:
        yield section


_BYTE_ORDER_MARKS: Final = ("\ufeff", codecs.BOM_UTF8.decode("latin-1"))
"""A byte order mark, as UTF-8 and as Latin-1 reads it."""


def where_malformed(error: ConfigParseError) -> str:
    """The file, the line where it is known, and what was expected; not what stands there, which may
    be a secret."""
    cause = error.kwargs.get("error")
    line, expected = _explained(cause)
    place = f"{error.kwargs.get('path')}, line {line}" if line else f"{error.kwargs.get('path')}"
    return f"{place}: {expected}"


def _explained(cause: object) -> tuple[int | None, str]:
    if isinstance(cause, configparser.MissingSectionHeaderError):
        if cause.line.strip("'\"").startswith(_BYTE_ORDER_MARKS):
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
