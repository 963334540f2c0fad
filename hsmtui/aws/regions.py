"""Partitions and regions, as botocore's data knows them."""

import re
from functools import cache
from typing import Any, Final

from botocore.exceptions import BotoCoreError
from botocore.loaders import create_loader
from botocore.regions import EndpointResolver

from hsmtui.aws.connection import SERVICE

_CITY: Final = re.compile(r".*\((?!Central|US-)(?P<city>.+)\)")


def service_regions(partition: str) -> tuple[str, ...]:
    """The regions of a partition in which botocore's data knows CloudHSM."""
    return tuple(endpoints().get_available_endpoints(SERVICE, partition))


def partition_of(region: str | None) -> str:
    """The partition of a region; of one that botocore does not know, the commercial one."""
    try:
        return endpoints().get_partition_for_region(region or "")
    except BotoCoreError:
        return "aws"


def region_city(region: str) -> str:
    """Where a region is, such as ``N. Virginia``: its city or land; "" where that is not known."""
    regions = {
        name: each for part in _data()["partitions"] for name, each in part["regions"].items()
    }
    description: str = regions.get(region, {}).get("description", "")
    match = _CITY.fullmatch(description)
    return match["city"] if match else description


@cache
def endpoints() -> EndpointResolver:
    """What botocore brings, which needs none of the user's files."""
    return EndpointResolver(_data())


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = create_loader().load_data("endpoints")
    return data
