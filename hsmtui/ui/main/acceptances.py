"""What is said of acceptances that need a look: one has ended, ends soon, or is about nothing."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from hsmtui.fleet.assess import Assessor
from hsmtui.fleet.fleet import Fleet
from hsmtui.model.findings.accept import AcceptanceUse, day_of, ends_soon
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.text import visible
from hsmtui.ui.host import AppHost

_MOST = 3
"""How many a notification tells."""

_LINE = 120
"""Characters of one of them."""

_SHOWN_SECONDS = 15
"""Seconds that a notification stays."""


class AcceptanceNotices:
    """Tells once in a run what is to be said of an acceptance, but not of a file: nobody is asked.

    One that has ended, or ends soon, is told with the first finding that it is about, or when all
    is listed; that one matches nothing only then.
    """

    def __init__(self, app: AppHost, assessor: Assessor, clock: Callable[[], datetime]) -> None:
        """`clock` is the time by which the findings are judged."""
        self._app = app
        self._clock = clock
        self._assessor = assessor
        self._told: set[tuple[Acceptance, str]] = set()

    def tell(self, fleet: Fleet) -> None:
        """All of what is listed has been looked into; nothing covers a dialog."""
        if not self._assessor.accepts or self._app.has_dialog or self._app.recorded is not None:
            return
        now, listings, whole = self._clock(), fleet.widest, _is_all(fleet)
        rows = (row for listing in listings for row in listing.rows.values())
        asked = [listing.connection for listing in listings] if whole else None
        uses = self._assessor.acceptances(rows, now, asked)
        said = [(use.acceptance, _words(use, day_of(now))) for use in uses if use.findings or whole]
        fresh = [each for each in said if each[1] and each not in self._told]
        if fresh:
            self._told.update(fresh)
            self._app.notify(
                _text([words for _, words in fresh]),
                title="Accepted findings in config.toml",
                severity="warning",
                timeout=_SHOWN_SECONDS,
                markup=False,
            )


def _is_all(fleet: Fleet) -> bool:
    """Whether what is listed is all that there is, and no filter of the service kept some away."""
    extent = fleet.extent
    wide = all(listing.whole and not listing.filters for listing in fleet.widest)
    return wide and extent.is_whole and not extent.left_out


def _words(use: AcceptanceUse, today: date) -> str:
    """Such as ``SINGLE-HSM ended 2026-11-01: no clients at night``; "" where all is well."""
    acceptance, state, _ = use
    name, reason = acceptance.rule, acceptance.reason
    if state == "matches nothing":
        return f"{name} until {acceptance.until} matches nothing here: {reason}"
    if state == "ended":
        return f"{name} ended {acceptance.until}: {reason}"
    return f"{name} ends {acceptance.until}: {reason}" if ends_soon(acceptance, today) else ""


def _text(lines: Sequence[str]) -> str:
    shown = [visible(line)[:_LINE] for line in lines[:_MOST]]
    more = len(lines) - _MOST
    return "\n".join([*shown, *([f"and {more} more"] if more > 0 else [])])
