"""Metrics as they may have been read."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hsmtui.model.health import SPANS, UNHEALTHY, Health, HsmHealth, Series, Span
from tests.conftest import NOON

SESSIONS, KEYS = "HsmSessionCount", "HsmKeysTokenOccupied"
NEW, OLD = "hsm2m.medium", "hsm1.medium"


def series(*values: float | None, span: Span = SPANS[0], until: datetime = NOON) -> Series:
    """Values of which the last is of the period that has just begun."""
    start = until - (len(values) - 1) * span.period
    return Series(start, span.period, values)


def hsm_health(
    hsm_id: str = "hsm-1", *, hsm_type: str = NEW, span: Span = SPANS[0], **values: Sequence[float]
) -> HsmHealth:
    """An HSM with these values by the names of CloudWatch."""
    read = {name: series(*each, span=span) for name, each in values.items()}
    return HsmHealth(hsm_id, hsm_type, read)


def health_of(
    *hsms: HsmHealth,
    span: Span = SPANS[0],
    ago: timedelta = timedelta(0),
    odd: tuple[str, ...] = (),
) -> Health:
    """What was read of these HSMs, so long before noon."""
    return Health(span, NOON - ago, hsms, odd)


class _AllWell(Health):
    """Whatever HSM is asked for, it is well."""

    def of(self, hsm_id: str) -> HsmHealth:
        """What was read of any HSM."""
        return hsm_health(hsm_id, **{UNHEALTHY: [0.0] * 36, SESSIONS: [4.0] * 36})


WELL = _AllWell(SPANS[0], NOON, ())
