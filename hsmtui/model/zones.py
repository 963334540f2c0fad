"""In how many availability zones a cluster stands, and in how many it could."""

from hsmtui.model.cluster import Cluster


def zones_in_use(cluster: Cluster) -> int | None:
    """In how many zones it has HSMs that are not DELETED; None where it is not known of all."""
    if cluster.hsms is None:
        return None
    zones = {hsm.availability_zone for hsm in cluster.hsms if hsm.state != "DELETED"}
    return None if None in zones else len(zones)


def zones_possible(cluster: Cluster) -> int | None:
    """In how many zones it has a subnet, which cannot be changed; None where none is named."""
    return len(cluster.subnet_mapping) if cluster.subnet_mapping else None
