"""What the profile and region pickers offer."""

import re
from collections.abc import Iterable, Mapping, Sequence

from hsmtui.aws.profiles import ProfileSummary
from hsmtui.config.settings import AskedPlaces
from hsmtui.fleet.fleet import Fleet
from hsmtui.model.text import account_number, cluster_count, visible
from hsmtui.ui.dialogs.pick import CURRENT, Choice
from hsmtui.ui.dialogs.pick_several import PickSeveralDialog

DEFAULT_CHAIN = ""
"""What the picker answers for botocore's default chain."""

_CHAIN = Choice(DEFAULT_CHAIN, "default chain", "environment, default profile, instance role")

_SCOPE = "\n"
"""What begins the value of a scope; a profile may have the same name, but none has a line break."""

OTHER_REGION = "not in botocore's list; AWS is asked anyway"
"""The remark on a region that was typed."""

_REGION = re.compile(r"[a-z]+(-[a-z]+)+-\d+")
"""What a region looks like that botocore does not know yet."""


class ProfileDialog(PickSeveralDialog):
    """Offers scopes, profiles and the default chain."""

    def __init__(self, choices: list[Choice]) -> None:
        super().__init__("Profile", [*choices, _CHAIN], least=(16, 14, 8))

    def all_of(self, shown: list[Choice]) -> list[Choice]:
        """Of what is shown the profiles, where there is one."""
        return [choice for choice in shown if choice.columns] or super().all_of(shown)


class RegionDialog(PickSeveralDialog):
    """Offers the regions of the partitions, and takes any other."""

    def __init__(self, choices: list[Choice], partitions: Sequence[str]) -> None:
        super().__init__("Region", choices, least=(14, 8), free=OTHER_REGION)
        self._partitions = partitions

    def without_whole(self, near: list[Choice], free: list[Choice]) -> list[Choice]:
        """What reads as a region is meant as it stands."""
        is_region = any(_REGION.fullmatch(choice.value) for choice in free)
        return [*free, *near] if is_region else [*near, *free]

    def empty_text(self) -> str:
        if self._choices:
            return super().empty_text()
        partitions = visible(" and ".join(self._partitions))
        return f"botocore knows no region of {partitions} with CloudHSM: type one"


def region_named(text: str) -> Choice | None:
    """A region that botocore does not know, where the text reads as one."""
    return Choice(text, text, OTHER_REGION) if _REGION.fullmatch(text) else None


def scope_choices(scopes: Mapping[str, AskedPlaces]) -> list[Choice]:
    """The named sets of places of config.toml, as told in it."""
    return [
        Choice(_SCOPE + name, name, f"scope: {_scope_words(asked)}")
        for name, asked in scopes.items()
    ]


def scope_named(value: str) -> str | None:
    """The name of the scope that was chosen; None for a profile."""
    return value.removeprefix(_SCOPE) if value.startswith(_SCOPE) else None


def _scope_words(asked: AskedPlaces) -> str:
    profiles, regions = ", ".join(asked.profiles), ", ".join(asked.regions)
    return " in ".join(filter(None, (profiles, regions)))


def profile_choices(
    names: Sequence[str],
    recent: Sequence[str],
    listed: Sequence[str | None],
    summaries: Iterable[ProfileSummary],
) -> list[Choice]:
    """The profiles, recent ones first, each with what the files say of it; the first that is
    `listed` is the current one."""
    by_name = {each.name: each for each in summaries}
    return [
        Choice(name, name, remark, *_columns_of(by_name.get(name)))
        for name, remark in _ordered(names, recent, listed)
    ]


def _columns_of(profile: ProfileSummary | None) -> tuple[str, tuple[str, ...]]:
    """What else finds a profile, and its columns."""
    if profile is None:
        return "", ("", "", "", "")
    account = account_number(profile.account)
    return profile.account, (account, profile.principal, profile.kind, profile.region)


def region_choices(
    cities: Mapping[str, str], recent: Sequence[str], listed: Sequence[str | None], fleet: Fleet
) -> list[Choice]:
    """The regions, recent ones first, each with its city and how many clusters were seen there."""
    counts = cluster_counts(fleet)
    return [
        Choice(name, name, remark, columns=(cities[name], counts.get(name, "")))
        for name, remark in _ordered(tuple(cities), recent, listed)
    ]


def cluster_counts(fleet: Fleet) -> dict[str, str]:
    """How many clusters were seen in each region that is listed, in words; + where there are more,
    or may be."""
    numbers: dict[str, int] = {}
    unread: set[str] = set()
    for loader in fleet.loaders:
        region, listing = loader.location.region, loader.whole
        if region is None or fleet.same_as(loader) is not None:
            continue
        if listing is None or not listing.whole:
            unread.add(region)
        if listing is not None:
            numbers[region] = numbers.get(region, 0) + len(listing.rows)
    return {
        region: cluster_count(number, has_more=region in unread)
        for region, number in numbers.items()
    }


def _ordered(
    names: Sequence[str], recent: Sequence[str], listed: Sequence[str | None]
) -> list[tuple[str, str]]:
    """Recent ones first, then the others in their order; each with a remark."""
    first = [name for name in recent if name in names]
    rest = [name for name in names if name not in first]
    remarks = dict.fromkeys(first, "recent") | dict.fromkeys(filter(None, listed), "listed")
    if listed and listed[0] is not None:
        remarks[listed[0]] = CURRENT
    return [(name, remarks.get(name, "")) for name in (*first, *rest)]
