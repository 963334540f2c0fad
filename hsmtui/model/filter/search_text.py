"""The text of a cluster that free text in a filter is looked for in."""

from collections.abc import Iterator

from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.columns import retention
from hsmtui.model.findings.finding import PlaceNames
from hsmtui.model.state import appearance
from hsmtui.model.text import account_number
from hsmtui.model.times import stamp


def search_text(cluster: Cluster, place: PlaceNames | None = None) -> str:
    """Every field of the cluster but its certificates and password, in folded case; with a place,
    also what that is called.

    Fields are divided by line breaks, and `fold` turns a line break inside a field, or inside what
    is looked for, into a space: so nothing matches across two fields.
    """
    fields = [*_cluster_fields(cluster), *(_place_fields(place) if place is not None else ())]
    return "\n".join([fold(field) for field in dict.fromkeys(fields) if field])


def fold(text: str) -> str:
    """The text in the form of `search_text`: folded case, no line break."""
    return text.replace("\n", " ").casefold()


def _cluster_fields(cluster: Cluster) -> Iterator[str | None]:
    yield cluster.cluster_id
    yield cluster.why_odd
    yield from state_words(cluster.state)
    yield cluster.state_message
    yield from (f"{tag.key}={tag.value}" for tag in cluster.tag_list or ())
    yield from (cluster.hsm_type, cluster.mode, cluster.network_type)
    yield from (cluster.vpc_id, cluster.security_group, cluster.source_backup_id)
    for zone, subnet in (cluster.subnet_mapping or {}).items():
        yield from (zone, subnet)
    yield cluster.backup_policy
    if policy := cluster.backup_retention_policy:
        yield from (retention(cluster), policy.type)
    for moment in (cluster.create_timestamp, cluster.hsm_type_rollback_expiration):
        yield stamp(moment) if moment else None
    if cluster.hsms is not None:
        yield f"{sum(hsm.state == 'ACTIVE' for hsm in cluster.hsms)}/{len(cluster.hsms)}"
    for hsm in cluster.hsms or ():
        yield from _hsm_fields(hsm)


def _place_fields(place: PlaceNames) -> Iterator[str | None]:
    yield from (place.profile_name, place.account, place.region)
    yield account_number(place.account) if place.account else None


def _hsm_fields(hsm: Hsm) -> Iterator[str | None]:
    yield hsm.hsm_id
    yield from state_words(hsm.state)
    yield hsm.state_message
    yield from (hsm.eni_id, hsm.eni_ip, hsm.eni_ip_v6)
    yield from (hsm.availability_zone, hsm.subnet_id, hsm.hsm_type)


def state_words(state: str | None) -> Iterator[str]:
    """A state as the service names it and as the table does; nothing for None."""
    if state is not None:
        yield from (state, appearance(state).word)
