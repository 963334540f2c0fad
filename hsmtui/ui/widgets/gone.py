"""What was under a cursor and has gone: for a moment no command is for what took its place."""

from datetime import datetime, timedelta

NOTICED = timedelta(seconds=1)
"""After so long whoever looks at a list has seen that something has gone from it."""


class GoneItem:
    """What has gone from under one cursor, and since when that could be seen."""

    def __init__(self) -> None:
        self._what = ""
        self._since: datetime | None = None

    def note(self, what: str, now: datetime | None) -> None:
        """It has gone now; None while nobody can see the list."""
        self._what, self._since = what, now

    def seen(self, now: datetime) -> None:
        """The list can be seen again."""
        if self._what and self._since is None:
            self._since = now

    def recent(self, now: datetime) -> str:
        """What has gone and may not have been noticed; "" where there is no such thing. A clock
        that was set back keeps nothing."""
        if self._since is not None and not timedelta() <= now - self._since < NOTICED:
            self._what = ""
        return self._what
