"""What a connection is to whoever reads a file or a command that came from it."""

import os

from hsmtui.aws.connection import Connection
from hsmtui.model.origin import Origin


def origin_of(connection: Connection, demo: bool) -> Origin:
    """Where a connection asks and as whom, as far as is known now."""
    caller, unknown = connection.known_caller, ""
    if caller is None and connection.caller.done():
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
    )
