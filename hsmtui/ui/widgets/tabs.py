"""What each tab of the details says of a cluster: pure functions from a cluster to text."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content

from hsmtui.model.certificate_kinds import KINDS, Kind, why_missing
from hsmtui.model.cluster import Cluster, Hsm, as_document
from hsmtui.model.columns import ABSENT, retention
from hsmtui.model.text import visible
from hsmtui.model.times import age, stamp
from hsmtui.ui.look import clip, state_content


class Glance(NamedTuple):
    """A cluster and how to look at it: the width in cells, the time, the secret shown or not."""

    cluster: Cluster
    width: int
    now: datetime
    reveal: bool = False


class Tab(NamedTuple):
    """One tab: its id, its title and its text."""

    id: str
    title: str
    text: Callable[[Glance], Content]


LABEL = 12
"""Cells for the names of fields."""


def _lines(lines: Iterable[Content]) -> Content:
    return Content("\n").join(lines)


def _text(value: str | None) -> Content:
    return Content(visible(value)) if value else Content.styled(ABSENT, "dim")


def _moment(moment: datetime | None, now: datetime) -> Content:
    if moment is None:
        return _text(None)
    if moment > now:
        return Content(f"{stamp(moment)} (in {age(now, moment)})")
    return Content(f"{stamp(moment)} ({age(moment, now)})")


def overview(glance: Glance) -> Content:
    """Every plain field of the cluster, two to a line where they fit."""
    cluster = glance.cluster
    pairs = (
        _facts(cluster, glance.now) + _placement(cluster) + [("PreCO password", _secret(glance))]
    )
    half = glance.width // 2
    lines: list[Content] = []
    left: Content | None = None
    for name, value in pairs:
        entry = Content.assemble((f"{name:<{LABEL}}", "dim"), " ", value)
        fits = entry.cell_length < half and half >= 36
        if left is not None and fits:
            lines.append(Content.assemble(left.pad_right(half - left.cell_length), entry))
            left = None
            continue
        if left is not None:
            lines.append(left)
        left = entry if fits else None
        if not fits:
            lines.append(entry)
    return _lines([*lines, *([left] if left is not None else [])])


def _facts(cluster: Cluster, now: datetime) -> list[tuple[str, Content]]:
    hsms = cluster.hsms
    active = sum(hsm.state == "ACTIVE" for hsm in hsms or ())
    policy = cluster.backup_retention_policy
    facts = [
        ("id", Content.styled(visible(cluster.cluster_id), "bold")),
        ("state", state_content(cluster.state)),
        ("message", _text(cluster.state_message)),
        ("name", _text(cluster.name)),
        ("created", _moment(cluster.create_timestamp, now)),
        ("HSMs", Content(f"{active} of {len(hsms)} active" if hsms is not None else "not told")),
        ("type", _text(cluster.hsm_type)),
        ("mode", _text(cluster.mode)),
        ("network", _text(cluster.network_type)),
        ("backups", _text(cluster.backup_policy)),
        (
            "retention",
            Content(
                retention(cluster)
                + (f" ({visible(policy.type)})" if policy and policy.type else "")
            ),
        ),
        ("from backup", _text(cluster.source_backup_id)),
    ]
    if cluster.hsm_type_rollback_expiration:
        facts.append(("roll-back by", _moment(cluster.hsm_type_rollback_expiration, now)))
    return [fact for fact in facts if fact[0] != "message" or cluster.state_message]


def _placement(cluster: Cluster) -> list[tuple[str, Content]]:
    subnets = sorted((cluster.subnet_mapping or {}).items())
    return [
        ("VPC", _text(cluster.vpc_id)),
        ("sec. group", _text(cluster.security_group)),
        *((visible(zone), _text(subnet)) for zone, subnet in subnets),
    ]


def _secret(glance: Glance) -> Content:
    password = glance.cluster.pre_co_password
    if password is None:
        return _text(None)
    if glance.reveal:
        return Content.styled(visible(password.reveal()), "bold")
    return Content.assemble(password.MASK, ("  palette: show", "dim"))


HSM_COLUMNS: tuple[tuple[str, int, Callable[[Hsm], str | None]], ...] = (
    ("HSM", 16, lambda hsm: hsm.hsm_id),
    ("AZ", 11, lambda hsm: hsm.availability_zone),
    ("STATE", 14, lambda hsm: hsm.state),
    ("IP", 15, lambda hsm: hsm.eni_ip),
    ("ENI", 21, lambda hsm: hsm.eni_id),
    ("SUBNET", 24, lambda hsm: hsm.subnet_id),
    ("TYPE", 12, lambda hsm: hsm.hsm_type),
    ("IPV6", 39, lambda hsm: hsm.eni_ip_v6),
)
"""In the order in which they get room; what has none stands on a line below."""


def hsms(glance: Glance) -> Content:
    """The HSMs as a table; what does not fit across goes under its HSM."""
    modules = glance.cluster.hsms
    if modules is None:
        return Content.styled("The answer had no HSM list.", "bold")
    if not modules:
        return Content("No HSMs. A cluster without HSMs costs nothing and can be deleted.")
    across, room = [], glance.width - 2
    for column in HSM_COLUMNS:
        if column[1] + 1 > room:
            break
        across.append(column)
        room -= column[1] + 1
    below = HSM_COLUMNS[len(across) :]
    lines = [Content.styled(" ".join(clip(name, width) for name, width, _ in across), "bold")]
    for hsm in modules:
        lines += _hsm_lines(hsm, across, below, glance.width)
    return _lines(lines)


def _hsm_lines(
    hsm: Hsm,
    across: Iterable[tuple[str, int, Callable[[Hsm], str | None]]],
    below: Iterable[tuple[str, int, Callable[[Hsm], str | None]]],
    width: int,
) -> list[Content]:
    cells = [
        state_content(hsm.state, whole=False).truncate(room, ellipsis=True, pad=True)
        if name == "STATE"
        else Content(clip(visible(value(hsm) or ABSENT), room))
        for name, room, value in across
    ]
    lines = [Content(" ").join(cells)]
    rest = [f"{name} {visible(found)}" for name, _, value in below if (found := value(hsm))]
    line = ""
    for part in rest:
        if line and cell_len(line) + cell_len(part) + 5 > width:
            lines.append(Content.styled(f"  {line}", "dim"))
            line = ""
        line = f"{line} · {part}" if line else part
    if line:
        lines.append(Content.styled(f"  {line}", "dim"))
    if hsm.state_message:
        lines.append(Content.assemble("  ", visible(hsm.state_message)))
    return lines


def certificates(glance: Glance) -> Content:
    """The five certificates decoded, and why one is missing."""
    return _lines(line for kind in KINDS for line in _certificate(kind, glance))


def _certificate(kind: Kind, glance: Glance) -> list[Content]:
    # cryptography costs as much to import as the first screen to draw
    from hsmtui.model.certificate import UnreadablePemError, decode_pem

    cluster = glance.cluster
    title = f"{kind.title:<34}"
    pem = kind.pem(cluster.certificates)
    if pem is None:
        count = None if cluster.hsms is None else len(cluster.hsms)
        return [Content.assemble(title, (why_missing(kind, cluster.state, count), "dim"))]
    try:
        found = decode_pem(pem)
    except UnreadablePemError as error:
        return [Content.assemble((title, "bold"), (f"cannot be read: {error}", "ansi_red"))]
    signed = f"{found.key}   signed with {found.signature_algorithm}"
    fields = [
        ("subject", found.subject),
        ("issuer", found.issuer),
        ("key", signed + (f"   serial {found.serial}" if found.serial else "")),
        (
            "valid",
            f"{stamp(found.not_before)} to {stamp(found.not_after)}"
            if found.not_before and found.not_after
            else None,
        ),
        ("SHA-256", found.fingerprint),
        ("key SHA-256", found.public_key_fingerprint),
    ]
    return [
        Content.assemble((title, "bold"), _validity(found.not_after, found.days_left(glance.now))),
        *(
            Content.assemble((f"  {name:<{LABEL}} ", "dim"), visible(value))
            for name, value in fields
            if value
        ),
    ]


def _validity(until: datetime | None, days: int | None) -> Content:
    if until is None or days is None:
        return Content("a request: it has no end")
    if days < 0:
        return Content.styled(f"▲ EXPIRED {-days:,} days ago, on {until:%Y-%m-%d}", "bold ansi_red")
    style = "bold ansi_red" if days <= 30 else "ansi_yellow" if days <= 180 else "ansi_default"
    return Content.styled(f"{days:,} days left, until {until:%Y-%m-%d}", style)


def tags(glance: Glance) -> Content:
    """The tags in the order of their keys."""
    found = glance.cluster.tag_list
    if not found:
        return Content("No tags." if found is not None else "The answer had no tags.")
    width = min(40, max(cell_len(visible(tag.key)) for tag in found))
    return _lines(
        Content.assemble((clip(visible(tag.key), width), "dim"), "  ", visible(tag.value))
        for tag in sorted(found, key=lambda tag: tag.key.casefold())
    )


def document(glance: Glance) -> Content:
    """The cluster as boto3 returned it."""
    shown = json.dumps(
        as_document(glance.cluster, reveal=glance.reveal), indent=2, ensure_ascii=False
    )
    return _lines(Content(visible(line)) for line in shown.split("\n"))


TABS = (
    Tab("overview", "Overview", overview),
    Tab("hsms", "HSMs", hsms),
    Tab("certificates", "Certificates", certificates),
    Tab("tags", "Tags", tags),
    Tab("json", "JSON", document),
)
"""In the order of their keys, 1 to 5."""
