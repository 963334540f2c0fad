"""What every form of a document for people says in the same words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from hsmtui.check.document import Document, FindingEntry, PlaceEntry, RootEntry, RuleEntry
from hsmtui.model.findings.limits import Rules
from hsmtui.model.text import cluster_count, visible
from hsmtui.model.times import stamp

_SHOWN_DIGEST = 11
"""Characters of a fingerprint: four bytes."""

_MOST_GONE = 20
"""Findings that are named which are no more; where there are more, they are only counted."""


def head_lines(document: Document) -> Iterator[str]:
    """How much of it is not known; where, who and when."""
    if reason := not_known(document):
        yield reason
    several = len(document.places) > 1
    where, who = _many(document.places) if several else _one(document.places[0])
    yield visible(", ".join(filter(None, where)))
    yield visible(", ".join(filter(None, (spoken(document.time), who))))
    if document.filter:
        yield visible(f"filter: {document.filter}")


def not_known(document: Document) -> str:
    """Whether nothing was read, or not all, and why; "" where all was."""
    if not document.read.clusters:
        why = not_whole(document) or "no cluster was found"
        return f"NOTHING READ: {why}."
    if not document.whole:
        return f"NOT WHOLE: {not_whole(document)}."
    if not document.matching:
        read = cluster_count(document.read.clusters)
        return f"NOTHING CHECKED: the filter matches none of {read}."
    return ""


def not_whole(document: Document) -> str:
    """In words how much was not read; "" where all was."""
    return ", and ".join(filter(None, (_failed(document.places), _too_few(document))))


def _failed(places: Sequence[PlaceEntry]) -> str:
    failed = sum(place.failed for place in places)
    if not failed:
        return ""
    if len(places) == 1:
        return "not all of it could be read"
    return f"{failed} of {len(places)} places could not be read whole"


def _too_few(document: Document) -> str:
    read, expected = document.read.clusters, document.min_clusters
    if read >= expected:
        return ""
    return f"{cluster_count(read)} read, --min-clusters expects {expected} at least"


def _one(place: PlaceEntry) -> tuple[tuple[str | None, ...], str]:
    where = (
        f"profile {place.profile}",
        place.region or "region unknown",
        f"account {place.account or 'unknown'}",
        place.endpoint,
    )
    return where, place.caller or "caller unknown"


def _many(places: Sequence[PlaceEntry]) -> tuple[tuple[str | None, ...], str]:
    counted = (
        ("profile", {place.profile for place in places}),
        ("region", {place.region for place in places}),
        ("account", {place.account for place in places if place.account}),
    )
    numbers = (f"{len(each)} {word}{'s' * (len(each) != 1)}" for word, each in counted)
    endpoints = {place.endpoint for place in places}
    return (f"{len(places)} places", *numbers, *(endpoints if len(endpoints) == 1 else ())), ""


def closing_lines(document: Document) -> Iterator[str]:
    """Counts, how much was read, and what was not evaluated."""
    yield summary(document)
    yield f"{_read(document)}."
    yield from _since(document)
    alike: dict[tuple[str, int], list[str]] = {}
    for (rule, why), count in Counter((e.rule, e.why) for e in document.unchecked).items():
        alike.setdefault((why, count), []).append(rule)
    for (why, count), rules in alike.items():
        yield f"Not evaluated: {', '.join(rules)} for {cluster_count(count)}: {visible(why)}."
    if not document.whole:
        yield f"NOT WHOLE: {not_whole(document)}; these are findings of what was read."


def summary(document: Document) -> str:
    """How many findings there are and of how many clusters."""
    worst = ", ".join(f"{count} {severity}" for severity, count in document.counts.items())
    bad = {(one.arn, one.profile, one.cluster_id) for one in counting(document)}
    number = sum(document.counts.values())
    found = f"{number} finding{'s' * (number != 1)}: {worst}, in {len(bad)}"
    none = "No findings" if document.whole else "No findings in what was read"
    told = f"{found} of {cluster_count(document.matching)}" if worst else none
    return f"{told}; {document.accepted} accepted." if document.accepted else f"{told}."


def counting(document: Document) -> tuple[FindingEntry, ...]:
    """The findings that are not accepted."""
    return tuple(one for one in document.findings if one.accepted is None)


def _read(document: Document) -> str:
    """How much was read."""
    read = document.read
    pages = f"{read.pages} page{'s' * (read.pages != 1)}"
    backups = "no backups" if read.backups is None else f"{read.backups} backups"
    return f"Read {cluster_count(read.clusters)} on {pages}, and {backups}"


def _since(document: Document) -> Iterator[str]:
    """What is new, known and gone since the earlier document."""
    earlier = document.earlier
    if earlier is None:
        return
    found = counting(document)
    fresh = sum(bool(one.is_new) for one in found)
    gone = f"{len(earlier.gone)} gone" if earlier.comparable else "it is not known which are gone"
    since = spoken(earlier.time)
    yield f"Since {since}: {fresh} new, {len(found) - fresh} known, {gone}."
    if not earlier.whole:
        yield f"The document of {since} is not whole: what is new may have been there before."
    if not earlier.comparable:
        yield f"The document of {since} has another filter: it does not say what is gone."
    for name in earlier.gone[:_MOST_GONE]:
        yield f"Gone: {visible(name)}"
    if more := len(earlier.gone[_MOST_GONE:]):
        yield f"Gone: {more} more"


def basis_lines(document: Document) -> Iterator[str]:
    """By what it was judged, as far as that is not the default."""
    if off := [rule.rule for rule in document.rules if not rule.on]:
        yield f"Off: {', '.join(off)}."
    if graver := [f"{rule.rule} {rule.severity}" for rule in document.rules if rule.severity]:
        yield f"Severities of the settings: {', '.join(graver)}."
    if limits := [*_changed_limits(document.rules)]:
        yield visible(f"Limits of the settings: {', '.join(limits)}.")
    for root in document.roots:
        yield visible(f"Root: {_root(root)}")
    yield from acceptances_to_mend(document)


def acceptances_to_mend(document: Document) -> Iterator[str]:
    """A line for each acceptance that has ended, or is about nothing that was read."""
    is_all = document.whole and document.filter is None
    for each in document.acceptances:
        if each.state == "ended":
            state = "has ended"
        elif each.state == "matches nothing":
            state = "matches nothing here"
        elif is_all and not each.findings:
            state = "matches no cluster that was read and evaluated"
        else:
            continue
        where = (each.cluster, each.tag, each.account, each.region)
        words = " ".join(filter(None, (each.rule, *where)))
        yield visible(f"Acceptance {state}: {words}, until {each.until}: {each.reason}")


def _root(root: RootEntry) -> str:
    """The part of its name that tells it from others, its end and how its fingerprint begins; or
    what is wrong with its file."""
    if root.problem or not (root.subject and root.sha256 and root.not_after):
        return f"{root.file}: {root.problem}"
    name = root.subject.split(",")[0]
    return f"{name}, until {root.not_after[:10]}, SHA-256 {root.sha256[:_SHOWN_DIGEST]}…"


def _changed_limits(rules: Iterable[RuleEntry]) -> Iterator[str]:
    """Each limit that is another than the default, once."""
    limits = {name: value for rule in rules if rule.on for name, value in rule.thresholds.items()}
    usual = Rules()
    for name, value in limits.items():
        default = getattr(usual, name, None)
        if _plain(default) != _plain(value):
            yield f"{name} {_plain(value) or '-'} (default {_plain(default) or '-'})"


def _plain(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def spoken(time: str) -> str:
    """A moment of a document as a person reads it."""
    return stamp(datetime.fromisoformat(time))
