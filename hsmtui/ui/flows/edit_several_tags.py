"""Adding, changing or removing one tag of several clusters from a screen."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from hsmtui.changes.edit_tag import EditTag
from hsmtui.changes.edit_tags import EditTags
from hsmtui.fleet.listing import Row
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.edit_tag import TagEdit, values_of
from hsmtui.model.gates.tag_rules import is_reserved, key_problem
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.edit_tags import EditTagsDialog, LeftOut
from hsmtui.ui.dialogs.pick import Choice, picked
from hsmtui.ui.dialogs.tag_value import TagValueDialog
from hsmtui.ui.flows.changes import Changes
from hsmtui.ui.flows.edit_tags import EditTagsFlow
from hsmtui.ui.host import AppHost, start


def edit_several_tags(changes: Changes, rows: Sequence[Row]) -> None:
    """Ask which tag is to become what, and open the dialog that confirms it."""
    changes.host.hsmtui.hold_keys()
    start(changes.host, partial(_ask, changes, rows), group="tags", exclusive=True)


async def _ask(changes: Changes, rows: Sequence[Row]) -> None:
    app, of_all = changes.host.hsmtui, f"of {len(rows)} marked clusters"
    counts = Counter(tag.key for row in rows for tag in row.cluster.tag_list or ())
    choices = [
        Choice(key, visible(key), f"{number} of {len(rows)} have it")
        for key, number in sorted(counts.items(), key=lambda each: each[0].casefold())
        if not is_reserved(key)
    ]
    heading = f"Which tag {of_all}?"
    key = await picked(app, heading, choices, free="a new tag", exact=False)
    if key is None:
        return
    if problem := key_problem(key):
        app.drop_keys()
        app.notify(visible(problem), severity="warning", markup=False)
        return
    app.hold_keys()
    after = await _value(app, key, counts[key], of_all)
    if after is not None:
        app.hold_keys()
        _propose(changes, rows, key, *after)


async def _value(app: AppHost, key: str, number: int, of_all: str) -> tuple[str | None] | None:
    """What the tag is to become, in a tuple; None where the person does not say."""
    heading = f"{visible(key)} {of_all}"
    if number:
        choices = [
            Choice("set", "give it a value"),
            Choice("remove", "remove it", f"{number} have it"),
        ]
        chosen = await picked(app, heading, choices)
        if chosen != "set":
            return (None,) if chosen == "remove" else None
        app.hold_keys()
    value = await app.push_screen_wait(TagValueDialog(key, None, f"The tag {heading}"))
    return None if value is None else (value,)


def _propose(changes: Changes, rows: Sequence[Row], key: str, after: str | None) -> None:
    app = changes.host.hsmtui
    begun: dict[EditTag, Cluster] = {}
    left_out: list[LeftOut] = []
    for row in rows:
        edit = TagEdit(key, next(iter(values_of(key, row.cluster.tag_list or ())), None), after)
        if why := _why_left_out(row, edit):
            left_out.append(LeftOut(row.cluster, why))
        elif (change := EditTagsFlow(changes, row).new_change(edit)) is None:
            left_out.append(LeftOut(row.cluster, "a request for this tag is not answered yet"))
        else:
            begun[change] = row.cluster
    if not begun:
        app.drop_keys()
        app.notify(_why_nothing(left_out), markup=False)
        return
    edits = EditTags(tuple(begun), lambda change: changes.pending.confirm(change, change.target))
    run = partial(start, changes.host, edits.run, group="change")
    app.push_screen(EditTagsDialog(edits, begun, left_out, run))


def _why_nothing(left_out: Sequence[LeftOut]) -> str:
    counts = Counter(each.why for each in left_out)
    whys = (f"{number} of {len(left_out)}: {why}." for why, number in counts.items())
    return " ".join(("Nothing was sent.", *whys))


def _why_left_out(row: Row, edit: TagEdit) -> str:
    """Why nothing is to be sent for a row as it is listed; "" where something is."""
    if not row.cluster.has_id:
        return "this entry of the answer has no id: it cannot be tagged"
    if row.cluster.tag_list is not None and edit.is_done(row.cluster.tag_list):
        return "does not have this tag" if edit.after is None else "has this value already"
    return ""
