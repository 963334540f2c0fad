"""The environment that the command starts in."""

import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Final

_OURS: Final = ("AWS_", "BOTO_", "BOTOCORE_", "HSMTUI_", "XDG_", "LC_", "TEXTUAL")
_NAMES: Final = frozenset(
    {
        *("HOME", "NO_COLOR", "TERM", "COLORTERM", "COLUMNS", "LINES", "LANG", "TMUX", "STY"),
        *("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"),
        *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
        *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    }
)
_EMPTY_MEANS_SOMETHING: Final = frozenset({"AWS_PAGER"})
"""To the aws command, which a credential process may run: no pager."""


def drop_empty(environ: MutableMapping[str, str]) -> None:
    """Take out what is set and empty: to hsmtui, botocore and what they start it is not set.

    Variables that neither hsmtui nor the libraries below it read stay as they are.
    """
    for name, value in list(environ.items()):
        is_read = name.startswith(_OURS) or name in _NAMES
        if not value and is_read and name not in _EMPTY_MEANS_SOMETHING:
            del environ[name]


def speaks_utf8() -> bool:
    """Whether the locale that the command was started in says that the terminal is UTF-8."""
    environ = _as_given()
    names = (environ.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next(filter(None, names), "")
    return "utf8" in locale.lower().replace("-", "")


def _as_given() -> Mapping[str, str]:
    """The environment before Python changed LC_CTYPE in it, where the system still has that."""
    try:
        given = Path("/proc/self/environ").read_bytes().decode("utf-8", "replace")
    except OSError:
        return os.environ
    return dict(entry.split("=", 1) for entry in given.split("\0") if "=" in entry)
