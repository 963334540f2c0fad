"""One picture that moves, made of pictures of one terminal."""

import re
from collections.abc import Sequence
from typing import NamedTuple

_OUTER = re.compile(r"<svg[^>]*>")
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_BLANKS = re.compile(r">\s+<")


class Frame(NamedTuple):
    """A picture as Textual exports it, and how long it is shown."""

    svg: str
    seconds: float


def moving(frames: Sequence[Frame]) -> str:
    """The frames one after the other, again and again; who wants no motion sees the last."""
    outer = frames[0].svg.partition(">")[0] + ">"
    whole, at = sum(frame.seconds for frame in frames), 0.0
    rules, pictures = [], []
    for number, frame in enumerate(frames):
        begin, end = (100 * moment / whole for moment in (at, at + frame.seconds))
        at += frame.seconds
        rules.append(_rule(number, begin, end))
        pictures.append(
            f'<g class="frame f{number}">{_inside(frame.svg, keep_fonts=not number)}</g>'
        )
    style = "".join(
        (
            f".frame{{visibility:hidden;animation:{whole:g}s step-end infinite}}",
            *rules,
            "@media (prefers-reduced-motion:reduce){.frame{animation:none!important}",
            f".f{len(frames) - 1}{{visibility:visible}}}}",
        )
    )
    return "\n".join((outer, f"<style>{style}</style>", *pictures, "</svg>\n"))


def _rule(number: int, begin: float, end: float) -> str:
    """When a frame is seen, in hundredths of the whole."""
    hidden, shown = "{visibility:hidden}", "{visibility:visible}"
    before = f"0%{hidden}" if begin else ""
    after = f"{end:.3f}%{hidden}" if end < 100 else ""
    moments = f"{before}{begin:.3f}%{shown}{after}"
    return f".f{number}{{animation-name:f{number}}}@keyframes f{number}{{{moments}}}"


def _inside(svg: str, *, keep_fonts: bool) -> str:
    """What a picture draws, without the frame around it."""
    text = _OUTER.sub("", svg, count=1).rsplit("</svg>", 1)[0]
    if not keep_fonts:
        text = _FONTS.sub("", text)
    return _BLANKS.sub("><", text.strip())
