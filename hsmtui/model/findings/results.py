"""What every rule says of a cluster, in the order of the rules, also where it finds nothing."""

from typing import Literal, NamedTuple

from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.evaluate import RULES, why_not_asked
from hsmtui.model.findings.finding import Findings
from hsmtui.model.findings.limits import Rules


class RuleOutcome(NamedTuple):
    """What a rule says of a cluster; `why` is "" but for "not evaluated"."""

    rule: str
    result: Literal["pass", "finding", "accepted", "not evaluated"]
    why: str = ""


def results(cluster: Cluster, findings: Findings, rules: Rules) -> tuple[RuleOutcome, ...]:
    """The result of every rule, of a cluster and what was found of it by these rules.

    A rule that is not about such a cluster passes.
    """
    told = {one.rule: RuleOutcome(one.rule, "finding") for one in findings.findings}
    told |= {
        one.finding.rule: RuleOutcome(one.finding.rule, "accepted") for one in findings.accepted
    }
    told |= {
        one.rule: RuleOutcome(one.rule, "not evaluated", one.why) for one in findings.unchecked
    }
    return tuple(told.get(name) or _unsaid(name, cluster, rules) for name in RULES)


def _unsaid(name: str, cluster: Cluster, rules: Rules) -> RuleOutcome:
    why = why_not_asked(name, cluster.state, rules.off)
    return RuleOutcome(name, "not evaluated", why) if why else RuleOutcome(name, "pass")
