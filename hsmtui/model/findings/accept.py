"""Which findings are accepted, and what each acceptance is still good for."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fnmatch import fnmatchcase
from typing import Literal, NamedTuple

from hsmtui.model.cluster import Cluster, Tag
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.finding import Accepted, Finding, Findings, Judged, PlaceNames
from hsmtui.model.text import account_number


class AcceptanceUse(NamedTuple):
    """An acceptance, how it stands, and how many findings it is about, accepted or not.

    One that has ended accepts nothing. "matches nothing" is one that has not, and is about no
    finding of all that there are.
    """

    acceptance: Acceptance
    state: Literal["in force", "ended", "matches nothing"]
    findings: int


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
    accepted: list[Accepted] = []
    for finding in found.findings:
        fitting = _fitting(finding.rule, judged, acceptances)
        first = next((each for each in fitting if today <= each.until), None)
        if first is None:
            counting.append(finding)
        else:
            accepted.append(Accepted(finding, first))
    return Findings(tuple(counting), found.unchecked, (*found.accepted, *accepted))


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
    judged: Iterable[Judged], acceptances: Iterable[Acceptance], today: date, *, whole: bool
) -> tuple[AcceptanceUse, ...]:
    """How each acceptance stands among the clusters that were judged, in their order.

    `whole` says that these are all clusters that there are: only then can one match nothing, and
    only where its rule was evaluated for every cluster that it is about.
    """
    wanted = tuple(acceptances)
    of_rule = by_rule(wanted)
    numbers = dict.fromkeys(wanted, 0)
    open_questions: set[Acceptance] = set()
    for each in judged:
        for finding in each.findings.found:
            for one in set(_fitting(finding.rule, each, of_rule)):
                numbers[one] += 1
        for rule, _ in each.findings.unchecked:
            open_questions.update(_fitting(rule, each, of_rule))

    def use(one: Acceptance) -> AcceptanceUse:
        number = numbers[one]
        if one.until < today:
            return AcceptanceUse(one, "ended", number)
        is_idle = whole and not number and one not in open_questions
        return AcceptanceUse(one, "matches nothing" if is_idle else "in force", number)

    return tuple(map(use, wanted))


def _fitting(
    rule: str, judged: Judged, acceptances: Mapping[str, tuple[Acceptance, ...]]
) -> Iterator[Acceptance]:
    """The acceptances of a rule that are about a cluster, in their order."""
    for each in acceptances.get(rule, ()):
        if _fits_place(each, judged.place) and _fits_cluster(each, judged.cluster):
            yield each


def _fits_place(acceptance: Acceptance, place: PlaceNames | None) -> bool:
    """An account that is not known fits no pattern: what is not sure is not accepted."""
    if place is None:
        return not (acceptance.account or acceptance.region)
    if acceptance.region and not fnmatchcase(place.region, acceptance.region):
        return False
    account, pattern = place.account, acceptance.account
    return not pattern or (
        account is not None
        and any(fnmatchcase(form, pattern) for form in (account, account_number(account)))
    )


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
