"""Times in files and in what programs print, as botocore reads and writes them."""

from datetime import UTC, datetime

import dateutil.parser  # type: ignore[import-untyped]


def is_moment(value: object) -> bool:
    """Whether botocore can read it as a time and compare that with now."""
    try:
        return isinstance(value, str) and dateutil.parser.parse(value).tzinfo is not None
    except (ValueError, OverflowError):
        return False


def botocore_stamp(moment: datetime) -> str:
    """The time in UTC, as the aws command writes it into its caches."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
