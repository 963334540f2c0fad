"""How tones look: the terminal's own colours, so that dark and light both come out right."""

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from textual.content import Content
from textual.theme import Theme

from hsmtui.aws.connection import Connection
from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.severity import Severity
from hsmtui.model.state import Tone, appearance
from hsmtui.model.text import account_number, visible

CONTENT_STYLES = {
    Tone.GOOD: "ansi_green",
    Tone.WAITING: "ansi_cyan",
    Tone.MOVING: "ansi_yellow",
    Tone.BAD: "bold ansi_red",
    Tone.GONE: "dim",
    Tone.UNKNOWN: "ansi_magenta",
}
"""The styles of states in details and dialogs."""

KEY = "bold $footer-key-foreground"
"""The style of keys, so that they are told from words without a colour, too."""

SEVERITY_CONTENT = {
    Severity.CRITICAL: "bold ansi_red",
    Severity.HIGH: "ansi_red",
    Severity.MEDIUM: "ansi_yellow",
    Severity.LOW: "",
    Severity.INFO: "",
}
"""The styles of findings in the details and the header."""


def _table_style(style: str) -> Style | None:
    return Style.parse(style.replace("ansi_", "")) if style else None


TABLE_STYLES = {tone: _table_style(style) for tone, style in CONTENT_STYLES.items()} | {
    Tone.GOOD: None
}
"""The same in the table, where what is well has none: the eye lands on what is not."""

SEVERITY_STYLES = {severity: _table_style(style) for severity, style in SEVERITY_CONTENT.items()}
"""The same in the table."""

MARK = "*"
"""What stands before something that is marked, beside the bar of a cursor; ASCII everywhere."""

TERMINAL_THEME = Theme(
    name="terminal",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    accent="ansi_cyan",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border": "ansi_cyan",
        "border-blurred": "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-background": "ansi_default",
        "block-cursor-text-style": "reverse",
        "block-cursor-blurred-foreground": "ansi_default",
        "block-cursor-blurred-background": "ansi_default",
        "block-cursor-blurred-text-style": "bold",
        "block-hover-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-background": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_blue",
        "input-selection-foreground": "ansi_bright_white",
        "screen-selection-background": "ansi_blue",
        "screen-selection-foreground": "ansi_bright_white",
        "scrollbar": "ansi_default",
        "scrollbar-hover": "ansi_cyan",
        "scrollbar-active": "ansi_cyan",
        "scrollbar-background": "ansi_default",
        "scrollbar-background-hover": "ansi_default",
        "scrollbar-background-active": "ansi_default",
        "scrollbar-corner-color": "ansi_default",
        "footer-background": "ansi_default",
        "footer-foreground": "ansi_default",
        "footer-description-background": "ansi_default",
        "footer-description-foreground": "ansi_default",
        "footer-key-background": "ansi_default",
        "footer-key-foreground": "ansi_default",
    },
)
"""The theme that hsmtui starts with: sixteen colours and the background of the terminal."""

FALLBACKS = {
    "background": "ansi_default",
    "foreground": "ansi_default",
    "success": "ansi_green",
    "warning": "ansi_yellow",
    "error": "ansi_red",
    "border": "ansi_cyan",
    "border-blurred": "ansi_default",
    "footer-background": "ansi_default",
    "footer-description-foreground": "ansi_default",
    "footer-key-foreground": "ansi_default",
}
"""The variables that hsmtui looks up by name, for a theme or a Textual that lacks them."""


def clip(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly `width` cells: padded, or cut with an ellipsis."""
    length = len(text) if text.isascii() else cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width else ""
    blank = " " * (width - length)
    return blank + text if right else text + blank


def clip_middle(text: str, width: int) -> str:
    """The text in `width` cells at most: the middle of a longer one gives way to an ellipsis."""
    if cell_len(text) <= width:
        return text
    if width < 1:
        return ""
    tail = (width - 1) // 2
    end = text[len(text) - tail :]
    while cell_len(end) > tail:
        end = end[1:]
    return f"{set_cell_size(text, width - 1 - tail).rstrip()}…{end}"


def flowed(parts: Iterable[str], width: int, between: str = " · ") -> list[str]:
    """Parts joined, by dots or what else there is to be `between`, into as few lines of so many
    cells as they need; one that is longer has a line of its own."""
    lines: list[str] = []
    for part in parts:
        joined = f"{lines[-1]}{between}{part}" if lines else part
        if lines and cell_len(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(part)
    return lines


def state_content(state: str | None, *, whole: bool = True) -> Content:
    """A state as glyph, word and colour; `whole` is the API's own word, else the table's."""
    seen = appearance(state)
    word = visible(state) if whole and state else visible(seen.word)
    return Content.styled(f"{seen.glyph} {word}", CONTENT_STYLES[seen.tone])


def cluster_line(cluster_id: str, cluster: Cluster | None, name: str | None) -> Content:
    """What a dialog is about, in a line: id, Name and state as read, else the name as listed."""
    current = cluster.name if cluster else name
    state = state_content(cluster.state) if cluster else Content("")
    return Content.assemble(
        (visible(cluster_id), "bold"), "   ", visible(current or "no Name"), "   ", state
    )


def tag_value(value: str) -> Content:
    """The value of a tag; what begins or ends with a blank stands in quotation marks."""
    if not value:
        return Content.styled("(empty)", "dim")
    return Content(visible(value) if value == value.strip() else f'"{visible(value)}"')


def place_words(connection: Connection, *, account: bool = False) -> str:
    """Where a connection asks: profile and region and, if wanted and known, the account."""
    words = f"{connection.profile_name} · {connection.region}"
    number = connection.account if account else None
    return f"{words} · {account_number(number)}" if number else words
