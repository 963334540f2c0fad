"""The tab of JSON: the cluster as boto3 returned it."""

import json
import re

from rich.cells import cell_len
from textual.content import Content

from hsmtui.model.cluster import as_document
from hsmtui.model.text import visible
from hsmtui.ui.widgets.cut_text import beginning, cut
from hsmtui.ui.widgets.detail_view import DetailView
from hsmtui.ui.widgets.hanging_text import Line

_LINE = re.compile(r'( *)("(?:[^"\\]|\\.)*": )?(.*?)(,?)$')
"""A line that json.dumps wrote with an indent: blanks, a key, a value or bracket, a comma."""

_KEY = "ansi_cyan"
_STYLES = {'"': "ansi_green", "t": "ansi_magenta", "f": "ansi_magenta", "n": "ansi_magenta"}
_STYLES |= dict.fromkeys("-0123456789", "ansi_yellow")
"""The styles of values, by what they begin with; brackets have none."""


def document(view: DetailView) -> list[Line]:
    """The cluster as boto3 returned it, its secrets masked."""
    shown = json.dumps(as_document(view.cluster, reveal=view.reveal), indent=2, ensure_ascii=False)
    lines = shown.split("\n")
    return list(beginning(len(lines), (_coloured(visible(cut(line))) for line in lines), view))


def _coloured(line: str) -> Line:
    """A line whose value hangs below where it begins."""
    found = _LINE.match(line)
    if found is None:
        return Line(Content(line))
    blank, key, value, comma = found.groups(default="")
    text = Content.assemble(
        blank, (key[:-2], _KEY), key[-2:], (value, _STYLES.get(value[:1], "")), comma
    )
    return Line(text, len(blank) + cell_len(key))
