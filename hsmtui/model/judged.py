"""A cluster together with what was found wrong with it."""

from typing import NamedTuple

from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.finding import Findings


class Judged(NamedTuple):
    """What columns draw and filters look at."""

    cluster: Cluster
    findings: Findings = Findings()
