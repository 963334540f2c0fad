"""What differs between two records of a cluster, one read after the other."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from itertools import chain
from typing import NamedTuple

from msgspec import Struct

from hsmtui.model.cluster import BackupRetentionPolicy, Certificates, Cluster, Hsm
from hsmtui.model.entry import Entry
from hsmtui.model.redaction import Secret
from hsmtui.model.state import Appearance, Tone, appearance
from hsmtui.model.text import shortened
from hsmtui.model.times import stamp

LONGEST_SHOWN_VALUE = 200
"""Characters of a value that are kept; the record itself has the rest."""


class DifferenceKind(Enum):
    """What has happened; all but FIELD are changes of state."""

    STATE = "the cluster is in another state"
    APPEARED = "the cluster was not there before"
    GONE = "the cluster is there no longer"
    ENTERED = "the service's filter did not list the cluster before"
    LEFT = "the service's filter lists the cluster no longer"
    HSM_STATE = "an HSM is in another state"
    HSM_APPEARED = "an HSM was not there before"
    HSM_GONE = "an HSM is there no longer"
    HSM_REPLACED = "another HSM has taken over the network interface of one"
    FIELD = "another member of the record has another value"


class Difference(NamedTuple):
    """One thing that has changed; `old` and `new` are None where there was, or is, nothing.

    They are states, but ids for HSM_REPLACED and values for FIELD. `field` is the API's name of
    the member, a tag's with its key. `hsm` is the id of the HSM that it is about, the new one's
    where there are two, "" for the cluster itself. `message` is the service's StateMessage.
    """

    kind: DifferenceKind
    field: str
    old: str | None
    new: str | None
    hsm: str = ""
    message: str = ""

    @property
    def is_of_state(self) -> bool:
        """Whether this is a change of state, which the screen announces."""
        return self.kind is not DifferenceKind.FIELD

    @property
    def appearance(self) -> Appearance:
        """How the new state looks; what is gone looks like what is deleted."""
        if self.kind in _LOSSES:
            return appearance("DELETED")
        if self.kind is DifferenceKind.HSM_REPLACED or self.kind is DifferenceKind.FIELD:
            return Appearance("·", "", Tone.GOOD)
        return appearance(self.new)

    @property
    def words(self) -> str:
        """Such as ``hsm-3kd72vqyzma ACTIVE → DEGRADED``, not yet made safe to draw."""
        old, new = _shown(self.old), _shown(self.new)
        words = {
            DifferenceKind.APPEARED: f"appeared, {new}",
            DifferenceKind.GONE: f"gone, was {old}",
            DifferenceKind.ENTERED: f"now matches the filter, {new}",
            DifferenceKind.LEFT: f"no longer matches the filter, was {old}",
            DifferenceKind.HSM_APPEARED: f"{self.hsm} appeared, {new}",
            DifferenceKind.HSM_GONE: f"{self.hsm} gone, was {old}",
            DifferenceKind.HSM_REPLACED: f"{old} replaced by {new}",
            DifferenceKind.FIELD: f"{self.field} {old} → {new}",
        }.get(self.kind, f"{old} → {new}")
        if self.hsm and self.kind in {DifferenceKind.HSM_STATE, DifferenceKind.FIELD}:
            words = f"{self.hsm} {words}"
        return f"{words}: {self.message}" if self.message else words


_LOSSES = {DifferenceKind.GONE, DifferenceKind.LEFT, DifferenceKind.HSM_GONE}

_URGENCY = (Tone.BAD, Tone.GONE, Tone.UNKNOWN, Tone.WAITING, Tone.MOVING, Tone.GOOD)


def urgency(difference: Difference) -> int:
    """A sort key: what is worse comes first."""
    return _URGENCY.index(difference.appearance.tone)


_COLUMNS = {
    "State": "state",
    "HsmType": "type",
    "Mode": "mode",
    "VpcId": "vpc",
    "SubnetMapping": "azs",
    "NetworkType": "network",
    "BackupRetentionPolicy": "retention",
    "CreateTimestamp": "age",
    "Tag Name": "name",
}


def columns_of(differences: Iterable[Difference]) -> frozenset[str]:
    """The ids of the columns in which these can be seen; a new row is seen by its id."""
    return frozenset(chain.from_iterable(map(_columns, differences)))


def _columns(difference: Difference) -> tuple[str, ...]:
    if difference.kind in {DifferenceKind.APPEARED, DifferenceKind.ENTERED}:
        return ("cluster",)
    if difference.hsm or difference.field == "Hsms":
        return ("hsms", "azs") if _may_change_zones(difference) else ("hsms",)
    column = _COLUMNS.get(difference.field)
    return (column,) if column else ()


def _may_change_zones(difference: Difference) -> bool:
    """Whether a difference of HSMs may change in which zones they are; DELETED ones are in none."""
    if difference.kind is DifferenceKind.HSM_STATE:
        return "DELETED" in {difference.old, difference.new}
    return difference.kind is not DifferenceKind.FIELD or difference.field in _OF_ZONES


_OF_ZONES = {"Hsms", "AvailabilityZone"}


def state_of(kind: DifferenceKind, old: Cluster | None, new: Cluster | None) -> Difference:
    """A difference that is about a cluster's being in a state at all."""
    return _difference(kind, "State", old, new)


def differences(old: Cluster, new: Cluster) -> tuple[Difference, ...]:
    """What has changed from one record of a cluster to the next, none for equal ones.

    Where the state has changed, its message belongs to that. A record without an HSM list says
    nothing of HSMs.
    """
    changed: list[Difference] = []
    if old == new:
        return ()
    if old.state != new.state:
        changed.append(state_of(DifferenceKind.STATE, old, new))
    if old.hsms is None or new.hsms is None:
        changed += _value("Hsms", _count(old.hsms), _count(new.hsms))
    else:
        changed += _hsms(old.hsms, new.hsms)
    covered = {"state", "hsms"} | ({"state_message"} if old.state != new.state else set())
    for name, api_name in _members(Cluster):
        before, after = getattr(old, name), getattr(new, name)
        if name not in covered and before != after:
            changed += _field(api_name, before, after)
    return tuple(changed)


def _members(part: type[Struct]) -> Iterable[tuple[str, str]]:
    fields = zip(part.__struct_fields__, part.__struct_encode_fields__, strict=True)
    return (field for field in fields if field[0] not in Entry.__struct_fields__)


def _hsms(old: tuple[Hsm, ...], new: tuple[Hsm, ...]) -> list[Difference]:
    """HSMs are the same by their id; one with another id on the same ENI is a replacement. Where an
    id comes twice, of which only the last is compared, how many there are is told besides."""
    before = {hsm.hsm_id: hsm for hsm in old}
    after = {hsm.hsm_id: hsm for hsm in new}
    gone = {hsm_id: hsm for hsm_id, hsm in before.items() if hsm_id not in after}
    by_eni = {hsm.eni_id: hsm for hsm in gone.values() if hsm.eni_id}
    changed: list[Difference] = []
    if len(before) < len(old) or len(after) < len(new):
        changed += _value("Hsms", _active(old), _active(new))
    for hsm_id, hsm in after.items():
        if hsm_id in before:
            changed += _hsm(before[hsm_id], hsm)
        elif hsm.eni_id and hsm.eni_id in by_eni:
            predecessor = by_eni.pop(hsm.eni_id)
            del gone[predecessor.hsm_id]
            changed.append(_replaced(predecessor, hsm))
        else:
            changed.append(_of_hsm(DifferenceKind.HSM_APPEARED, None, hsm))
    return changed + [_of_hsm(DifferenceKind.HSM_GONE, hsm, None) for hsm in gone.values()]


def _active(hsms: tuple[Hsm, ...]) -> str:
    return f"{sum(hsm.state == 'ACTIVE' for hsm in hsms)} of {len(hsms)} active"


def _replaced(old: Hsm, new: Hsm) -> Difference:
    words = f"on {new.eni_id}, {new.state or '-'}"
    if new.state_message:
        words += f": {new.state_message}"
    old_id, new_id, message = map(_kept, (old.hsm_id, new.hsm_id, words))
    return Difference(DifferenceKind.HSM_REPLACED, "Hsms", old_id, new_id, new_id, message)


def _of_hsm(kind: DifferenceKind, old: Hsm | None, new: Hsm | None) -> Difference:
    hsm = new or old
    return _difference(kind, "Hsms", old, new)._replace(hsm=_kept(hsm.hsm_id if hsm else ""))


def _difference(
    kind: DifferenceKind, field: str, old: Cluster | Hsm | None, new: Cluster | Hsm | None
) -> Difference:
    """The states before and after, and what the service says of the new one."""
    return Difference(
        kind,
        field,
        _text(old.state) if old else None,
        _text(new.state) if new else None,
        message=_kept((new.state_message if new else None) or ""),
    )


def _hsm(old: Hsm, new: Hsm) -> list[Difference]:
    """What an HSM gets while it is created, its network interface for one, is no change, but its
    zone is."""
    changed = []
    covered = {"state_message"} if old.state != new.state else set()
    if old.state != new.state:
        changed.append(_of_hsm(DifferenceKind.HSM_STATE, old, new))
    for name, api_name in _members(Hsm):
        before, after = getattr(old, name), getattr(new, name)
        if name not in {"state", "hsm_id"} | covered and (before or name in _TOLD_WHEN_NEW):
            changed += _value(api_name, before, after, hsm=_kept(new.hsm_id))
    return changed


_TOLD_WHEN_NEW = {"state_message", "availability_zone"}


def _field(name: str, old: object, new: object) -> list[Difference]:
    """The differences of one member, one for each of its parts."""
    if name == "TagList":
        return _by_key("Tag ", _tags(old), _tags(new))
    if name == "Certificates":
        return _by_key("", _certificates(old), _certificates(new), hidden="PEM")
    if name == "PreCoPassword":
        return _by_key("", {name: _secret(old)}, {name: _secret(new)}, hidden=Secret.MASK)
    return _value(name, _value_text(old), _value_text(new))


def _by_key(
    prefix: str,
    old: Mapping[str, str | None],
    new: Mapping[str, str | None],
    hidden: str = "",
) -> list[Difference]:
    """One for each key with another value; `hidden` stands for values that are not to be shown."""
    changed: list[Difference] = []
    for key in {**old, **new}:
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if hidden:
            before = hidden if before else None
            after = None if not after else f"another {hidden}" if before else hidden
        changed.append(
            Difference(DifferenceKind.FIELD, f"{prefix}{_kept(key)}", _text(before), _text(after))
        )
    return changed


def _value(name: str, old: str | None, new: str | None, *, hsm: str = "") -> list[Difference]:
    if old == new:
        return []
    return [Difference(DifferenceKind.FIELD, name, _text(old), _text(new), hsm)]


def _value_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, BackupRetentionPolicy):
        return f"{value.value or '-'} {value.type or '-'}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {value[key]}" for key in sorted(value))
    raise TypeError(f"{type(value).__name__} has no words for a difference")


def _tags(tags: object) -> dict[str, str | None]:
    return {tag.key: tag.value for tag in tags} if isinstance(tags, tuple) else {}


def _certificates(certificates: object) -> dict[str, str | None]:
    if not isinstance(certificates, Certificates):
        return {}
    return {api_name: getattr(certificates, name) for name, api_name in _members(Certificates)}


def _secret(secret: object) -> str | None:
    return secret.reveal() if isinstance(secret, Secret) else None


def _count(hsms: tuple[Hsm, ...] | None) -> str | None:
    return None if hsms is None else str(len(hsms))


def _shown(value: str | None) -> str:
    """An empty value is a value."""
    return "-" if value is None else value or '""'


def _text(value: str | None) -> str | None:
    return None if value is None else _kept(value)


def _kept(value: str) -> str:
    return shortened(value, LONGEST_SHOWN_VALUE)
