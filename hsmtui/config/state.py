"""state.toml: what the app remembers between runs. It is the app's own file, written whole."""

import tomllib
from pathlib import Path

import msgspec
from msgspec.structs import force_setattr, replace

from hsmtui.config.private_file import read_regular, replace_private
from hsmtui.model.text import encodable, visible

RECENT_AT_MOST = 10
"""How many profiles and how many regions are remembered."""

FILTERS_AT_MOST = 20
"""How many filters are remembered."""

LONGEST_FILTER = 500
"""Characters of a filter that is remembered: a paste is none."""

LARGEST_STATE = 1_000_000
"""Bytes of a file that is read: far more than are ever written."""


class StateError(Exception):
    """The state could not be written; the message says where and why."""

    def __init__(self, message: str) -> None:
        super().__init__(visible(message))


class SavedSort(msgspec.Struct, frozen=True):
    """The order of the table: the id of a column and its direction."""

    column: str
    descending: bool = False


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is remembered; the recent names are distinct, bounded and most recent first."""

    recent_profiles: tuple[str, ...] = ()
    recent_regions: tuple[str, ...] = ()
    sort: SavedSort | None = None
    theme: str | None = None
    recent_filters: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        force_setattr(self, "recent_profiles", _recent(self.recent_profiles))
        force_setattr(self, "recent_regions", _recent(self.recent_regions))
        force_setattr(self, "recent_filters", _recent(self.recent_filters, FILTERS_AT_MOST))

    def with_profile(self, profile: str) -> "State":
        """The state after a visit to a profile."""
        return replace(self, recent_profiles=(profile, *self.recent_profiles))

    def with_region(self, region: str) -> "State":
        """The state after a visit to a region."""
        return replace(self, recent_regions=(region, *self.recent_regions))

    def with_filter(self, text: str) -> "State":
        """The state after a filter was used; one that is too long, or not UTF-8, is not kept."""
        if len(text) > LONGEST_FILTER or encodable(text) != text:
            return self
        return replace(self, recent_filters=(text, *self.recent_filters))


def load_state(path: Path) -> tuple[State, str | None]:
    """The remembered state, and a notice where a file is there that cannot be used.

    No file is an empty state. Keys that are not known, of a newer version, are passed over.
    """
    try:
        text = read_regular(path, LARGEST_STATE).decode("utf-8")
        return msgspec.convert(tomllib.loads(text), State), None
    except FileNotFoundError:
        return State(), None
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML or of another shape
        reason = f"is not a state file: {error}"
    return State(), visible(
        f"{path} {reason}. Starting without recent profiles, filters, sort and theme."
    )


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


def _recent(names: tuple[str, ...], at_most: int = RECENT_AT_MOST) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))[:at_most]
