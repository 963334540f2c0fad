"""What somebody has accepted, until when and why."""

from datetime import date
from typing import NamedTuple


class Acceptance(NamedTuple):
    """Findings of a rule that somebody has accepted, until the end of a day (UTC) and why.

    Those of clusters that fit every pattern that is given; "" fits all. `cluster` is a pattern for
    the id, `tag` is ``key=pattern``, or a key alone.
    """

    rule: str
    until: date
    reason: str
    cluster: str = ""
    tag: str = ""
    account: str = ""
    region: str = ""
