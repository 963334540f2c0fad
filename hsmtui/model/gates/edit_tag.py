"""Whether one tag of a cluster may be changed now, and if not, why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from hsmtui.model.cluster import Cluster, Tag
from hsmtui.model.gates.gate import Gate, Reason, not_exactly
from hsmtui.model.gates.tag_rules import (
    caution,
    is_reserved,
    key_problem,
    room_problem,
    same_but_for_case,
    value_problem,
)


class TagEdit(NamedTuple):
    """What is to become of the tag with this key; None is no tag, an empty value is a value."""

    key: str
    before: str | None
    after: str | None

    @property
    def operation(self) -> str:
        """The operation that does it."""
        return "UntagResource" if self.after is None else "TagResource"

    @property
    def verb(self) -> str:
        """What it does, for titles and buttons: Remove, Add or Change."""
        if self.after is None:
            return "Remove"
        return "Add" if self.before is None else "Change"

    @property
    def words(self) -> str:
        """The key, the old value and the new one in a line, as they are recorded."""
        return f"{self.key}: {_quoted(self.before)} -> {_quoted(self.after)}"

    def problem(self, tags: Sequence[Tag]) -> str:
        """Why the service would not do it to these tags; nothing where it would."""
        if self.after is None:
            return key_problem(self.key)
        room = room_problem(tags) if self.before is None else ""
        return key_problem(self.key) or value_problem(self.after) or room

    def cautions(self, tags: Sequence[Tag]) -> list[str]:
        """What the service would take and a person may not mean."""
        if self.after is None:
            return []
        cautions = [caution("value", self.after)]
        if self.before is None:
            twin = same_but_for_case(self.key, tags)
            cautions += [
                caution("key", self.key),
                f"{twin} differs in case only. IAM conditions do not tell the two apart."
                if twin
                else "",
            ]
        return list(filter(None, cautions))

    def is_done(self, tags: Sequence[Tag]) -> bool:
        """Whether these tags are as they are to become."""
        return values_of(self.key, tags) == ([] if self.after is None else [self.after])


def values_of(key: str, tags: Sequence[Tag]) -> list[str]:
    """The values of the tags with this key; the service has one at most."""
    return [tag.value for tag in tags if tag.key == key]


def _quoted(value: str | None) -> str:
    return "none" if value is None else f'"{value}"'


@dataclass(frozen=True)
class EditTagGate(Gate):
    """What the last read of a cluster allows to be done to its tags.

    The gate is open only where the service listed exactly one cluster with exactly this id, all
    of it could be read, the tag is still as it was shown, and the service's own rules let the
    change through.
    """

    WORDS: ClassVar[Mapping[Reason, str]] = {Reason.UNCHECKED: "the tags could not be read"}

    READS: ClassVar = "tags"

    cluster: Cluster | None = None

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The tags as they were read, in the order of their keys, AWS's own last."""
        tags = self.cluster.tag_list or () if self.cluster else ()
        return tuple(sorted(tags, key=lambda t: (is_reserved(t.key), t.key.casefold(), t.key)))


def judge_tags(cluster_id: str, listed: Sequence[Cluster], *, why_read_only: str) -> EditTagGate:
    """The gate of any tag after a read that listed these clusters for the id."""
    if why := not_exactly(cluster_id, listed, "cluster"):
        return EditTagGate(cluster_id, *why)
    cluster = listed[0]
    gate = EditTagGate(cluster_id, cluster=cluster)
    if cluster.state == "DELETED":
        return gate.shut(Reason.DELETED)
    if cluster.odd:
        return gate.shut(Reason.UNCHECKED, cluster.why_unchangeable)
    if cluster.tag_list is None:
        return gate.shut(Reason.UNCHECKED, "the answer had no tags")
    return gate.opened(why_read_only)


def judge_edit_tag(
    cluster_id: str, edit: TagEdit, listed: Sequence[Cluster], *, why_read_only: str
) -> EditTagGate:
    """The gate of this edit after a read that listed these clusters for the id."""
    gate = judge_tags(cluster_id, listed, why_read_only=why_read_only)
    if not gate.is_open:
        return gate
    if now := _now_different(edit, gate.tags):
        return gate.shut(Reason.CHANGED, now)
    if problem := edit.problem(gate.tags):
        return gate.shut(Reason.RULES, problem)
    return gate


def _now_different(edit: TagEdit, tags: Sequence[Tag]) -> str:
    """What the tag is now, where it is not what was shown."""
    values = values_of(edit.key, tags)
    if values == ([] if edit.before is None else [edit.before]):
        return ""
    if len(values) > 1:
        return f"the answer has it {len(values)} times"
    return f"its value is now {_quoted(values[0])}" if values else "no tag has this key now"
