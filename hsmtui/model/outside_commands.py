"""What is done to a cluster with CloudHSM CLI, on a host in its network: AWS has no request for it.

Facts: "Configure the CloudHSM CLI", "Activate the cluster" and "Use the CloudHSM CLI" in the user
guide.
"""

import shlex
from collections.abc import Iterator
from typing import NamedTuple

from hsmtui.model.cluster import Cluster
from hsmtui.model.state import NOT_YET_IN_USE

_FOLDER = "/opt/cloudhsm/bin"


class OutsideCommand(NamedTuple):
    """What is to be done, the command that does it, quoted for a shell, and the rule whose findings
    ask for it, "" for none."""

    words: str
    command: str
    rule: str = ""


def outside_commands(cluster: Cluster) -> Iterator[OutsideCommand]:
    """Those for a cluster in its state, in the order in which they are run."""
    active = [hsm for hsm in cluster.hsms or () if hsm.state == "ACTIVE"]
    address = next(filter(None, (hsm.eni_ip or hsm.eni_ip_v6 for hsm in active)), None)
    if address is None:
        return
    is_new = cluster.state == "INITIALIZED"
    if not is_new and cluster.state in NOT_YET_IN_USE:
        return
    connect = ["sudo", f"{_FOLDER}/configure-cli", "-a", address]
    yield OutsideCommand("connect CloudHSM CLI to the cluster", shlex.join(connect))
    if is_new:
        command = f"{_FOLDER}/cloudhsm-cli cluster activate"
        yield OutsideCommand("activate: set the first password", command, "NOT-ACTIVATED")
    yield OutsideCommand("list the users", f"{_FOLDER}/cloudhsm-cli user list")
    if not is_new:
        words = "add users, change passwords"
        yield OutsideCommand(words, f"{_FOLDER}/cloudhsm-cli interactive")
