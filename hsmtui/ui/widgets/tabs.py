"""The tabs of the details: what each is called, and what says what stands on it."""

from collections.abc import Callable
from typing import NamedTuple

from hsmtui.ui.widgets.backups_tab import backups
from hsmtui.ui.widgets.certificates_tab import certificates
from hsmtui.ui.widgets.detail_view import DetailView
from hsmtui.ui.widgets.findings_tab import findings
from hsmtui.ui.widgets.hanging_text import Line
from hsmtui.ui.widgets.hsms_tab import hsms
from hsmtui.ui.widgets.json_tab import document
from hsmtui.ui.widgets.overview_tab import overview
from hsmtui.ui.widgets.tags_tab import tags


def _health(view: DetailView) -> list[Line]:
    """The metrics; what draws them is loaded by who looks first."""
    from hsmtui.ui.widgets.health_tab import health  # the first screen does without

    return health(view)


class Tab(NamedTuple):
    """One tab: its id, its title, a shorter title where there is one, and its lines."""

    id: str
    title: str
    short: str
    lines: Callable[[DetailView], list[Line]]


def _trail(view: DetailView) -> list[Line]:
    from hsmtui.ui.widgets.trail_tab import trail  # the first screen does without

    return trail(view)


TABS = (
    Tab("overview", "Overview", "Info", overview),
    Tab("hsms", "HSMs", "HSMs", hsms),
    Tab("certificates", "Certificates", "Certs", certificates),
    Tab("tags", "Tags", "Tags", tags),
    Tab("json", "JSON", "JSON", document),
    Tab("findings", "Findings", "Finds", findings),
    Tab("backups", "Backups", "Backups", backups),
    Tab("health", "Health", "Health", _health),
    Tab("trail", "Trail", "Trail", _trail),
)
"""In the order of their keys, from 1 on."""
