"""What can be copied of a cluster."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from hsmtui.fleet.listing import Row
from hsmtui.fleet.location import origin_of
from hsmtui.model.certificates.kinds import KINDS
from hsmtui.model.certificates.openssl import commands
from hsmtui.model.cluster import Cluster, as_document
from hsmtui.model.findings.finding import Finding
from hsmtui.model.findings.outside import outside_commands
from hsmtui.model.origin import Origin
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.pick import Choice, PickDialog
from hsmtui.ui.host import AppHost

_PREVIEW = 250
"""Characters of a value that are offered to be read; it is copied whole."""


class Copy(NamedTuple):
    """Something to copy: how it is offered, and the value; None where it is not known."""

    choice: Choice
    value: str | None


async def choose_copy(app: AppHost, row: Row, marked: Sequence[Row]) -> None:
    """Ask what to copy of a cluster, or the ids of those that are marked, and copy it."""
    offered = [
        *_marked_ids(marked),
        *copies(row.cluster, origin_of(row.connection, app.demo), row.findings.found),
    ]
    copies_by_id = {copy.choice.value: copy for copy in offered}
    dialog = PickDialog("Copy", [copy.choice for copy in copies_by_id.values()], one_line=True)
    chosen: str | None = await app.push_screen_wait(dialog)
    if chosen is None:
        return
    choice, value = copies_by_id[chosen]
    if value is None:
        words = f"{choice.label} not known: {choice.remark}"
        app.notify(visible(words), severity="warning", markup=False)
    else:
        app.copy(value)


def _marked_ids(marked: Sequence[Row]) -> list[Copy]:
    """The ids of the marked clusters, one a line; an entry without an id has none."""
    ids = [row.cluster.cluster_id for row in marked if row.cluster.has_id]
    if not ids:
        return []
    label = f"ids of the {len(ids)} marked clusters" if len(ids) > 1 else "id of the marked cluster"
    value = "\n".join(ids)
    return [Copy(Choice("marked", label, _preview(value)), value)]


def copies(cluster: Cluster, origin: Origin, found: Sequence[Finding] = ()) -> list[Copy]:
    """Everything that is worth copying of a cluster, of which this was found; the remark of an ARN
    that is not known says why."""
    cluster_id = cluster.cluster_id
    document = json.dumps(as_document(cluster), indent=2, ensure_ascii=False)
    by_id: list[tuple[str, str | None]] = [
        ("cluster id", cluster_id),
        ("aws command", origin.aws_command(cluster_id)),
        ("ARN", origin.arn(cluster_id)),
        ("hsmtui command", origin.own_command(cluster_id)),
        ("aws command of the trail", origin.trail_command(cluster_id)),
    ]
    source = origin.source
    opened = [("opened from", f"{source.name}, {source.words}")] if source is not None else []
    values: list[tuple[str, str | None]] = [
        *(by_id[:3] if cluster.has_id else []),
        ("Name", cluster.name),
        ("JSON, secrets masked", document),
        *(by_id[3:] if cluster.has_id else []),
        *opened,
        *(outside_commands(cluster, found, origin) if cluster.has_id else ()),
        ("openssl commands", "\n".join(commands(cluster))),
        *_parts(cluster),
        *((f"{kind.title} (PEM)", kind.pem(cluster.certificates)) for kind in KINDS),
    ]
    return [
        Copy(
            Choice(str(number), label, _preview(value) if value else origin.unknown),
            value,
        )
        for number, (label, value) in enumerate(values)
        if value or label == "ARN"
    ]


def _parts(cluster: Cluster) -> list[tuple[str, str | None]]:
    values: list[tuple[str, str | None]] = [
        ("VPC", cluster.vpc_id),
        ("security group", cluster.security_group),
        ("source backup", cluster.source_backup_id),
    ]
    values += [
        (f"subnet {zone}", subnet) for zone, subnet in (cluster.subnet_mapping or {}).items()
    ]
    for hsm in cluster.hsms or ():
        values += [
            ("HSM id", hsm.hsm_id),
            (f"IP of {hsm.hsm_id}", hsm.eni_ip),
            (f"IPv6 of {hsm.hsm_id}", hsm.eni_ip_v6),
            (f"ENI of {hsm.hsm_id}", hsm.eni_id),
        ]
    return values + [(f"tag {tag.key}", tag.value) for tag in cluster.tag_list or ()]


def _preview(value: str) -> str:
    """The beginning, of which the line shows as much as it has room for."""
    return " ".join(value[:_PREVIEW].split())
