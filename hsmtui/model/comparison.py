"""What differs between clusters, field by field, as far as it is known.

Importing it loads the library for certificates, which the first screen does without.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import NamedTuple
from unicodedata import normalize

from hsmtui.model.backup import Backup, newest_ready
from hsmtui.model.certificates.facts import CertificateFacts, described
from hsmtui.model.certificates.kinds import KINDS
from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.findings.evaluate import RULES, why_not_asked
from hsmtui.model.findings.finding import Finding, Findings, Unread
from hsmtui.model.findings.severity import Severity
from hsmtui.model.state import Tone, appearance
from hsmtui.model.times import stamp


class Knowledge(Enum):
    """What is known of a value."""

    TOLD = "told"
    ABSENT = "there is none"
    UNREAD = "not known"


class ComparedValue(NamedTuple):
    """What one cluster has in a field; the text of one that is not known says why.

    Two are equal when knowledge and text are. `tone` and `severity` are how bad it is. Texts are
    not yet made safe to draw.
    """

    knowledge: Knowledge
    text: str = ""
    tone: Tone | None = None
    severity: Severity | None = None


class ComparedField(NamedTuple):
    """A field, and what each cluster has in it, in the order of the clusters."""

    label: str
    values: tuple[ComparedValue, ...]

    @property
    def is_same(self) -> bool:
        """Whether all are known, and equal; two that are not known may differ."""
        known = [value for value in self.values if value.knowledge is not Knowledge.UNREAD]
        return len(known) == len(self.values) and len({value[:2] for value in known}) <= 1

    @property
    def is_different(self) -> bool:
        """Whether two that are known differ."""
        return len({v[:2] for v in self.values if v.knowledge is not Knowledge.UNREAD}) > 1

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of the values; those that an eye might not tell apart with their code points,
        and in quotation marks what begins or ends with a blank."""
        looks = Counter(normalize("NFKC", text) for text in {value.text for value in self.values})
        return tuple(
            f'"{text}"' if text != text.strip() else text
            for text in (
                value.text
                if looks[normalize("NFKC", value.text)] == 1
                else value.text.encode("unicode_escape").decode("ascii")
                for value in self.values
            )
        )

    @property
    def is_told(self) -> bool:
        """Whether it is known that a cluster has it."""
        return any(value.knowledge is Knowledge.TOLD for value in self.values)


class ComparedCluster(NamedTuple):
    """A cluster, where it is, when it was read, and what is known beside its record.

    `account` is None where it is not known; `unknown` then says why. `profile` and `region` are "?"
    where a file does not say them. `off` are the rules that were not asked. `backups` are as
    `Known` has them.
    """

    cluster: Cluster
    profile: str
    account: str | None
    region: str
    read_at: datetime
    findings: Findings = Findings()
    off: Collection[str] = ()
    backups: tuple[Backup, ...] | Unread | None = None
    unknown: str = "STS has not answered yet"


class Comparison:
    """The fields of clusters beside each other; Name, id and place stand above them."""

    def __init__(self, clusters: Sequence[ComparedCluster]) -> None:
        self.clusters = tuple(clusters)
        self.fields = tuple(_fields(self.clusters))

    @cached_property
    def same(self) -> tuple[ComparedField, ...]:
        """What all of them have alike, or all of them lack."""
        return tuple(field for field in self.fields if field.is_same)

    @cached_property
    def differing(self) -> tuple[ComparedField, ...]:
        """What is not known to be the same."""
        return tuple(field for field in self.fields if not field.is_same)

    @property
    def words(self) -> str:
        """How many fields differ, may differ as they are not known of all, or are the same."""
        differ = sum(field.is_different for field in self.differing)
        unknown, same = len(self.differing) - differ, len(self.same)
        parts = ["1 field differs" if differ == 1 else f"{differ} fields differ"]
        parts += [f"{unknown} not known"] if unknown else []
        return ", ".join([*parts, f"{same} the same"])


_ABSENT = ComparedValue(Knowledge.ABSENT)
_UNREADABLE = ComparedValue(Knowledge.UNREAD, "cannot be read in the answer")
_NO_LIST = ComparedValue(Knowledge.UNREAD, "the answer had no HSM list")
_NO_TAGS = ComparedValue(Knowledge.UNREAD, "the answer had no tags")


def _told(text: str | None) -> ComparedValue:
    """An empty text is one."""
    return _ABSENT if text is None else ComparedValue(Knowledge.TOLD, text)


def _unread(why: str) -> ComparedValue:
    return ComparedValue(Knowledge.UNREAD, why)


_Clusters = tuple[ComparedCluster, ...]


def _fields(clusters: _Clusters) -> Iterator[ComparedField]:
    if any(each.cluster.odd for each in clusters):
        yield _field("Not readable", clusters, _odd)
    for label, member, value in _MEMBERS:
        yield _field(label, clusters, _readable(value, member))
    yield from _zones(clusters)
    yield from _places(clusters)
    yield from _tags(clusters)
    yield from _certificates(clusters)
    yield from _findings(clusters)
    yield _field("Newest backup", clusters, _newest_backup)


def _field(
    label: str, clusters: _Clusters, value: Callable[[ComparedCluster], ComparedValue]
) -> ComparedField:
    return ComparedField(label, tuple(map(value, clusters)))


def _readable(
    value: Callable[[Cluster], ComparedValue], *members: str
) -> Callable[[ComparedCluster], ComparedValue]:
    """The value, unless one of these members of the answer cannot be read."""

    def read(compared: ComparedCluster) -> ComparedValue:
        cluster = compared.cluster
        return _UNREADABLE if cluster.is_odd_in("", *members) else value(cluster)

    return read


def _odd(compared: ComparedCluster) -> ComparedValue:
    return _unread(compared.cluster.why_odd) if compared.cluster.odd else _ABSENT


# Members of the record


def _state(state: str | None) -> ComparedValue:
    seen = appearance(state)
    if state is None:
        return _ABSENT
    return ComparedValue(Knowledge.TOLD, f"{seen.glyph} {state}", seen.tone)


def _active(cluster: Cluster) -> ComparedValue:
    hsms = cluster.hsms
    if hsms is None:
        return _NO_LIST
    return _told(f"{sum(hsm.state == 'ACTIVE' for hsm in hsms)} of {len(hsms)} active")


def _retention(cluster: Cluster) -> ComparedValue:
    policy = cluster.backup_retention_policy
    if policy is None:
        return _ABSENT
    if cluster.retention_days is not None:
        return _told(f"{cluster.retention_days} day{'' if cluster.retention_days == 1 else 's'}")
    return _told(" ".join(filter(None, (policy.value, policy.type))) or None)


def _moment(moment: datetime | None) -> ComparedValue:
    return _told(stamp(moment) if moment else None)


def _password(cluster: Cluster) -> ComparedValue:
    """Whether there is one, and never whether two are the same."""
    return _told("not set" if cluster.pre_co_password is None else "set")


_MEMBERS: tuple[tuple[str, str, Callable[[Cluster], ComparedValue]], ...] = (
    ("State", "State", lambda c: _state(c.state)),
    ("StateMessage", "StateMessage", lambda c: _told(c.state_message)),
    ("HSMs", "Hsms", _active),
    ("HsmType", "HsmType", lambda c: _told(c.hsm_type)),
    ("Mode", "Mode", lambda c: _told(c.mode)),
    ("NetworkType", "NetworkType", lambda c: _told(c.network_type)),
    ("VpcId", "VpcId", lambda c: _told(c.vpc_id)),
    ("SecurityGroup", "SecurityGroup", lambda c: _told(c.security_group)),
    ("BackupPolicy", "BackupPolicy", lambda c: _told(c.backup_policy)),
    ("Retention", "BackupRetentionPolicy", _retention),
    ("SourceBackupId", "SourceBackupId", lambda c: _told(c.source_backup_id)),
    ("Created", "CreateTimestamp", lambda c: _moment(c.create_timestamp)),
    (
        "Roll-back until",
        "HsmTypeRollbackExpiration",
        lambda c: _moment(c.hsm_type_rollback_expiration),
    ),
    ("PreCoPassword", "PreCoPassword", _password),
)
"""Label, member of the answer by the API's name, and value."""


# Availability zones

_NO_ZONE = "no zone"


def _zones(clusters: _Clusters) -> Iterator[ComparedField]:
    """For each zone in which any of them has a subnet or an HSM that subnet, and its HSMs."""
    names: set[str] = set()
    for each in clusters:
        names.update(each.cluster.subnet_mapping or ())
        names.update(hsm.availability_zone or _NO_ZONE for hsm in each.cluster.hsms or ())
    for zone in sorted(names):
        yield _field(f"{zone} HSMs", clusters, _readable(_hsms_in(zone), "Hsms"))
        yield _field(f"{zone} subnet", clusters, _readable(_subnet_in(zone), "SubnetMapping"))


def _subnet_in(zone: str) -> Callable[[Cluster], ComparedValue]:
    return lambda cluster: _told((cluster.subnet_mapping or {}).get(zone))


def _hsms_in(zone: str) -> Callable[[Cluster], ComparedValue]:
    """How many HSMs are in which state there: their ids differ from cluster to cluster."""

    def read(cluster: Cluster) -> ComparedValue:
        if cluster.hsms is None:
            return _NO_LIST
        there = [hsm for hsm in cluster.hsms if (hsm.availability_zone or _NO_ZONE) == zone]
        counts = Counter(_hsm_words(hsm, cluster) for hsm in there)
        return _told(", ".join(f"{n} {words}" for words, n in sorted(counts.items())) or None)

    return read


def _hsm_words(hsm: Hsm, cluster: Cluster) -> str:
    other = hsm.hsm_type if hsm.hsm_type != cluster.hsm_type else None
    kind = f" {other}" if other else ""
    return f"{hsm.state or 'without a State'}{kind}" + (
        f" ({hsm.state_message})" if hsm.state_message else ""
    )


# Places


def _places(clusters: _Clusters) -> Iterator[ComparedField]:
    yield _field("Account", clusters, _account)
    yield _field("Region", clusters, lambda c: _NOT_SAID if c.region == "?" else _told(c.region))
    yield _field("Profile", clusters, lambda c: _NOT_SAID if c.profile == "?" else _told(c.profile))


def _account(compared: ComparedCluster) -> ComparedValue:
    return _told(compared.account) if compared.account else _unread(compared.unknown)


_NOT_SAID = ComparedValue(Knowledge.UNREAD, "the file does not say")


# Tags


def _tags(clusters: _Clusters) -> Iterator[ComparedField]:
    keys = {tag.key for each in clusters for tag in each.cluster.tag_list or ()}
    if not keys and any(each.cluster.tag_list is None for each in clusters):
        yield _field(
            "Tags", clusters, lambda c: _NO_TAGS if c.cluster.tag_list is None else _ABSENT
        )
    for key in sorted(keys, key=lambda key: (key != "Name", key.casefold(), key)):
        yield _field(f"Tag {key}", clusters, _readable(_tag(key), "TagList"))


def _tag(key: str) -> Callable[[Cluster], ComparedValue]:
    def read(cluster: Cluster) -> ComparedValue:
        if cluster.tag_list is None:
            return _NO_TAGS
        values = [tag.value for tag in cluster.tag_list if tag.key == key]
        return _told(", ".join(values)) if values else _ABSENT

    return read


# Certificates

_FACTS: tuple[tuple[str, Callable[[CertificateFacts], str | None]], ...] = (
    ("ends", lambda facts: stamp(facts.not_after) if facts.not_after else None),
    ("issuer", lambda facts: facts.issuer),
    ("subject", lambda facts: facts.subject),
    ("SHA-256", lambda facts: facts.sha256),
    ("key SHA-256", lambda facts: facts.public_key_sha256),
)


def _certificates(clusters: _Clusters) -> Iterator[ComparedField]:
    """What is told of each kind that any of them has; one that cannot be read in any says why."""
    facts = [{f.kind: f for f in described(each.cluster.certificates)} for each in clusters]
    for kind in KINDS:
        own = [each.get(kind.api_name) for each in facts]
        pairs = list(zip(clusters, own, strict=True))
        fields = [
            ComparedField(
                f"{kind.title} {name}", tuple(_fact(each.cluster, f, fact) for each, f in pairs)
            )
            for name, fact in _FACTS
        ]
        told = [field for field in fields if field.is_told]
        if any(own):
            yield from told or [fields[0]._replace(label=kind.title)]


def _fact(
    cluster: Cluster,
    facts: CertificateFacts | None,
    fact: Callable[[CertificateFacts], str | None],
) -> ComparedValue:
    if cluster.is_odd_in("", "Certificates"):
        return _UNREADABLE
    if facts is None:
        return _ABSENT
    if facts.problem and facts.subject is None:
        return _unread(f"cannot be read: {facts.problem}")
    return _told(fact(facts))


# Findings


def _findings(clusters: _Clusters) -> Iterator[ComparedField]:
    """Each rule that has found something in any of them, or could not be evaluated there, in the
    order of the rules."""
    said = {finding.rule for each in clusters for finding in each.findings.found}
    said.update(each.rule for compared in clusters for each in compared.findings.unchecked)
    ordered = [rule for rule in RULES if rule in said]
    for rule in (*ordered, *sorted(said - RULES.keys())):
        yield _field(rule, clusters, _finding_of(rule))


def _finding_of(rule: str) -> Callable[[ComparedCluster], ComparedValue]:
    def read(compared: ComparedCluster) -> ComparedValue:
        findings = compared.findings
        for finding in findings.findings:
            if finding.rule == rule:
                return _finding(finding)
        for finding, _ in findings.accepted:
            if finding.rule == rule:
                return _told(f"accepted {finding.severity.word}: {finding.title}")
        why = [each.why for each in findings.unchecked if each.rule == rule]
        off = frozenset(compared.off)
        not_asked = why_not_asked(rule, compared.cluster.state, off)
        return _unread(reason) if (reason := "".join(why[:1]) or not_asked) else _ABSENT

    return read


def _finding(finding: Finding) -> ComparedValue:
    severity = finding.severity
    words = f"{severity.glyph} {severity.word}: {finding.title}"
    return ComparedValue(Knowledge.TOLD, words, severity=severity)


# Backups


def _newest_backup(compared: ComparedCluster) -> ComparedValue:
    backups = compared.backups
    if backups is None:
        return _unread("not read")
    if isinstance(backups, Unread):
        return _unread(backups.why)
    if any(backup.odd for backup in backups):
        return _unread("a backup cannot be read")
    newest = newest_ready(backups)
    if newest is None:
        undated = any(backup.backup_state == "READY" for backup in backups)
        return _unread("a READY backup has no CreateTimestamp") if undated else _ABSENT
    return _moment(newest.create_timestamp)
