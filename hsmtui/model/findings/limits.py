"""Which rules apply, and the limits from which they find something."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Rules:
    """Which rules apply, and their limits; these defaults are those of config.toml."""

    off: frozenset[str] = frozenset()
    required_tags: tuple[str, ...] = ()
    hsm1_end_of_support: date = date(2026, 3, 31)
    certificate_high_days: int = 30
    certificate_warning_days: int = 180
    stuck_warning_minutes: int = 45
    stuck_critical_minutes: int = 120
    stale_hours: int = 24
    backup_hours: int = 26
