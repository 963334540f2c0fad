"""The errors of this run as a text, newest first."""

from collections.abc import Sequence

from textual.content import Content

from hsmtui.aws.errors import HsmtuiError
from hsmtui.model.text import visible
from hsmtui.model.times import stamp


def errors_text(errors: Sequence[HsmtuiError]) -> Content:
    """Time, operation, request id, what was wrong and what to do."""
    if not errors:
        return Content("No errors in this run.")
    return Content("\n\n").join(_entry(error) for error in reversed(errors))


def _entry(error: HsmtuiError) -> Content:
    head = "  ".join(filter(None, [stamp(error.time), visible(error.operation)]))
    lines = [Content.styled(head, "dim"), Content.styled(visible(error.title), "bold")]
    if error.detail:
        lines.append(Content(visible(error.detail)))
    if error.request_id:
        lines.append(Content(f"request id {visible(error.request_id)}"))
    if error.remedy:
        lines.append(Content(f"→ {visible(error.remedy)}"))
    return Content("\n").join(lines)
