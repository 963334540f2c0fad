"""Where is asked: what a connection says or, until there is one, what was asked for."""

import os
from typing import NamedTuple

from hsmtui.aws.connect import Opening
from hsmtui.aws.connection import Connection
from hsmtui.aws.regions import partition_of
from hsmtui.model.origin import Origin


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
        region = self.opening.region
        return region.result() if region.done() else self.opening.place.region

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


def origin_of(connection: Connection, demo: bool) -> Origin:
    """Where a connection asks and as whom, as far as is known now, for files and commands."""
    caller, unknown = connection.known_caller, ""
    if connection.is_recorded:
        unknown = "the file does not say"
    elif caller is None and connection.caller.done():
        unknown = f"STS could not be asked: {connection.caller.exception()}"
    elif caller is None:
        unknown = "STS has not answered yet"
    return Origin(
        partition=connection.partition,
        region=connection.region,
        account=caller.account if caller else None,
        caller=caller.arn if caller else None,
        unknown=unknown,
        profile=connection.profile,
        credentials=connection.credentials,
        endpoint=connection.endpoint,
        config_file=os.environ.get("AWS_CONFIG_FILE") if demo else None,
        source=connection.source,
    )
