"""The findings of the clusters that are listed: looked into when what has come is drawn."""

from collections.abc import Callable, Collection, Coroutine, Iterable
from functools import partial
from typing import Any, Protocol

from hsmtui.aws.threads import offload
from hsmtui.fleet.assess import Assessing, Assessor, BackupsOf
from hsmtui.fleet.first_seen import FirstSeen
from hsmtui.fleet.listing import Listing
from hsmtui.ui.host import AppHost, WorkHost, start


class DrawHost(WorkHost, Protocol):
    """Draws, and runs workers."""

    def call_after_refresh(self, callback: Callable[..., Any]) -> bool:
        """Call when all is drawn that is to be drawn now."""


def assessing(
    host: DrawHost,
    app: AppHost,
    backups_of: BackupsOf,
    listings: Callable[[], Iterable[Listing]],
    *,
    on_found: Callable[[Collection[str]], object],
    on_end: Callable[[], object],
) -> Assessing:
    """Assesses `listings`, and remembers since when clusters are in states that should pass.

    `on_found` is called with the ids of clusters of which there is news, `on_end` when all were
    looked into and there was some. In the demo nothing outlives the run.
    """

    def warn(notice: str) -> None:
        app.notify(notice, severity="warning", markup=False)

    def begin(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        host.call_after_refresh(partial(start, host, work, group="findings"))

    def end(is_news: bool) -> None:
        if is_news:
            on_end()
        start(host, save, group="first seen")

    async def save() -> None:
        if notice := await offload(first_seen.save):
            warn(notice)

    first_seen = FirstSeen(None if app.demo else app.settings.paths.seen_file, warn)
    return Assessing(
        Assessor(app.settings.rules, first_seen.since, backups_of),
        app.clock,
        listings=listings,
        start=begin,
        on_found=on_found,
        on_end=end,
    )
