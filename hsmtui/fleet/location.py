"""Where a screen is: what its connection says or, until there is one, what was asked for."""

from typing import NamedTuple

from hsmtui.aws.connect import Opening
from hsmtui.aws.connection import Connection
from hsmtui.aws.session import partition_of


class Location(NamedTuple):
    """The place that is gone to, and the connection once it is made."""

    opening: Opening
    connection: Connection | None

    @property
    def profile(self) -> str | None:
        """The profile; None where none was named."""
        return self.connection.profile if self.connection else self.opening.place.profile

    @property
    def profile_name(self) -> str:
        """What the profile is called, also where none was named."""
        if self.connection is not None:
            return self.connection.profile_name
        return self.opening.place.profile or "default"

    @property
    def region(self) -> str | None:
        """The region; None where it is not known yet."""
        if self.connection is not None:
            return self.connection.region
        found = self.opening.region
        return found.result() if found.done() else self.opening.place.region

    @property
    def partition(self) -> str:
        """The partition of the region; where that is not known, the commercial one."""
        return self.connection.partition if self.connection else partition_of(self.region)

    @property
    def is_read_only(self) -> bool:
        """Whether nothing may be changed here."""
        if self.connection is not None:
            return bool(self.connection.why_read_only)
        place = self.opening.place
        return bool(self.opening.terms.why_read_only(place, place.profile))
