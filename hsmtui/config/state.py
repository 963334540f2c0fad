"""state.toml: what the app remembers between runs. It is the app's own file, written whole."""

import tomllib
from collections.abc import Collection
from pathlib import Path

import msgspec
from msgspec.structs import force_setattr, replace

from hsmtui.config.private_file import read_regular, replace_private
from hsmtui.model.text import encodable, visible

RECENT_AT_MOST = 10
"""How many profiles and how many regions are remembered."""

COMMANDS_AT_MOST = 20
"""How many lines of the palette are remembered."""

FILTERS_AT_MOST = 20
"""How many filters are remembered."""

LONGEST_REMEMBERED = 500
"""Characters of a line that is remembered, a filter or one of the palette: a paste is none."""

LARGEST_STATE = 1_000_000
"""Bytes of a file that is read: far more than are ever written."""


class StateError(Exception):
    """The state could not be written; the message says where and why."""

    def __init__(self, message: str) -> None:
        super().__init__(visible(message))


SERVICE_ORDER = "service"
"""What stands for a column where the order of the service was chosen."""


class SavedSort(msgspec.Struct, frozen=True):
    """The order of the table: the id of a column, or SERVICE_ORDER, and its direction."""

    column: str
    descending: bool = False


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is remembered; the recent names are distinct, bounded and most recent first."""

    recent_profiles: tuple[str, ...] = ()
    recent_regions: tuple[str, ...] = ()
    sort: SavedSort | None = None
    theme: str | None = None
    columns: tuple[str, ...] | None = None
    """The ids of the columns that were chosen, in their order; None where none were."""
    recent_commands: tuple[str, ...] = ()
    recent_filters: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        force_setattr(self, "recent_profiles", _recent(self.recent_profiles))
        force_setattr(self, "recent_regions", _recent(self.recent_regions))
        force_setattr(self, "recent_commands", _recent(self.recent_commands, COMMANDS_AT_MOST))
        force_setattr(self, "recent_filters", _recent(self.recent_filters, FILTERS_AT_MOST))

    def with_profile(self, profile: str) -> "State":
        """The state after a visit to a profile."""
        return replace(self, recent_profiles=(profile, *self.recent_profiles))

    def with_region(self, region: str) -> "State":
        """The state after a visit to a region."""
        return replace(self, recent_regions=(region, *self.recent_regions))

    def with_command(self, line: str) -> "State":
        """The state after a line of the palette, which is kept where a filter would be."""
        if not _may_be_kept(line):
            return self
        return replace(self, recent_commands=(line, *self.recent_commands))

    def with_filter(self, text: str) -> "State":
        """The state after a filter was used; one that is too long, or not UTF-8, is not kept."""
        if not _may_be_kept(text):
            return self
        return replace(self, recent_filters=(text, *self.recent_filters))


def load_state(path: Path, *, known_columns: Collection[str]) -> tuple[State, str | None]:
    """The remembered state, and a notice where a file is there that cannot be used.

    No file is an empty state. Keys that are not known, of a newer version, are passed over, and so
    are columns that are none of `known_columns`.
    """
    try:
        text = read_regular(path, LARGEST_STATE).decode("utf-8")
        state = msgspec.convert(tomllib.loads(text), State)
        return _with_usable_columns(state, path, known_columns)
    except FileNotFoundError:
        return State(), None
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML or of another shape
        reason = f"is not a state file: {error}"
    lost = "what it remembers: recent profiles, filters, sort, columns, theme"
    return State(), visible(f"{path} {reason}. Starting without {lost}.")


def _with_usable_columns(
    state: State, path: Path, known: Collection[str]
) -> tuple[State, str | None]:
    """The state without columns that the table cannot show, and a notice where it has such."""
    columns = state.columns
    if columns is None:
        return state, None
    unknown = next((column for column in columns if column not in known), None)
    if unknown is not None:
        problem = f'there is no column "{unknown}"'
    elif not columns:
        problem = "the list is empty"
    elif len(set(columns)) < len(columns):
        problem = "a column is there twice"
    else:
        return state, None
    words = f"{path}: columns: {problem}. Showing the columns of the settings."
    return replace(state, columns=None), visible(words)


def save_state(path: Path, state: State) -> None:
    """Replace the file in one step by this state; only its owner may read it.

    Raises StateError where it cannot be written, and leaves what was there.
    """
    import tomli_w

    try:
        content = tomli_w.dumps(msgspec.to_builtins(state)).encode("utf-8")
        replace_private(path, content)
    except OSError as error:
        raise StateError(f"{path} cannot be written: {error.strerror or error}") from error
    except UnicodeEncodeError as error:
        raise StateError(f"{path} cannot be written: a name in it is not UTF-8") from error


def _may_be_kept(line: str) -> bool:
    return len(line) <= LONGEST_REMEMBERED and encodable(line) == line


def _recent(names: tuple[str, ...], at_most: int = RECENT_AT_MOST) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))[:at_most]
