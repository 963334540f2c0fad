"""Files of keys and tokens that are shared with the aws command, kept in memory if need be."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dateutil.parser  # type: ignore[import-untyped]
from botocore.utils import JSONFileCache

from hsmtui.model.redaction import remember
from hsmtui.model.times import iso

_SECRETS = ("accessToken", "refreshToken", "clientSecret", "dpopKey")
"""Members of entries that are texts which nobody is to see; keys are known where they are given."""


def is_moment(value: object) -> bool:
    """Whether botocore can read it as a time and compare that with now."""
    try:
        return isinstance(value, str) and dateutil.parser.parse(value).tzinfo is not None
    except (ValueError, OverflowError):
        return False


_in_memory: dict[str, str] = {}
"""What could not be written, as JSON by the path that it would have, for as long as this runs."""


class Cache(JSONFileCache):
    """Entries of a folder below the home folder, mode 0600, in a folder that is the user's alone.

    An entry that `is_usable` refuses is none, nor is one that cannot be read. What cannot be
    written is kept for the run: containers mount ``~/.aws`` read-only. `looked_for` is the key that
    was looked for last.
    """

    def __init__(self, folder: str, is_usable: Callable[[Any], bool]) -> None:
        path = os.path.expanduser(folder)  # noqa: PTH111 - that of Path fails without a home
        super().__init__(path, _as_json)
        self._folder = Path(path)
        self._is_usable = is_usable
        self.looked_for = ""

    def __contains__(self, cache_key: str) -> bool:
        """Whether there is a usable entry."""
        self.looked_for = cache_key
        try:
            return self._is_usable(self[cache_key])
        except (KeyError, TypeError, ValueError, RecursionError):
            return False

    def __getitem__(self, cache_key: str) -> Any:
        """The entry. Raises KeyError where it cannot be read."""
        kept = _in_memory.get(self._path(cache_key))
        entry = super().__getitem__(cache_key) if kept is None else json.loads(kept)
        _remember_secrets(entry)
        return entry

    def __setitem__(self, cache_key: str, value: Any) -> None:
        """Keep an entry in its file, or in memory."""
        _remember_secrets(value)
        try:
            self._make_folder()
            super().__setitem__(cache_key, value)
        except OSError:
            _in_memory[self._path(cache_key)] = _as_json(value)
        else:
            _in_memory.pop(self._path(cache_key), None)

    def _make_folder(self) -> None:
        if not self._folder.is_absolute():
            raise FileNotFoundError("There is no home folder.")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _path(self, cache_key: str) -> str:
        return str(self._folder / cache_key)


def _remember_secrets(entry: Any) -> None:
    if isinstance(entry, dict):
        values = map(entry.get, _SECRETS)
        remember(*(value for value in values if isinstance(value, str)))


def _as_json(value: Any) -> str:
    return json.dumps(value, default=iso)
