"""The values that options may have on this machine: of its AWS files, its config.toml, its themes.

They are read at the moment of a tab: without the network, without any program that the files name,
and without what takes long to import.
"""

import argparse
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from hsmtui.command_line.arguments import AFTER_COMMAND
from hsmtui.model.wait_goal import GOAL_WORDS

THEMES: Final = (
    *("terminal", "textual-dark", "textual-light", "nord", "gruvbox", "dracula", "tokyo-night"),
    *("monokai", "flexoki", "catppuccin-mocha", "catppuccin-latte", "catppuccin-frappe"),
    *("catppuccin-macchiato", "solarized-light", "solarized-dark", "rose-pine", "rose-pine-moon"),
    *("rose-pine-dawn", "atom-one-dark", "atom-one-light", "ansi-dark", "ansi-light"),
)
"""Those that --theme takes; a test compares them."""


class Candidate(NamedTuple):
    """A value, and a few words on it."""

    text: str
    note: str = ""


class Typed(NamedTuple):
    """What is typed of a value, and the options that were given before it."""

    text: str
    given: Sequence[tuple[argparse.Action, str | None]]

    def value(self, dest: str) -> str | None:
        """What was given last for an option; None where it was not, or takes no value."""
        return dict(self._by_dest()).get(dest)

    @property
    def is_demo(self) -> bool:
        """Whether the demo is asked for, which has profiles of its own."""
        return any(dest == "demo" for dest, _ in self._by_dest())

    def _by_dest(self) -> Iterable[tuple[str, str | None]]:
        return ((_dest(option), value) for option, value in self.given)


def values_for(option: argparse.Action, typed: Typed) -> Iterable[Candidate]:
    """The values of an option, as the whole of what may stand there; none where any may."""
    source = _SOURCES.get(_dest(option))
    return source(typed) if source else ()


def _dest(option: argparse.Action) -> str:
    return option.dest.removesuffix(AFTER_COMMAND)


def _profiles(typed: Typed) -> Iterable[Candidate]:
    return _listed(typed.text, _profile_names(typed))


def _profile_names(typed: Typed) -> Sequence[str]:
    if typed.is_demo:
        from hsmtui.demo.environment import demo_profiles

        return demo_profiles()
    from hsmtui.aws.config_files import written_profile_names

    return written_profile_names()


def _regions(typed: Typed) -> Iterable[Candidate]:
    return _listed(typed.text, _region_names())


def _region_names() -> Mapping[str, str]:
    from hsmtui.aws.region_names import region_names

    return region_names()


def _listed(text: str, known: Mapping[str, str] | Sequence[str]) -> Iterable[Candidate]:
    """The last name of a list with commas, one that is not in it yet."""
    notes = known if isinstance(known, Mapping) else dict.fromkeys(known, "")
    before, comma, _ = text.rpartition(",")
    there = before.split(",")
    for name, note in notes.items():
        if name not in there:
            yield Candidate(before + comma + name, note)
        elif "," in name:
            yield Candidate(name, note)


def _scopes(typed: Typed) -> Iterable[Candidate]:
    """Those of the config.toml that counts; none of one that cannot be used."""
    from hsmtui.config.file import SettingsError, read_config
    from hsmtui.config.settings import Flags, find_paths
    from hsmtui.model.columns import COLUMN_IDS

    named = typed.value("config")
    try:
        file = find_paths(
            Flags(config=Path(named).expanduser() if named else None), os.environ
        ).config_file
        config = read_config(file, required=False, known_columns=COLUMN_IDS)
    except SettingsError:
        return ()
    return [Candidate(name, ", ".join(scope.profiles)) for name, scope in config.scopes.items()]


def _themes(_: Typed) -> Iterable[Candidate]:
    return map(Candidate, THEMES)


def _filter(typed: Typed) -> Iterable[Candidate]:
    """The line with its last word completed: a key, or a value of its key."""
    from hsmtui.model.filter.completion import completions
    from hsmtui.model.filter.term import KEYS

    def values(key: str) -> Sequence[Sequence[str]]:
        if key == "profile":
            return [_profile_names(typed)]
        return [tuple(_region_names())] if key == "region" else [KEYS[key].values]

    found = completions(typed.text, len(typed.text), values)
    return [Candidate(typed.text[: found.start] + choice) for choice in found.choices]


def _goals(_: Typed) -> Iterable[Candidate]:
    """What can be waited for; a number follows ``hsms=``."""
    return (Candidate(word.removesuffix("N")) for word in GOAL_WORDS)


_SOURCES: Final[Mapping[str, Callable[[Typed], Iterable[Candidate]]]] = {
    "profiles": _profiles,
    "regions": _regions,
    "scope": _scopes,
    "theme": _themes,
    "filter": _filter,
    "goal": _goals,
}
"""By the `dest` of an option."""
