"""The AWS config and credentials files as text: where a section or a key stands in them.

botocore reads them; this is for the words of errors, so it reads also what botocore cannot.
"""

import os
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_HEADER: Final = re.compile(r"\[(?P<header>.+)\]")
_SETTING: Final = re.compile(r"(?P<key>[^\s:=#;\[][^:=]*?)\s*[:=]\s*(?P<value>.*?)\s*")


class Entry(NamedTuple):
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
    entries: dict[str, Entry] = field(default_factory=dict)

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


def profile_names() -> tuple[str, ...]:
    """The profiles that the sections name, also where botocore refuses the file."""
    return tuple(dict.fromkeys(each.profile for each in sections() if each.profile is not None))


def settings(profile: str) -> Mapping[str, Entry]:
    """What is set for a profile; as for botocore, the credentials file comes before the other."""
    found: dict[str, Entry] = {}
    for section in sections():
        if section.profile == profile:
            found |= section.entries
    return found


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
        with open(file, encoding="utf-8-sig", errors="replace") as lines:  # noqa: PTH123
            text = lines.read()
    except OSError:
        return
    section: Section | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            if section is not None:
                yield section
            section = Section(header["header"], file, number, is_config)
        elif section is not None and (setting := _SETTING.fullmatch(line)):
            entry = Entry(setting["value"], file, number)
            section.entries[setting["key"].lower()] = entry
    if section is not None:
        yield section
