"""What the screen says where there are no rows, or where the last asking failed."""

from datetime import datetime

from hsmtui.aws.errors import HsmtuiError
from hsmtui.model.text import visible
from hsmtui.model.times import age
from hsmtui.ui.lister import Lister
from hsmtui.ui.listing import View


def placard(lister: Lister, view: View | None) -> tuple[str, ...]:
    """What stands in the middle of a table without rows."""
    if lister.problem is not None:
        return failure_lines(lister.problem)
    if view is None or not view.listing.started:
        place = lister.opening.place
        return (f"{lister.doing or 'nothing asked yet: r asks'}", visible(place.region or ""))
    if view.query:
        return (
            f"No cluster matches {visible(view.query.text)}",
            "m loads more, M all; esc drops the filter"
            if view.listing.next
            else "esc drops the filter",
        )
    if lister.doing:
        return (lister.doing,)
    return (
        f"No clusters in {visible(view.listing.connection.region)}",
        "R takes another region, P another profile",
    )


def failure_lines(error: HsmtuiError) -> tuple[str, ...]:
    """What failed, in which request, and what to do."""
    lines = [error.title, error.detail]
    if error.request_id:
        lines.append(f"{error.operation}, request id {error.request_id}")
    lines += [error.remedy, "r asks again, ! shows all errors"]
    return tuple(visible(line) for line in lines if line)


def notice_of(error: HsmtuiError, lister: Lister, now: datetime) -> str:
    """The same in a line or two under rows that are still there."""
    read_at = lister.shown.read_at if lister.shown else None
    words = f"▲ {error.operation}: {error}"
    if error.request_id:
        words += f" [request id {error.request_id}]"
    if read_at is not None:
        words += f" — rows are from {age(read_at, now)} ago; m or r tries again, ! has all of it"
    return visible(words)
