"""The subnets that a cluster is to be created in, as a person types them."""

import re
from collections.abc import Sequence

from hsmtui.model.text import shortened, visible

MOST_SUBNETS = 10
"""Subnets that CreateCluster takes (API reference, SubnetIds)."""

_SUBNET_ID = re.compile(r"subnet-[0-9a-fA-F]{8,17}")
_BETWEEN = re.compile(r"[,\s]+")
_SHOWN = 40


def split_subnets(text: str) -> tuple[str, ...]:
    """The words of a text that are meant as subnet ids, with commas or blanks between them."""
    return tuple(filter(None, _BETWEEN.split(text)))


def subnets_problem(subnet_ids: Sequence[str]) -> str:
    """Why the service would not take these, as far as that shows by the ids; "" where it would.

    Whether they are there, in one VPC and in a zone each, only EC2 could say.
    """
    if not subnet_ids:
        return "A cluster needs one subnet at least."
    for subnet_id in subnet_ids:
        if not _SUBNET_ID.fullmatch(subnet_id):
            said = shortened(visible(subnet_id), _SHOWN)
            return f"{said} is no subnet id: that is subnet- and 8 to 17 of 0-9 and a-f."
    known = [subnet_id.lower() for subnet_id in subnet_ids]
    twice = next((each for each in known if known.count(each) > 1), None)
    if twice is not None:
        return f"{twice} stands there twice."
    if len(subnet_ids) > MOST_SUBNETS:
        return f"{len(subnet_ids)} subnets: a cluster is created in {MOST_SUBNETS} at most."
    return ""
