"""The commands of others that do what a finding advises, where AWS takes no request for it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from hsmtui.model.certificates.openssl import stem
from hsmtui.model.cloudhsm_cli import activation_commands, user_commands
from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.finding import Finding
from hsmtui.model.findings.remedies import REMEDIES, Outside
from hsmtui.model.findings.rules.certificates import CLUSTER
from hsmtui.model.hsm_types import HSM2
from hsmtui.model.origin import Origin
from hsmtui.model.state import NOT_YET_IN_USE
from hsmtui.model.text import shortened, visible

_LONGEST_CASE = 4_000
"""Characters of a support case; AWS takes 8,000."""


def outside_commands(
    cluster: Cluster, found: Iterable[Finding], origin: Origin
) -> Iterator[tuple[str, str]]:
    """What can be run for what was found of a cluster: a name, and lines for a shell.

    That about users is there without a finding, where they can be asked for.
    """
    advised: dict[Outside, list[Finding]] = {}
    for finding in found:
        for way in _outside(finding):
            advised.setdefault(way, []).append(finding)
    if cluster.state not in NOT_YET_IN_USE and cluster.active_hsms:
        advised[Outside.USERS] = []
    for way, lines_of in _LINES.items():
        if way in advised and (lines := lines_of(cluster, advised[way], origin)):
            yield way.value, lines


def _outside(finding: Finding) -> tuple[Outside, ...]:
    """By what it advises, also where that was read from a file."""
    remedies = REMEDIES.get(finding.rule, {}).values()
    advised = str(finding.remedy)
    return next((each.outside for each in remedies if str(each.advice) == advised), ())


def _support_case(cluster: Cluster, about: Sequence[Finding], origin: Origin) -> str | None:
    rules = ", ".join(finding.rule for finding in about)
    named = origin.arn(cluster.cluster_id) or f"{cluster.cluster_id} in {origin.region}"
    told = " ".join(f"{finding.rule}: {_seen(finding)}." for finding in about)
    return origin.support_command(
        visible(f"CloudHSM {cluster.cluster_id}: {rules}"),
        shortened(visible(f"Cluster {named}. {told}"), _LONGEST_CASE),
    )


def _seen(finding: Finding) -> str:
    return "; ".join([finding.title, *(f"{name} {value}" for name, value in finding.seen)])


def _activate(cluster: Cluster, _: object, origin: Origin) -> str:
    return "\n".join(activation_commands(cluster, origin.known_region))


def _users(cluster: Cluster, _: object, origin: Origin) -> str:
    return "\n".join(user_commands(cluster, origin.known_region))


def _new_cluster(cluster: Cluster, _: object, origin: Origin) -> str | None:
    subnets = tuple((cluster.subnet_mapping or {}).values())
    return origin.new_cluster_command(HSM2, subnets) if subnets else None


def _dates(cluster: Cluster, *_: object) -> str:
    file = f"{stem(cluster.cluster_id)}_{CLUSTER.api_name}.crt"
    return f"openssl x509 -in {file} -noout -subject -issuer -dates"


_LINES: Mapping[Outside, Callable[[Cluster, Sequence[Finding], Origin], str | None]] = (
    MappingProxyType(
        {
            Outside.SUPPORT_CASE: _support_case,
            Outside.ACTIVATION: _activate,
            Outside.NEW_CLUSTER: _new_cluster,
            Outside.CERTIFICATE: _dates,
            Outside.USERS: _users,
        }
    )
)
