"""Which findings are accepted, and what each acceptance is still good for."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal, NamedTuple, Protocol

import msgspec

from hsmtui.model.cluster import Cluster, Tag
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.finding import AcceptedFinding, Finding, Findings, Judged
from hsmtui.model.text import account_number

SOON = timedelta(days=14)
"""From so long before its end on it is told that an acceptance ends."""


class AskedPlace(Protocol):
    """Where clusters were asked for; None is what is not known of it."""

    @property
    def account(self) -> str | None:
        """The account id."""

    @property
    def region(self) -> str | None:
        """The region."""


class AcceptanceUse(NamedTuple):
    """An acceptance, how it stands, and how many findings it is about, accepted or not.

    One that has ended accepts nothing. "matches nothing" is one that has not, and is about no
    finding of all that there are, though a place that it is about was asked.
    """

    acceptance: Acceptance
    state: Literal["in force", "ended", "matches nothing"]
    findings: int


def day_of(now: datetime) -> date:
    """The day in UTC, with which acceptances end."""
    return now.astimezone(UTC).date()


def ends_soon(acceptance: Acceptance, today: date) -> bool:
    """Whether it holds, but not for long."""
    return today <= acceptance.until < today + SOON


def by_rule(acceptances: Iterable[Acceptance]) -> Mapping[str, tuple[Acceptance, ...]]:
    """The acceptances of each rule, in their order."""
    groups: dict[str, tuple[Acceptance, ...]] = {}
    for each in acceptances:
        groups[each.rule] = (*groups.get(each.rule, ()), each)
    return groups


def accept(
    judged: Judged, acceptances: Mapping[str, tuple[Acceptance, ...]], today: date
) -> Findings:
    """The findings with those set apart that are accepted on a day (UTC), each by the first
    acceptance that fits."""
    found = judged.findings
    if not any(finding.rule in acceptances for finding in found.findings):
        return found
    counting: list[Finding] = []
    accepted: list[AcceptedFinding] = []
    for finding in found.findings:
        fitting = _fitting(finding.rule, judged, acceptances)
        first = next((each for each in fitting if today <= each.until), None)
        if first is None:
            counting.append(finding)
        else:
            accepted.append(AcceptedFinding(finding, first))
    return msgspec.structs.replace(
        found, findings=tuple(counting), accepted=(*found.accepted, *accepted)
    )


def ended(
    judged: Judged, acceptances: Mapping[str, tuple[Acceptance, ...]], today: date
) -> dict[str, Acceptance]:
    """For each rule of a finding that counts the acceptance that was the last one to end."""
    last: dict[str, Acceptance] = {}
    for finding in judged.findings.findings:
        for each in _fitting(finding.rule, judged, acceptances):
            before = last.get(finding.rule)
            if each.until < today and (before is None or before.until < each.until):
                last[finding.rule] = each
    return last


def acceptances_in(
    judged: Iterable[Judged],
    acceptances: Iterable[Acceptance],
    today: date,
    asked: Iterable[AskedPlace] | None,
) -> tuple[AcceptanceUse, ...]:
    """How each acceptance stands among the clusters that were judged, in their order.

    `asked` are the places where these are all clusters that there are, None where there may be
    more. Only then can one match nothing, and only if it is about one of these places, its rule was
    evaluated for all that it is about, and their accounts are known.
    """
    wanted, places = tuple(acceptances), tuple(asked or ())
    of_rule = by_rule(wanted)
    numbers = dict.fromkeys(wanted, 0)
    perhaps: set[Acceptance] = set()
    for each in judged:
        rules = [finding.rule for finding in each.findings.found]
        for rule in rules:
            for one in set(_fitting(rule, each, of_rule)):
                numbers[one] += 1
        for rule in (*rules, *(rule for rule, _ in each.findings.unchecked)):
            perhaps.update(_fitting(rule, each, of_rule, unknown=True))

    def was_asked(one: Acceptance) -> bool:
        return any(_fits_place(one, place, unknown=False) for place in places)

    def use(one: Acceptance) -> AcceptanceUse:
        number = numbers[one]
        if one.until < today:
            return AcceptanceUse(one, "ended", number)
        is_idle = not number and one not in perhaps and was_asked(one)
        return AcceptanceUse(one, "matches nothing" if is_idle else "in force", number)

    return tuple(map(use, wanted))


def _fitting(
    rule: str,
    judged: Judged,
    acceptances: Mapping[str, tuple[Acceptance, ...]],
    *,
    unknown: bool = False,
) -> Iterator[Acceptance]:
    """The acceptances of a rule that are about a cluster, in their order.

    An account that is not known fits a pattern only where `unknown` says so: what is not sure is
    not accepted.
    """
    for each in acceptances.get(rule, ()):
        if _fits_place(each, judged.place, unknown) and _fits_cluster(each, judged.cluster):
            yield each


def _fits_place(acceptance: Acceptance, place: AskedPlace | None, unknown: bool) -> bool:
    if place is None:
        return not (acceptance.account or acceptance.region)
    if acceptance.region and not fnmatchcase(place.region or "", acceptance.region):
        return False
    account, pattern = place.account, acceptance.account
    if not pattern or account is None:
        return unknown or not pattern
    return any(fnmatchcase(form, pattern) for form in (account, account_number(account)))


def _fits_cluster(acceptance: Acceptance, cluster: Cluster) -> bool:
    if acceptance.cluster and not fnmatchcase(cluster.cluster_id, acceptance.cluster):
        return False
    tags = cluster.tag_list or ()
    return not acceptance.tag or any(_fits_tag(acceptance.tag, tag) for tag in tags)


def _fits_tag(pattern: str, tag: Tag) -> bool:
    """Keys may hold = as well as values: any = of the pattern may stand between them."""
    parts = pattern.split("=")
    if len(parts) == 1:
        return fnmatchcase(tag.key, pattern)
    return any(
        fnmatchcase(tag.key, "=".join(parts[:at])) and fnmatchcase(tag.value, "=".join(parts[at:]))
        for at in range(1, len(parts))
    )
