"""The errors of this run as a text, newest first."""

from collections.abc import Iterable

from textual.content import Content

from hsmtui.aws.errors import HsmtuiError
from hsmtui.model.text import visible
from hsmtui.model.times import stamp


def errors_text(errors: Iterable[HsmtuiError]) -> Content:
    """Time, operation, request id, what was wrong and what to do; repeated ones are one entry."""
    entries: list[list[HsmtuiError]] = []
    for error in errors:
        if entries and entries[-1][-1].repeats(error):
            entries[-1].append(error)
        else:
            entries.append([error])
    if not entries:
        return Content("No errors in this run.")
    return Content("\n\n").join(_entry(same[-1], len(same)) for same in reversed(entries))


def _entry(error: HsmtuiError, times: int) -> Content:
    repeated = f"{times} times" if times > 1 else ""
    head = "  ".join(filter(None, [stamp(error.time), visible(error.operation), repeated]))
    lines = [Content.styled(head, "dim"), Content.styled(visible(error.title), "bold")]
    if error.detail:
        lines.append(Content(visible(error.detail)))
    if error.request_id:
        lines.append(Content(f"request id {visible(error.request_id)}"))
    if error.remedy:
        lines.append(Content(f"→ {visible(error.remedy)}"))
    return Content("\n").join(lines)
