"""A fleet at a glance: how many clusters there are of which kind, each kind with its filter."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias

from hsmtui.model.cluster import Cluster
from hsmtui.model.filter.classes import NoSeverity, severity_class, whole_form
from hsmtui.model.filter.date_values import BACKUP_VALUES
from hsmtui.model.filter.term import WHOLE, Term
from hsmtui.model.findings.dates import Dates, NoEnd
from hsmtui.model.findings.finding import Findings, Judged, PlaceNames
from hsmtui.model.findings.order import RANKS
from hsmtui.model.findings.severity import Severity
from hsmtui.model.state import CLUSTER_STATES, Tone, appearance
from hsmtui.model.text import account_number, visible

MONTHS = 12
"""Months that have a bar of their own, with the one that it is now."""

_Class: TypeAlias = Severity | NoSeverity
"""How bad a cluster is, by its worst finding."""

BarLook: TypeAlias = Tone | Severity | None
"""In which colour something is drawn."""


class BarPart(NamedTuple):
    """A few words beside a bar: short ones, and whole ones."""

    short: str
    whole: str
    look: BarLook = None


class Bar(NamedTuple):
    """One kind of cluster: how many there are, and the filter that lists these and no others.

    `key` is what it is known by from one count to the next, in its section. All texts are safe to
    draw.
    """

    key: str
    label: str
    number: int
    terms: tuple[Term, ...]
    glyph: str = " "
    look: BarLook = None
    parts: tuple[BarPart, ...] = ()

    @property
    def query(self) -> str:
        """The filter as it would be typed."""
        return " ".join(map(str, self.terms))


class OverviewSection(NamedTuple):
    """What clusters are told apart by; `note` is what is to be known beside the numbers.

    Each cluster is in one of the bars where `is_partition` says so, else in any number of them.
    """

    title: str
    bars: tuple[Bar, ...]
    note: str = ""
    is_partition: bool = True


def overview_of(rows: Sequence[Judged], now: datetime, hours: int) -> tuple[OverviewSection, ...]:
    """All sections of these clusters, without such as have no bars.

    `now` says which month it is; backups are old from so many `hours` on.
    """
    dates = [judged.findings.dates for judged in rows]
    classes = [severity_class(judged.findings) for judged in rows]
    places = Counter(zip((judged.place for judged in rows), classes, strict=True))
    sections = (
        _states(judged.cluster.state for judged in rows),
        _severities(classes),
        *_findings([judged.findings for judged in rows]),
        _certificates(dates, now),
        _backups(dates, hours),
        _zones([judged.cluster for judged in rows]),
        *_places(places),
    )
    return tuple(section for section in sections if section.bars)


def _largest_first(bars: Iterable[Bar]) -> tuple[Bar, ...]:
    """Of equals in the order in which they are."""
    return tuple(sorted(bars, key=lambda bar: -bar.number))


def _whole(key: str, text: str) -> Term:
    """The term for the whole of a text; for "" that there is none."""
    return Term(key, (WHOLE + visible(text).replace('"', ""),))


def _not(term: Term) -> Term:
    return Term(term.key, term.values, negated=True)


# By state


def _states(states: Iterable[str | None]) -> OverviewSection:
    numbers: Counter[str] = Counter()
    texts: dict[str, str] = {}
    for state, number in Counter(states).items():
        key = state if state in CLUSTER_STATES else f"? {whole_form(state)}"
        numbers[key] += number
        texts.setdefault(key, state or "")
    bars = [_state(key, texts[key], numbers[key]) for key in sorted(numbers)]
    return OverviewSection("state", _largest_first(bars))


def _state(key: str, state: str, number: int) -> Bar:
    """A state that is written as one that is known, but not in its letters, is another one."""
    glyph, word, tone = appearance(state if whole_form(state) else None)
    if state in CLUSTER_STATES:
        return Bar(key, word, number, (Term("state", (state,)),), glyph, tone)
    alike = (known for known in CLUSTER_STATES if whole_form(known) == whole_form(state))
    others = (Term("state", (known,), negated=True) for known in alike)
    label = visible(word) if whole_form(state) else "no State"
    return Bar(key, label, number, (_whole("state", state), *others), glyph, tone)


# By findings


_UNCOUNTED = {
    NoSeverity.NONE: ("none", "●", Tone.GOOD),
    NoSeverity.PENDING: ("not known yet", "…", None),
    NoSeverity.UNKNOWN: ("not known", "?", Tone.UNKNOWN),
}


def _severities(classes: Iterable[_Class]) -> OverviewSection:
    """The worst first."""
    numbers = Counter(classes)
    bars = [
        Bar(
            severity.word,
            severity.word,
            numbers[severity],
            (Term("severity", (WHOLE + severity.word,)),),
            severity.glyph,
            severity,
        )
        for severity in reversed(Severity)
    ]
    bars += [
        Bar(each.value, label, numbers[each], (Term("severity", (each.value,)),), glyph, look)
        for each, (label, glyph, look) in _UNCOUNTED.items()
    ]
    return OverviewSection("worst finding", tuple(bar for bar in bars if bar.number))


def _findings(all_findings: Sequence[Findings]) -> Iterator[OverviewSection]:
    """The rules of findings that count, and those of findings that are accepted."""
    some = [each.finding for findings in all_findings for each in findings.accepted]
    accepting = [findings for findings in all_findings if findings.accepted]
    accepted = {whole_form(finding.rule) for finding in some}
    counting = Counter(rule for findings in all_findings for rule in _counting(findings))
    apart = Counter(rule for findings in accepting for rule in _accepted_in(findings))
    pairs = {(each.rule, each.severity) for findings in all_findings for each in findings.findings}
    yield _rules("findings by rule", counting, pairs, lambda rule: _terms(rule, accepted))
    accepted_pairs = {(finding.rule, finding.severity) for finding in some}
    yield _rules("accepted findings", apart, accepted_pairs, _accepted_terms)


def _terms(rule: str, accepted: Collection[str]) -> tuple[Term, ...]:
    """The filter for a rule of a finding that counts; of some there are `accepted` ones, too."""
    others = [_not(_whole("accepted", rule))] if whole_form(rule) in accepted else []
    return (_whole("finding", rule), *others)


def _accepted_terms(rule: str) -> tuple[Term, ...]:
    return (_whole("accepted", rule),)


def _counting(findings: Findings) -> Iterable[str]:
    """The rules of what was found of a cluster and is not accepted, each in one form."""
    found = {whole_form(each.rule): each.rule for each in findings.findings}
    if not findings.accepted:
        return found.values()
    accepted = set(map(whole_form, _accepted_in(findings)))
    return [rule for form, rule in found.items() if form not in accepted]


def _accepted_in(findings: Findings) -> Iterable[str]:
    """The rules of what is accepted, each in one form."""
    return {whole_form(each.finding.rule): each.finding.rule for each in findings.accepted}.values()


def _rules(
    title: str,
    rules: Mapping[str, int],
    pairs: Iterable[tuple[str, Severity]],
    terms: Callable[[str], tuple[Term, ...]],
) -> OverviewSection:
    """Rules by how many clusters have a finding of theirs, with the worst of its severities."""
    worst: dict[str, Severity] = {}
    for rule, severity in pairs:
        worst[whole_form(rule)] = max(severity, worst.get(whole_form(rule), severity))
    numbers, names = _by_form(rules)
    bars = [
        Bar(
            form,
            visible(names[form]),
            numbers[form],
            terms(names[form]),
            worst[form].glyph,
            worst[form],
        )
        for form in sorted(numbers, key=lambda form: (-worst[form], _rank(names[form]), form))
    ]
    return OverviewSection(title, _largest_first(bars), is_partition=False)


def _by_form(texts: Mapping[str, int]) -> tuple[dict[str, int], dict[str, str]]:
    """The numbers by the form in which whole texts are compared, and a text of each."""
    numbers: dict[str, int] = {}
    names: dict[str, str] = {}
    for text, number in sorted(texts.items()):
        form = whole_form(text)
        numbers[form] = numbers.get(form, 0) + number
        names.setdefault(form, text)
    return numbers, names


def _rank(rule: str) -> int:
    return RANKS.get(rule, len(RANKS))


# By dates


def _certificates(all_dates: Sequence[Dates], now: datetime) -> OverviewSection:
    """In the order of time; months without one have a bar, too."""
    first = now.year * 12 + now.month - 1
    last = first + MONTHS - 1
    ended = Term("cert", ("ended",))
    counts = Counter(_when(dates, first, last) for dates in all_dates)
    months = [
        Bar(_month(month), _month_name(month), counts[month], (Term("cert", (_month(month),)),))
        for month in range(first + 1, last + 1)
    ]
    this = Term("cert", (f"<{_month(first + 1)}",))  # one that has just ended was not judged yet
    bars = (
        Bar("ended", "ended", counts["ended"], (ended,), "×", Tone.BAD),
        Bar("now", _month_name(first), counts[first], (this, _not(ended))),
        *months,
        Bar("later", "later", counts["later"], (Term("cert", (f">{_month(last)}",)),)),
        Bar("none", "no certificate", counts["none"], (Term("cert", ("none",)),)),
        Bar(
            "unread", "not read", counts["unread"], (Term("cert", ("unread",)),), "?", Tone.UNKNOWN
        ),
    )
    optional = {"ended", "none", "unread"}
    kept = tuple(bar for bar in bars if bar.number or bar.key not in optional)
    return OverviewSection("certificates end", kept if all_dates else ())


def _when(dates: Dates, first: int, last: int) -> str | int:
    """In which bar the end of a certificate is counted."""
    end = dates.certificate_end
    if isinstance(end, NoEnd):
        return end.value
    if dates.has_ended:
        return "ended"
    month = max(first, end.year * 12 + end.month - 1)
    return month if month <= last else "later"


def _month(number: int) -> str:
    """A month, counted from the year 0, as the filter writes it."""
    return f"{number // 12:04}-{number % 12 + 1:02}"


_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _month_name(number: int) -> str:
    return f"{_NAMES[number % 12]} {number // 12}"


_BACKUP_LOOKS: Mapping[str, tuple[str, str, BarLook]] = {
    "recent": ("< {}h", "●", Tone.GOOD),
    "old": ("older", "○", Tone.MOVING),
    "none": ("none", "×", Tone.MOVING),
    "unclear": ("not clear", "?", Tone.UNKNOWN),
    "unread": ("not read", "?", Tone.UNKNOWN),
}
"""The label, glyph and look of each value of `backup:`."""


def _backups(all_dates: Sequence[Dates], hours: int) -> OverviewSection:
    """The youngest first."""
    of = Counter(dates.backup for dates in all_dates)
    bars = (
        Bar(
            value,
            label.format(hours),
            sum(of[recency] for recency in BACKUP_VALUES[value]),
            (Term("backup", (value,)),),
            glyph,
            look,
        )
        for value, (label, glyph, look) in _BACKUP_LOOKS.items()
    )
    return OverviewSection("newest backup", tuple(bar for bar in bars if bar.number))


# By zone


def _zones(clusters: Sequence[Cluster]) -> OverviewSection:
    """Zones by how many clusters have a subnet or an HSM there, with the HSMs and their states."""
    hsms: defaultdict[str, Counter[str | None]] = defaultdict(Counter)
    there = Counter(
        (hsm.availability_zone, hsm.state) for cluster in clusters for hsm in cluster.hsms or ()
    )
    for (zone, state), number in there.items():
        hsms[whole_form(zone)][state] += number
    numbers: Counter[str] = Counter()
    names: dict[str, str] = {}
    for zones, number in Counter(map(_zones_of, clusters)).items():
        named = {whole_form(zone): zone for zone in sorted(zones) if whole_form(zone)}
        numbers.update(dict.fromkeys(named or {"": ""}, number))
        names = named | names
    bars = [
        Bar(
            form,
            visible(names[form]) if form else "no zone named",
            numbers[form],
            (_whole("az", names.get(form, "")),),
            parts=_hsm_parts(hsms[form]),
        )
        for form in sorted(numbers)
    ]
    return OverviewSection(
        "zones", _largest_first(bars), _zones_note(clusters, hsms), is_partition=False
    )


def _zones_of(cluster: Cluster) -> frozenset[str]:
    zones = [hsm.availability_zone or "" for hsm in cluster.hsms or ()]
    return frozenset([*(cluster.subnet_mapping or ()), *zones])


def _hsm_parts(states: Mapping[str | None, int]) -> tuple[BarPart, ...]:
    """How many HSMs there are, and in which states."""
    total = sum(states.values())
    parts = [BarPart(f"{total} HSM{'s' * (total != 1)}", f"{total} HSM{'s' * (total != 1)}")]
    for state, number in sorted(states.items(), key=lambda pair: (-pair[1], pair[0] or "")):
        glyph, word, tone = appearance(state)
        whole = f"{number} {visible(word) if state else 'without a State'}"
        parts.append(BarPart(f"{glyph}{number}", whole, tone))
    return tuple(parts)


def _zones_note(clusters: Sequence[Cluster], hsms: Mapping[str, Mapping[str | None, int]]) -> str:
    nowhere = sum(hsms.get("", {}).values())
    unlisted = sum(cluster.hsms is None for cluster in clusters)
    words = [f"{sum(sum(states.values()) for states in hsms.values())} HSMs"]
    words += [f"{nowhere} in no named zone"] if nowhere else []
    words += [f"HSMs of {unlisted} not listed"] if unlisted else []
    return ", ".join(words)


# By place


def _places(places: Mapping[tuple[PlaceNames | None, _Class], int]) -> Iterator[OverviewSection]:
    """By account and region where there are several places, and by profile where that differs;
    with how many clusters are how bad there."""
    accounts = _of_place("account", places, lambda place: place.account, account_number)
    regions = _of_place("region", places, lambda place: place.region)
    profiles = _of_place("profile", places, lambda place: place.profile_name)
    differing = [each for each in (accounts, regions, profiles) if len(each.bars) > 1]
    if differing:
        yield accounts
        yield regions
    if profiles in differing:
        yield profiles


def _of_place(
    key: str,
    places: Mapping[tuple[PlaceNames | None, _Class], int],
    text: Callable[[PlaceNames], str | None],
    written: Callable[[str], str] = visible,
) -> OverviewSection:
    classes: defaultdict[str, Counter[_Class]] = defaultdict(Counter)
    names: dict[str, str] = {}
    for (place, severity), number in places.items():
        name = written((text(place) if place is not None else None) or "")
        classes[whole_form(name)][severity] += number
        names.setdefault(whole_form(name), name)
    bars = [
        Bar(
            form,
            names[form] if form else "not known",
            classes[form].total(),
            (_whole(key, names[form]),),
            glyph=" " if form else "?",
            look=None if form else Tone.UNKNOWN,
            parts=_severity_parts(classes[form]),
        )
        for form in sorted(classes)
    ]
    return OverviewSection(f"{key}s", _largest_first(bars))


def _severity_parts(classes: Mapping[_Class, int]) -> tuple[BarPart, ...]:
    """How many clusters have a worst finding that is medium or worse, the worst first."""
    bad = (each for each in reversed(Severity) if each >= Severity.MEDIUM and each in classes)
    return tuple(
        BarPart(f"{each.glyph}{classes[each]}", f"{classes[each]} {each.word}", each)
        for each in bad
    )
