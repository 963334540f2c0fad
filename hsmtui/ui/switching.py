"""What the profile and region pickers offer, read from botocore's own files and data."""

from collections.abc import Sequence

from hsmtui.aws.session import profile_names, service_regions
from hsmtui.ui.dialogs.pick import CURRENT, Choice

DEFAULT_CHAIN = ""
"""What the picker answers for botocore's default chain."""

OTHER_REGION = "not in botocore's list; asked all the same"
"""The remark on a region that was typed."""


def profile_choices(recent: Sequence[str], current: str | None) -> list[Choice]:
    """The profiles of the config and credentials files, recent ones first, and the default chain.

    Raises HsmtuiError where the files cannot be read.
    """
    chain = Choice(DEFAULT_CHAIN, "default chain", "environment, default profile, instance role")
    return [*_choices(profile_names(), recent, current), chain]


def region_choices(partition: str, recent: Sequence[str], current: str | None) -> list[Choice]:
    """The regions of the partition in which the service exists, recent ones first."""
    return _choices(service_regions(partition), recent, current)


def _choices(names: Sequence[str], recent: Sequence[str], current: str | None) -> list[Choice]:
    first = [name for name in recent if name in names]
    rest = [name for name in names if name not in first]

    def remark(name: str) -> str:
        return CURRENT if name == current else "recent" if name in first else ""

    return [Choice(name, name, remark(name)) for name in (*first, *rest)]
