"""One Markdown page on a cluster, or on several, for whoever takes the case over.

Importing it loads the library for certificates, which the first screen does without.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

from hsmtui.export.markdown import code, escaped, fenced, table
from hsmtui.model.backup import Backup, lasting, newest_ready
from hsmtui.model.certificates.certificate import Certificate, decode_pem
from hsmtui.model.certificates.chain import check_chain
from hsmtui.model.certificates.facts import RootFacts, described_roots
from hsmtui.model.certificates.kinds import KINDS, CertificateKind, why_missing
from hsmtui.model.certificates.openssl import commands
from hsmtui.model.certificates.pem import UnreadablePemError
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.cluster import Cluster, Hsm, as_document
from hsmtui.model.findings.finding import AcceptedFinding, Finding, Findings, Past
from hsmtui.model.history.events import Event
from hsmtui.model.origin import Answered, Origin
from hsmtui.model.redaction import redact
from hsmtui.model.times import age, stamp


class Failure(NamedTuple):
    """An error of the run: when, in which operation and request, in words, and what to do."""

    time: datetime
    operation: str
    request_id: str
    words: str
    remedy: str


_T = TypeVar("_T")


class LookedUp(NamedTuple, Generic[_T]):
    """What was read for the page, and when; `entries` is None where it failed, `why` says why."""

    time: datetime
    entries: tuple[_T, ...] | None
    why: str = ""


class InFile(NamedTuple):
    """What a file says of what is not read again: where it says nothing, that."""

    words: str = "Not in this file"


class UsingStore(NamedTuple):
    """A custom key store of KMS that uses the cluster."""

    id: str
    name: str
    state: str


class HandOver(NamedTuple):
    """All that the page is made of.

    `by` is the user and the host, with `version` that of hsmtui. `read_at` is when the cluster was
    read, `request_id` that of the request, "" where it is not known. `off` are the rules that were
    turned off. `roots` are what the chain of trust is checked against. `past` are the
    findings of this run that are gone. `events`, `failures` and `requests` are oldest first.
    """

    origin: Origin
    by: str
    version: str
    written: datetime
    cluster: Cluster
    read_at: datetime
    request_id: str
    findings: Findings
    off: Collection[str]
    past: Sequence[Past]
    roots: Roots
    backups: LookedUp[Backup] | InFile
    stores: LookedUp[UsingStore] | InFile
    events: Sequence[Event]
    failures: Sequence[Failure]
    requests: Sequence[Answered]


def page(case: HandOver) -> str:
    """The page; no text from outside is markup in it, and no secret is in it."""
    cluster, accepted = case.cluster, case.findings.accepted
    title = f"{cluster.name} ({cluster.cluster_id})" if cluster.name else cluster.cluster_id
    sections = [
        (f"# Hand-over: {_said(title)}", _provenance(case)),
        ("## Findings", _findings(case)),
        *([("## Accepted findings", _accepted(accepted))] if accepted else []),
        *([("## Findings that are gone", _past(case.past))] if case.past else []),
        ("## Cluster", _table(("Field", "Value"), _fields(cluster))),
        ("## HSMs", _hsms(cluster.hsms)),
        ("## Certificates", _certificates(cluster, case.written)),
        ("## Chain of trust", _chain(case)),
        ("## Tags", _tags(cluster)),
        ("## Backups", _backups(case)),
        ("## KMS key stores", _stores(case.stores)),
        ("## What has changed since hsmtui was started", _events(case.events)),
        ("## Errors of this run", _failures(case.failures)),
        ("## Requests of this connection", _requests(case.requests)),
        ("## To read it again", _commands(case)),
    ]
    return "\n".join(f"{heading}\n\n{text}" for heading, text in sections)


def page_of_several(cases: Sequence[HandOver]) -> str:
    """A table of the clusters, and then the page on each of them."""
    contents = _table(_CONTENTS, (_entry(number, case) for number, case in enumerate(cases, 1)))
    first = cases[0]
    head = _list(
        [
            ("Written", f"{stamp(first.written)} with hsmtui {first.version}"),
            ("By", first.by),
        ]
    )
    title = f"# Hand-over: {len(cases)} clusters"
    return "\n".join([f"{title}\n\n{head}\n## Contents\n\n{contents}", *map(page, cases)])


_CONTENTS = ("No.", "Cluster", "Name", "State", "Worst finding", "Account", "Region")


def _entry(number: int, case: HandOver) -> tuple[str | None, ...]:
    cluster, worst = case.cluster, case.findings.worst
    none = "none, but not all was evaluated" if case.findings.is_unknown else "none"
    return (
        str(number),
        cluster.cluster_id,
        cluster.name,
        cluster.state,
        worst.word if worst is not None else none,
        case.origin.account or "unknown",
        case.origin.known_region,
    )


_NAME = re.compile(r"(?<!\w)(?:CN|OU|O|L|ST|C)=")
"""Where the name in a certificate begins or goes on."""


def _said(text: str) -> str:
    """A text, as code where there is a name of a certificate in it: its words belong together."""
    return _as_code(text) if _NAME.search(text) else escaped(redact(text))


def _table(headers: Sequence[str], rows: Iterable[Sequence[str | None]]) -> str:
    return table(headers, ([redact(cell or "") for cell in row] for row in rows))


def _list(items: Iterable[tuple[str, str | None]]) -> str:
    return "".join(f"- {name}: {_said(value)}\n" for name, value in items if value)


def _as_code(text: str) -> str:
    return code(redact(text))


def _provenance(case: HandOver) -> str:
    """State, place, caller, and when the cluster was read."""
    origin, source = case.origin, case.origin.source
    alone = "read again alone, see the requests"
    request = f"request id {case.request_id}" if case.request_id else alone
    opened = "as the file says" if source and source.says_when else "the time of the file"
    return _list(
        [
            ("State", _stated(case.cluster.state, case.cluster.state_message)),
            ("ARN", origin.arn(case.cluster.cluster_id)),
            ("Account", origin.account or f"unknown: {origin.unknown}"),
            ("Region", origin.known_region),
            ("Endpoint", "DEMO, not AWS" if origin.is_demo else origin.endpoint),
            ("Caller", origin.caller or f"unknown: {origin.unknown}"),
            ("Profile", origin.known_profile),
            ("Credentials", origin.credentials),
            (
                "Opened from",
                f"{source.name}, {source.words}; AWS was not asked" if source else None,
            ),
            ("Read", f"{stamp(case.read_at)}, {opened if source else request}"),
            ("Written", f"{stamp(case.written)} with hsmtui {case.version}"),
            ("By", case.by),
        ]
    )


def _stated(state: str | None, message: str | None) -> str:
    return f"{state or 'none'}: {message}" if message else state or "none"


def _findings(case: HandOver) -> str:
    """What counts, and the rules of which nothing is known."""
    findings = case.findings
    unchecked = _list((_said(rule), why) for rule, why in findings.unchecked)
    off = ", ".join(sorted(case.off))
    source = case.origin.source
    said = (
        "Switched off when it was read"
        if source and source.says_when
        else "Switched off in the settings"
    )
    parts = [
        "\n".join(map(_finding, findings.findings)) or "None.\n",
        f"Not evaluated:\n\n{unchecked}" if unchecked else "",
        f"{said}: {_said(off)}\n" if off else "",
    ]
    return "\n".join(filter(None, parts))


def _finding(finding: Finding) -> str:
    seen = "; ".join(f"{_said(name)}: {_said(value)}" for name, value in finding.seen)
    facts = _list([("Why", finding.why), ("Remedy", str(finding.remedy))])
    return (
        f"### {finding.severity.name} {_said(finding.rule)}: {_said(finding.title)}\n\n"
        + (f"- Seen: {seen}\n" if seen else "")
        + facts
    )


def _accepted(accepted: Sequence[AcceptedFinding]) -> str:
    """Those that do not count, until when and why."""
    return "\n".join(
        _finding(finding)
        + _list(
            [("Accepted until", f"{by.until.isoformat()}, its end in UTC"), ("Reason", by.reason)]
        )
        for finding, by in accepted
    )


def _past(past: Sequence[Past]) -> str:
    return "\n".join(_finding(finding) + _list([("Gone", stamp(gone))]) for gone, finding in past)


_ELSEWHERE = ("Hsms", "Certificates", "TagList")
"""Fields that have sections of their own."""


def _fields(cluster: Cluster) -> Iterator[tuple[str, str]]:
    if cluster.odd:
        yield "Cannot be read", cluster.why_odd
    document = as_document(cluster)
    if isinstance(document, dict):
        yield from _flat("", {k: v for k, v in document.items() if k not in _ELSEWHERE})


def _flat(prefix: str, document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in document.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}{name} ", value)
        else:
            yield f"{prefix}{name}", str(value)


_HSM_FIELDS = {
    "HsmId": "hsm_id",
    "State": "state",
    "AZ": "availability_zone",
    "Type": "hsm_type",
    "Subnet": "subnet_id",
    "ENI": "eni_id",
    "IP": "eni_ip",
    "IPv6": "eni_ip_v6",
    "Message": "state_message",
}
"""The columns of the table of HSMs: a header, and the field of `Hsm` under it."""


def _hsms(modules: Sequence[Hsm] | None) -> str:
    if modules is None:
        return "The answer had no HSM list.\n"
    if not modules:
        return "None.\n"
    return _table(tuple(_HSM_FIELDS), map(attrgetter(*_HSM_FIELDS.values()), modules))


def _certificates(cluster: Cluster, now: datetime) -> str:
    present = [kind for kind in KINDS if kind.pem(cluster.certificates)]
    missing = [(kind.title, _missing(kind, cluster)) for kind in KINDS if kind not in present]
    lists = [_certificate(kind, kind.pem(cluster.certificates) or "", now) for kind in present]
    return "\n".join([*lists, *([_list(missing)] if missing else [])])


def _missing(kind: CertificateKind, cluster: Cluster) -> str:
    why = why_missing(kind, cluster)
    return f"none (there is one {why})" if why == kind.presence else f"none ({why})"


def _certificate(kind: CertificateKind, pem: str, now: datetime) -> str:
    try:
        certificate = decode_pem(pem)
    except UnreadablePemError as error:
        return _list([(kind.title, f"cannot be read: {error}")])
    facts = [
        ("Subject", certificate.subject),
        ("Issuer", certificate.issuer),
        ("Serial", certificate.serial),
        ("Valid from", _moment(certificate.not_before)),
        ("Valid until", _until(certificate, now)),
        ("Key", f"{certificate.key}, signed with {certificate.signature_algorithm}"),
        ("SHA-256", certificate.fingerprint),
        ("SHA-256 of the key", certificate.public_key_fingerprint),
    ]
    return f"### {kind.title}\n\n{_list(facts)}"


def _chain(case: HandOver) -> str:
    """The verdict, each link, and the roots that it goes by with their fingerprints."""
    chain = check_chain(case.cluster.certificates, case.roots, case.written)
    links = [(_said(link.name), f"{link.verdict.name}: {link.why}") for link in chain.links]
    remarks = [("Roots", remark) for remark in (chain.hint, *chain.problems)]
    checked = [("Checked", stamp(case.written))] if chain.links else []
    parts = [
        f"{_said(chain.headline)}\n",
        _list([*checked, *links, *remarks]),
        _roots(described_roots(case.roots)),
    ]
    return "\n".join(filter(None, parts))


def _roots(roots: Sequence[RootFacts]) -> str:
    """The files of the settings, with the root in each or what is wrong with it."""
    return "\n".join(map(_root, roots)) or "The settings name no roots.\n"


def _root(root: RootFacts) -> str:
    facts = [
        ("Subject", root.subject),
        ("SHA-256", root.sha256),
        ("Valid until", _moment(root.not_after)),
        ("Cannot be used", root.problem),
    ]
    return f"### Root in {_said(root.file)}\n\n{_list(facts)}"


def _moment(moment: datetime | None) -> str:
    return stamp(moment) if moment else ""


def _until(certificate: Certificate, now: datetime) -> str | None:
    end = certificate.not_after
    return None if end is None else f"{stamp(end)} ({certificate.lasts(now)})"


def _tags(cluster: Cluster) -> str:
    tags = cluster.tag_list
    if tags is None:
        return "The answer had no tags.\n"
    rows = sorted((tag.key, tag.value) for tag in tags)
    return _table(("Key", "Value"), rows) if rows else "None.\n"


def _looked_up(found: LookedUp[_T] | InFile, told: Callable[[Sequence[_T]], str]) -> str:
    """When it was read and what was there, or why that is not known."""
    if isinstance(found, InFile):
        return f"{_said(found.words)}.\n"
    if found.entries is None:
        words = f"Not known: they could not be read at {stamp(found.time)}: {found.why}"
        return f"{_said(words)}\n"
    return f"Read: {stamp(found.time)}\n\n{told(found.entries)}"


def _backups(case: HandOver) -> str:
    """All of them, and which is the newest that a cluster can be made from."""
    days = case.cluster.retention_days

    def told(backups: Sequence[Backup]) -> str:
        if not backups:
            return "None.\n"
        newest = newest_ready(backups)
        rows = [
            (
                *(b.backup_id, b.backup_state, *_made(b.create_timestamp, case.written)),
                lasting(b, days, case.written),
            )
            for b in backups
        ]
        headers = ("BackupId", "State", "Made", "Age", "Lasts")
        words = f"Newest that is READY: {newest.backup_id if newest else 'none'}"
        return f"{_said(words)}\n\n{_table(headers, rows)}"

    return _looked_up(case.backups, told)


def _stores(stores: LookedUp[UsingStore] | InFile) -> str:
    def told(using: Sequence[UsingStore]) -> str:
        return (
            _table(("Id", "Name", "State"), using)
            if using
            else "No KMS key store uses this cluster.\n"
        )

    return _looked_up(stores, told)


def _made(moment: datetime | None, now: datetime) -> tuple[str, str]:
    return (stamp(moment), age(moment, now)) if moment else ("", "")


def _events(events: Sequence[Event]) -> str:
    rows = [(stamp(event.time), event.difference.words) for event in reversed(events)]
    return _table(("Seen", "What"), rows) if rows else "No changes were seen.\n"


def _failures(failures: Sequence[Failure]) -> str:
    """Those that say the same one after the other are one row, with the last of them."""
    alike = groupby(reversed(failures), lambda each: (each.operation, each.words, each.remedy))
    rows = [_failure(words, remedy, list(same)) for (_, words, remedy), same in alike]
    headers = ("Last time", "Times", "Operation", "Request id", "What happened", "What to do")
    return _table(headers, rows) if rows else "None.\n"


def _failure(words: str, remedy: str, same: Sequence[Failure]) -> tuple[str, ...]:
    last = same[0]
    return (stamp(last.time), str(len(same)), last.operation, last.request_id, words, remedy)


def _requests(requests: Sequence[Answered]) -> str:
    rows = [(stamp(r.time), r.operation, str(r.status), r.request_id) for r in reversed(requests)]
    return _table(("Time", "Operation", "Status", "Request id"), rows) if rows else "None.\n"


def _commands(case: HandOver) -> str:
    origin, cluster_id = case.origin, case.cluster.cluster_id
    lines = filter(None, (origin.aws_command(cluster_id), origin.own_command(cluster_id)))
    words = redact("\n".join(lines))
    shown = fenced(words, "sh") if words else "None: the file came through a pipe.\n"
    proof = "\n".join(commands(case.cluster))
    if not proof:
        return shown
    return f"{shown}\nWhere the certificates were saved:\n\n{fenced(proof, 'sh')}"
