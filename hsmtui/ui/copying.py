"""What can be copied of a cluster."""

from hsmtui.model.certificate_kinds import KINDS
from hsmtui.model.cluster import Cluster
from hsmtui.ui.dialogs.pick import Choice


def copies(cluster: Cluster) -> list[tuple[Choice, str]]:
    """Everything that is worth copying: how it is offered, and the value."""
    found: list[tuple[str, str | None]] = [
        ("cluster id", cluster.cluster_id),
        ("Name", cluster.name),
        ("VPC", cluster.vpc_id),
        ("security group", cluster.security_group),
        ("source backup", cluster.source_backup_id),
    ]
    found += [(f"subnet {zone}", subnet) for zone, subnet in (cluster.subnet_mapping or {}).items()]
    for hsm in cluster.hsms or ():
        found += [
            ("HSM id", hsm.hsm_id),
            (f"IP of {hsm.hsm_id}", hsm.eni_ip),
            (f"IPv6 of {hsm.hsm_id}", hsm.eni_ip_v6),
            (f"ENI of {hsm.hsm_id}", hsm.eni_id),
        ]
    found += [(f"tag {tag.key}", tag.value) for tag in cluster.tag_list or ()]
    found += [(f"{kind.title} (PEM)", kind.pem(cluster.certificates)) for kind in KINDS]
    present = [(label, value) for label, value in found if value]
    return [
        (Choice(str(number), label, value.split("\n", 1)[0][:60]), value)
        for number, (label, value) in enumerate(present)
    ]
