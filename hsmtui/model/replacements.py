"""Which HSM takes the place of another one that is to be replaced, as far as that can be told.

The service does not say when an HSM was created, and a cluster may have several in a zone: only one
that is being created, or that is known to have been created for that, is certainly newer.
"""

from collections.abc import Mapping
from typing import NamedTuple

from hsmtui.model.cluster import Cluster, Hsm


class Replacements(NamedTuple):
    """What may take the place of an HSM, in its zone.

    `ready` was created for that and is ACTIVE, `coming` is being created. `possible` are ACTIVE: it
    is not known whether they are newer.
    """

    ready: Hsm | None
    coming: Hsm | None
    possible: tuple[Hsm, ...]


def replacements(cluster: Cluster, old: Hsm, made_for: Mapping[str, str]) -> Replacements:
    """What the cluster shows now; `made_for` has the HSMs that were created in this run, each with
    the one that it replaces, "" where that is none."""
    in_zone = [
        hsm
        for hsm in cluster.hsms or ()
        if hsm.hsm_id != old.hsm_id
        and hsm.availability_zone == old.availability_zone
        and made_for.get(hsm.hsm_id, "") in {"", old.hsm_id}
    ]
    active = [hsm for hsm in in_zone if hsm.state == "ACTIVE"]
    return Replacements(
        next((hsm for hsm in active if made_for.get(hsm.hsm_id) == old.hsm_id), None),
        next((hsm for hsm in in_zone if hsm.state == "CREATE_IN_PROGRESS"), None),
        tuple(active),
    )
