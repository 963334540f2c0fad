"""Which part of many cases a test run goes through.

A test that is marked ``in_parts`` goes through a tenth of its cases in one run, and through another
tenth on another day. ``PART=3`` chooses the part, ``PART=all`` goes through all cases, as `.ci/run`
does with ``-m "in_parts or hypothesis"``: hypothesis tries more examples then, too.
"""

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

Case = TypeVar("Case")

PARTS = 10
"""How many parts the cases of a test make, as far as no other number is named."""

PART = os.environ.setdefault("PART", str(datetime.now(UTC).toordinal() % PARTS))
"""The part of this run; set for the processes that share the run too, as they may begin later."""

IS_WHOLE = PART == "all"
"""Whether this run goes through everything."""


def part_of(cases: Iterable[Case], at: int = 0, parts: int = PARTS) -> list[Case]:
    """Those cases that this run goes through, one at least, in their order.

    Where several tests have the same cases, another `at` of each makes them go through others.
    """
    found = list(cases)
    if IS_WHOLE or not found:
        return found
    step = min(parts, len(found))
    return found[(int(PART) + at) % step :: step]
