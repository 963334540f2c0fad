"""The JSON document of a check, schema `hsmtui.check/1`: every field, its type and its meaning.

All formats are made from it, `--from` and `--new-since` read it, and docs/check-json.md and
schema.json are tested against it. Texts are redacted, but may hold what a terminal must not see.
Times are ISO 8601 in UTC, to the second.
"""

from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

SCHEMA = "hsmtui.check/1"

SeverityWord: TypeAlias = Literal["critical", "high", "medium", "low", "info"]
ResultWord: TypeAlias = Literal["pass", "finding", "accepted", "not evaluated"]
Status: TypeAlias = Literal["ok", "not whole", "not read", "not enabled", "needs a sign-in"]
AcceptanceState: TypeAlias = Literal["in force", "ended", "matches nothing"]
Time: TypeAlias = Annotated[str, Meta(description="ISO 8601 in UTC, such as 2026-11-21T17:09:30Z")]
Count: TypeAlias = Annotated[int, Meta(ge=0)]


class _Record(msgspec.Struct, frozen=True, gc=False):
    """A JSON object of the document."""


class Problem(_Record, frozen=True, kw_only=True):
    """Why something could not be read."""

    operation: str
    code: str
    title: str
    detail: str
    remedy: str
    request_id: str

    @property
    def in_full(self) -> str:
        """What happened, and in which request."""
        request = f", request id {self.request_id}" if self.request_id else ""
        words = f"{self.title}: {self.detail}" if self.detail else self.title
        return f"{self.operation}{request}: {words}"


class SomewhereProblem(Problem, frozen=True, kw_only=True):
    """The same, and the place in which it happened."""

    profile: str
    region: str | None
    account: str | None


class PlaceEntry(_Record, frozen=True, kw_only=True):
    """A place: a profile and a region, as whom it was read and how far.

    `same_as` is the profile through which all of it was read before, "" where there is none.
    `clusters` are those that were read, `matching` those of them that match the filter; what a
    place before has is not counted again. `read_at` is when its first page came. `failed` says that
    it should have been read and was not, or not wholly: a region that is not enabled does not fail
    where another place was read. `error` is the first of its problems.
    """

    profile: str
    region: str | None
    partition: str | None
    endpoint: str | None
    account: str | None
    caller: str | None
    status: Status
    failed: bool
    same_as: str
    clusters: Count
    matching: Count
    pages: Count
    backups: Count | None
    read_at: Time | None
    error: Problem | None


class RuleEntry(_Record, frozen=True, kw_only=True):
    """A rule, whether it was on, and from what on it finds something.

    `severity` is that which the settings give it, None where they give none; `thresholds` are the
    settings that it goes by, by their keys.
    """

    rule: str
    on: bool
    severity: SeverityWord | None
    thresholds: dict[str, str | int | list[str]]


class RootEntry(_Record, frozen=True, kw_only=True):
    """A trusted root, or a file of the settings that holds none that can be used."""

    file: str
    subject: str | None
    sha256: str | None
    not_after: Time | None
    problem: str


class AcceptanceEntry(_Record, frozen=True, kw_only=True):
    """An acceptance of the settings, its state, and how many findings it is about.

    "matches nothing" is said only where all that was asked for was read, without a filter, and a
    place that it is about was asked.
    """

    rule: str
    cluster: str
    tag: str
    account: str
    region: str
    until: str
    reason: str
    state: AcceptanceState
    findings: Count


class RuleResult(_Record, frozen=True, kw_only=True):
    """What a rule says of a cluster; `why` is "" but for "not evaluated"."""

    rule: str
    result: ResultWord
    why: str = ""


class CertificateEntry(_Record, frozen=True, kw_only=True):
    """A certificate or a request of a cluster; `kind` is the API's name of the member.

    A request has no issuer, serial, dates and `sha256`. `problem` says why it cannot be decoded.
    """

    kind: str
    subject: str | None = None
    issuer: str | None = None
    serial: str | None = None
    not_before: Time | None = None
    not_after: Time | None = None
    sha256: str | None = None
    public_key_sha256: str | None = None
    problem: str = ""


class BackupEntry(_Record, frozen=True, kw_only=True):
    """The newest backup of a cluster that is READY."""

    backup_id: str
    created: Time | None


class ClusterEntry(_Record, frozen=True, kw_only=True):
    """A cluster of the inventory.

    `cluster` has every field of the service's answer but secrets, by the API's names.
    `hsms` and `hsms_active` are None where the answer had no list of HSMs. `backups` is how many
    backups were read, None where they were not read; `newest_backup` is None where none is READY,
    too. `results` has every rule in the order of `rules`.
    """

    arn: str | None
    cluster_id: str
    name: str | None
    account: str | None
    region: str | None
    profile: str
    read_at: Time
    state: str | None
    hsms: Count | None
    hsms_active: Count | None
    backups: Count | None
    newest_backup: BackupEntry | None
    certificates: tuple[CertificateEntry, ...]
    results: tuple[RuleResult, ...]
    cluster: dict[str, Any]


class Seen(_Record, frozen=True, kw_only=True):
    """What a rule saw: a field by the API's name, and its value."""

    field: str
    value: str


class AcceptedBy(_Record, frozen=True, kw_only=True):
    """Why a finding does not count, and until the end of which day (UTC)."""

    until: str
    reason: str


class FindingEntry(_Record, frozen=True, kw_only=True):
    """A finding. `id` is the same in every document for the same rule and cluster.

    `is_new` is None unless an earlier document was given with --new-since.
    """

    id: str
    rule: str
    severity: SeverityWord
    arn: str | None
    cluster_id: str
    name: str | None
    account: str | None
    region: str | None
    profile: str
    title: str
    seen: tuple[Seen, ...]
    why: str
    remedy: str
    accepted: AcceptedBy | None = None
    is_new: bool | None = None


class UncheckedEntry(_Record, frozen=True, kw_only=True):
    """A rule that was not evaluated for a cluster, and why."""

    rule: str
    cluster_id: str
    why: str
    profile: str
    region: str | None
    account: str | None


class Earlier(_Record, frozen=True, kw_only=True):
    """The document of --new-since: of when it is, and which of its findings are no more.

    `gone` has the ids of findings that counted then and are not found any more, of places that were
    read whole and rules that were evaluated. It is empty where the two have another filter:
    `comparable` is then false.
    """

    time: Time
    whole: bool
    comparable: bool
    gone: tuple[str, ...]


class ReadCounts(_Record, frozen=True, kw_only=True):
    """How much was read; `backups` is None where nowhere any were."""

    clusters: Count
    pages: Count
    backups: Count | None


class Document(_Record, frozen=True, kw_only=True):
    """A check: when, with what, of which places, what was read, and what was found.

    `whole` says whether everything that was asked for was read. `counts` are the findings that
    count, by severity; accepted ones are in `accepted`. `findings` has both, worst first.
    `inventory` has every cluster that matches the filter. `fail_on` is from what on the exit status
    tells of findings, None where it tells of none. `min_clusters` is that of the command
    line: where fewer were read it is not whole.
    """

    schema: Literal["hsmtui.check/1"] = "hsmtui.check/1"
    tool: str
    time: Time
    demo: bool
    filter: str | None
    whole: bool
    problems: tuple[SomewhereProblem, ...]
    read: ReadCounts
    fail_on: SeverityWord | None
    min_clusters: Count
    matching: Count
    counts: dict[SeverityWord, Count]
    accepted: Count
    places: tuple[PlaceEntry, ...]
    rules: tuple[RuleEntry, ...]
    roots: tuple[RootEntry, ...]
    acceptances: tuple[AcceptanceEntry, ...]
    inventory: tuple[ClusterEntry, ...]
    findings: tuple[FindingEntry, ...]
    unchecked: tuple[UncheckedEntry, ...]
    earlier: Earlier | None = None
