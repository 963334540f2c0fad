"""The commands of CloudHSM CLI for what AWS takes no request for, quoted for a shell.

They are run on a client of the cluster: a machine that reaches its HSMs. Facts: "Activate the
cluster", "user list" and "Client SDK 5 configure tool" in the user guide.
"""

import shlex

from hsmtui.model.certificates.openssl import CUSTOMER_CA
from hsmtui.model.cluster import Cluster
from hsmtui.model.text import visible

_CLIENT = "/opt/cloudhsm"
"""Where AWS's client is installed."""

_CLI = f"{_CLIENT}/bin/cloudhsm-cli"


def activation_commands(cluster: Cluster, region: str | None) -> list[str]:
    """What sets the password of the first admin.

    They take the trust anchor from the current folder. The last one is typed in the program before
    it. `region` is None where it is not known.
    """
    return [
        _quoted("sudo", "cp", CUSTOMER_CA, f"{_CLIENT}/etc/customerCA.crt"),
        _configure(cluster, region),
        _quoted(_CLI, "interactive"),
        "cluster activate",
    ]


def user_commands(cluster: Cluster, region: str | None) -> list[str]:
    """What lists the users of the HSMs."""
    return [_configure(cluster, region), _quoted(_CLI, "user", "list")]


def _configure(cluster: Cluster, region: str | None) -> str:
    """What tells the client which cluster it is: by the addresses of its HSMs, else by its id,
    for which the client needs credentials."""
    addresses = [hsm.eni_ip for hsm in cluster.hsms or () if hsm.eni_ip]
    by_id = ["--cluster-id", cluster.cluster_id, *(["--region", region] if region else [])]
    where = ["-a", *addresses] if addresses else by_id
    return _quoted("sudo", f"{_CLIENT}/bin/configure-cli", *where)


def _quoted(*words: str) -> str:
    return visible(shlex.join(words))
