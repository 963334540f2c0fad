"""Pastes with nothing in them that acts: Textual takes a sequence that is pasted for keys."""

import re

START, END = "\x1b[200~", "\x1b[201~"

_ACTS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_END_BEGUN = re.compile(
    f"(?:{'|'.join(re.escape(END[:n]) for n in range(len(END) - 1, 0, -1))})\\Z"
)


class Pastes:
    """Follows what a terminal sends, in pieces of any length, from paste to paste."""

    def __init__(self) -> None:
        self._inside = False
        self._before = ""
        self._held = ""

    def cleaned(self, text: str) -> str:
        """What was sent without the control characters in pastes, lines and tabs excepted."""
        parts: list[str] = []
        while text:
            if self._inside:
                text = self._paste(self._held + text, parts)
            else:
                text = self._keys(text, parts)
        return "".join(parts)

    def _keys(self, text: str, parts: list[str]) -> str:
        """Take what comes before a paste; nothing waits, since an escape is a key, too."""
        seen = self._before + text
        start = seen.find(START)
        if start < 0:
            parts.append(text)
            self._before = seen[1 - len(START) :]
            return ""
        first = start + len(START) - len(self._before)
        parts.append(text[:first])
        self._inside, self._before = True, ""
        return text[first:]

    def _paste(self, text: str, parts: list[str]) -> str:
        """Take what comes before the end of a paste; what may be its beginning waits."""
        body, end, rest = text.partition(END)
        begun = None if end else _END_BEGUN.search(body)
        self._held = begun[0] if begun else ""
        self._inside = not end
        parts += [_ACTS.sub("", body.removesuffix(self._held)), end]
        return rest
