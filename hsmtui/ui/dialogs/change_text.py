"""Lines that the dialogs of all changes have in common."""

from collections.abc import Callable, Iterator
from typing import Any

from textual.content import Content

from hsmtui.changes.change import Change, Outcome
from hsmtui.model.advice import Advice
from hsmtui.model.text import visible
from hsmtui.ui.theme import account_number


def blocked(words: str) -> Content:
    """The line that says that a gate is shut, and why."""
    return Content.assemble(("■ BLOCKED", "bold ansi_red"), f"  {visible(words)}")


def who_lines(change: Change[Any, Any, Any]) -> Content:
    """As whom and where a change is made."""
    connection, caller = change.connection, change.caller
    if caller is not None:
        account, role = account_number(caller.account), visible(caller.short)
    elif change.has_asked_caller:
        account, role = "unknown (STS could not be asked)", "caller unknown"
    else:
        account, role = "not known yet (STS is being asked)", "caller not known yet"
    parts = [
        f"account {account}",
        visible(connection.region),
        f"profile {visible(connection.profile_name)}",
        role,
    ]
    lines = [" · ".join(parts)]
    if change.context.endpoint:
        lines.append(f"endpoint {visible(change.context.endpoint)}")
    return Content("\n".join(lines))


def outcome_lines(outcome: Outcome, spelt: Callable[[str | Advice], str]) -> Iterator[Content]:
    """What came of a confirmation; `spelt` has the keys of this run."""
    yield Content.styled(outcome.headline, "bold")
    for text in (outcome.detail, spelt(outcome.remedy)):
        if text:
            yield Content(visible(text))
