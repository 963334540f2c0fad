"""Whether a text stands on a drawn screen, wherever its lines break."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

_FRAME = re.compile("[│╭╮╰╯─▌▐┌┐└┘]+")
_BETWEEN = re.compile(rf"[\s{_FRAME.pattern[1:-2]}]+")


def shows(lines: Sequence[str], text: str) -> bool:
    """Whether a text is in the lines as they are, or broken over several, in a box too.

    Blanks count nowhere: where a line breaks one is left out, or none was.
    """
    wanted = _joined(text)
    return any(wanted in _joined(region) for region in ("".join(lines), *_boxes(lines)))


def _joined(text: str) -> str:
    return _BETWEEN.sub("", text)


def _boxes(lines: Sequence[str]) -> Iterable[str]:
    """The texts that stand one under another, each in its frame or behind its edge."""
    found: dict[int, str] = defaultdict(str)
    for line in lines:
        at = 0
        for frame in _FRAME.finditer(line):
            found[at] += line[at : frame.start()]
            at = frame.end()
        found[at] += line[at:]
    return found.values()
