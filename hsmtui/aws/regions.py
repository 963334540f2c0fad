"""Partitions and regions as botocore's data knows them, and which an account has to enable."""

import re
from functools import cache
from typing import Any, Final

from botocore.exceptions import BotoCoreError
from botocore.regions import EndpointResolver

from hsmtui.aws.botocore_data import data_loader
from hsmtui.aws.place import SERVICE

_CITY: Final = re.compile(r".*\((?!Central|US-)(?P<city>.+)\)")

ALWAYS_ENABLED: Final = "us-east-1"
"""A region of the commercial partition where the keys of every account are known."""

_ENABLED_BY_DEFAULT: Final = frozenset(
    {
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
        *("eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1"),
        *("ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3"),
        *("ap-southeast-1", "ap-southeast-2"),
    }
)
"""Those that were there before 20 March 2019: no account has to enable them, and none can disable
them. Every later one is an opt-in region (AWS Account Management, "Enable or disable AWS Regions in
your account")."""


def is_opt_in(region: str) -> bool:
    """Whether an account may not have enabled the region."""
    return partition_of(region) == "aws" and region not in _ENABLED_BY_DEFAULT


def partition_of(region: str | None) -> str:
    """The partition of a region; of one that botocore does not know, the commercial one."""
    try:
        return endpoints().get_partition_for_region(region or "")
    except BotoCoreError:
        return "aws"


def service_regions(partition: str) -> tuple[str, ...]:
    """The regions of a partition in which botocore's data knows CloudHSM."""
    return tuple(endpoints().get_available_endpoints(SERVICE, partition))


def known_regions() -> tuple[str, ...]:
    """All regions of all partitions that botocore's data knows, whatever services they have."""
    return tuple(name for part in _data()["partitions"] for name in part["regions"])


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
    data: dict[str, Any] = data_loader(None).load_data("endpoints")
    return data
