"""Which rules apply, and the limits from which they find something."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.severity import Severity


@dataclass(frozen=True)
class Rules:
    """Which rules apply, and their limits; these defaults are those of config.toml.

    `severity` has the rules that are as severe as the settings say, `accept` what is accepted.
    """

    off: frozenset[str] = frozenset()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    accept: tuple[Acceptance, ...] = ()
    required_tags: tuple[str, ...] = ()
    hsm1_end_of_support: date = date(2026, 3, 31)
    certificate_high_days: int = 30
    certificate_medium_days: int = 180
    stuck_medium_minutes: int = 45
    stuck_critical_minutes: int = 120
    stale_hours: int = 24
    backup_hours: int = 26
    near_limit_percent: int = 90
