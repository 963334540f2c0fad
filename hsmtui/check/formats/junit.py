"""A document as JUnit XML, the form of test results that CI servers read."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, TypeAlias
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from hsmtui.check.document import (
    ClusterEntry,
    Document,
    FindingEntry,
    PlaceEntry,
    RuleResult,
    SomewhereProblem,
)
from hsmtui.check.places import problems_by_place, status_of
from hsmtui.check.words import acceptances_to_mend, not_known, summary
from hsmtui.model.findings.severity import Severity
from hsmtui.model.text import visible

_NO_CHARACTERS = re.compile("[\ufffe\uffff]")
"""What XML does not allow beside what `visible` spells out."""

_Outcome: TypeAlias = Literal["passed", "failure", "error", "skipped"]


class _Case(NamedTuple):
    """A test: of what, its name, how it went, and the words to that."""

    subject: str
    name: str
    outcome: _Outcome = "passed"
    message: str = ""
    type: str = ""
    lines: tuple[str, ...] = ()


class _Suite(NamedTuple):
    """The tests of a place, or of the check as a whole."""

    name: str
    cases: tuple[_Case, ...]


def as_junit(document: Document) -> Iterator[str]:
    """A suite for the check and one for each place.

    In a place there is a test that it was read, and for each cluster one for each finding and each
    rule that was not evaluated, and one for all other rules. A finding fails that counts for the
    exit status, any where there was no --fail-on. What is accepted, is less than that, was known
    before, or was not evaluated is skipped; what was not read is an error. The texts are lines.
    """
    suites = [_suite_of_check(document), *_suites_of_places(document)]
    counts = _counts(case for suite in suites for case in suite.cases)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<testsuites {_attributes(_named(document.tool, counts))}>\n"
    for suite in suites:
        yield _xml(suite, document)
    yield "</testsuites>\n"


def _suite_of_check(document: Document) -> _Suite:
    unknown = not_known(document)
    case = _Case(
        "hsmtui.check",
        "everything was read",
        lines=(summary(document), *acceptances_to_mend(document)),
    )
    if not document.whole:
        case = case._replace(outcome="error", type="not whole", message=unknown)
    elif unknown:
        case = case._replace(outcome="skipped", message=unknown)
    return _Suite("check", (case,))


def _suites_of_places(document: Document) -> Iterator[_Suite]:
    found = {(one.profile, one.region, one.cluster_id, one.rule): one for one in document.findings}
    problems = problems_by_place(document)
    off = {rule.rule for rule in document.rules if not rule.on}
    clusters: dict[tuple[str, str | None], list[ClusterEntry]] = {}
    for cluster in document.inventory:
        clusters.setdefault((cluster.profile, cluster.region), []).append(cluster)
    for place in document.places:
        where = (place.profile, place.region)
        cases = [_reading(place, problems.get(where, ()))]
        for cluster in clusters.pop(where, ()):  # a place that is there twice has them once
            told = [each for each in cluster.results if each.rule not in off]
            for result in told:
                finding = found.get((*where, cluster.cluster_id, result.rule))
                cases += _of_rule(cluster, result, finding, document.fail_on)
            cases.append(_Case(_subject(cluster), "all other rules"))
        yield _Suite(" ".join(filter(None, where)), tuple(cases))


def _reading(place: PlaceEntry, problems: Iterable[SomewhereProblem]) -> _Case:
    """The test that a place was read."""
    case = _Case(_subject(place), "the place was read", lines=(status_of(place),))
    if place.failed:
        lines = tuple(line for each in problems for line in (each.in_full, each.remedy) if line)
        return case._replace(outcome="error", message=place.status, type=place.status, lines=lines)
    if place.status != "ok":
        return case._replace(outcome="skipped", message=place.status)
    return case


def _of_rule(
    cluster: ClusterEntry, result: RuleResult, finding: FindingEntry | None, fail_on: str | None
) -> Iterator[_Case]:
    case = _Case(_subject(cluster), result.rule)
    if finding is not None:
        yield _of_finding(case, finding, fail_on)
    elif result.result == "not evaluated":
        yield case._replace(outcome="skipped", message=f"not evaluated: {result.why}")


def _of_finding(case: _Case, finding: FindingEntry, fail_on: str | None) -> _Case:
    seen = ", ".join(f"{each.field} {each.value}" for each in finding.seen)
    words = (finding.why, f"Seen: {seen}" if seen else "", f"-> {finding.remedy}", finding.id)
    told = f"{finding.severity}: {finding.name or finding.cluster_id}: {finding.title}"
    case = case._replace(message=told, type=finding.severity, lines=tuple(filter(None, words)))
    if accepted := finding.accepted:
        reason = f"accepted until {accepted.until}: {accepted.reason}"
        return case._replace(outcome="skipped", message=f"{told}; {reason}")
    if finding.is_new is False:
        return case._replace(outcome="skipped", message=f"{told}; known before")
    if fail_on and Severity.named(finding.severity) < Severity.named(fail_on):
        return case._replace(outcome="skipped", message=f"{told}; below {fail_on}")
    return case._replace(outcome="failure")


def _subject(entry: PlaceEntry | ClusterEntry) -> str:
    """What a test is of, as the class of a test is named: parts with dots between."""
    cluster_id = entry.cluster_id if isinstance(entry, ClusterEntry) else None
    parts = (entry.account or entry.profile, entry.region or "no-region", cluster_id)
    return ".".join(part.replace(".", "_") for part in parts if part)


def _counts(cases: Iterable[_Case]) -> dict[str, str]:
    outcomes = Counter(case.outcome for case in cases)
    return {
        "tests": str(outcomes.total()),
        "failures": str(outcomes["failure"]),
        "errors": str(outcomes["error"]),
        "skipped": str(outcomes["skipped"]),
        "time": "0",
    }


def _named(name: str, counts: dict[str, str]) -> dict[str, str]:
    """The attributes of all suites together, which have no number of what was skipped."""
    return {"name": name} | {key: value for key, value in counts.items() if key != "skipped"}


def _attributes(attributes: dict[str, str]) -> str:
    return " ".join(f'{key}="{value}"' for key, value in attributes.items())


def _xml(suite: _Suite, document: Document) -> str:
    named = {"name": _text(suite.name), "timestamp": document.time}
    root = Element("testsuite", named | _counts(suite.cases))
    for case in suite.cases:
        element = SubElement(root, "testcase", classname=_text(case.subject), name=_text(case.name))
        element.set("time", "0")
        text = "\n".join(map(_text, case.lines))
        if case.outcome != "passed":
            told = SubElement(element, case.outcome, message=_text(case.message))
            if case.type:
                told.set("type", case.type)
            told.text = text
        elif text:
            SubElement(element, "system-out").text = text
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def _text(text: str) -> str:
    """Text from outside as XML may hold it."""
    return _NO_CHARACTERS.sub(lambda match: f"\\u{ord(match.group()):04x}", visible(text))
