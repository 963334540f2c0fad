"""What is pasted, up to its end, with nothing in it that acts."""

import re

LONGEST_PASTE = 1_000_000
"""Characters of a paste that are kept. What comes behind them is left out, not taken for keys."""

_END = re.compile("(?:\x1b\\[|[\x9b\udc9b])201~")
_BEGIN = re.compile("(?:\x1b\\[|[\x9b\udc9b])200~")
_UNFINISHED = re.compile("(?:[\x03\x11]|[\x1b\x9b\udc9b]\\[?[\\d;:]*[u~]?)\\Z")
_GIVES_UP = re.compile(
    "(?:[\x03\x11]|\x1b\\[27(?:;1(?::1)?)?u|\x1b\\[(?:99|113);5(?::1)?u|\x1b\\[27;5;(?:99|113)~)\\Z"
)
_ACTS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NO_TEXT = re.compile("[\ud800-\udfff]")
_LOOKED_BACK = 32
"""Characters that the end of a paste, or a key that ends it, may have at most."""


class Paste:
    """Follows a paste, in pieces of any length, from behind its beginning."""

    def __init__(self) -> None:
        self._body = ""
        self._last = ""

    def add(self, text: str) -> str | None:
        """Take what was sent; what comes behind the end of the paste, None before there is one."""
        self._last = text
        before = max(0, len(self._body) - _LOOKED_BACK)
        self._body += text
        if end := _END.search(self._body, before):
            rest = self._body[end.end() :]
            self._body = self._body[: end.start()]
            return rest
        if len(self._body) > 2 * LONGEST_PASTE:  # not each time: it copies all of it
            self._body = self._body[:LONGEST_PASTE] + self._body[-_LOOKED_BACK:]
        return None

    @property
    def is_given_up(self) -> bool:
        """Whether ctrl+c, ctrl+q or esc came last: a key, where nothing follows it."""
        return self._last == "\x1b" or _GIVES_UP.search(self._body[-_LOOKED_BACK:]) is not None

    def cut_off(self) -> str:
        """End the paste here; the key or the beginning of a sequence that came last is no part."""
        last = _UNFINISHED.search(self._body[-_LOOKED_BACK:])
        rest = last[0] if last else ""
        self._body = self._body[: len(self._body) - len(rest)]
        return rest

    @property
    def text(self) -> str:
        """What was pasted without control characters, lines and tabs excepted."""
        body = _BEGIN.sub("", self._body[:LONGEST_PASTE])
        return _NO_TEXT.sub("\ufffd", _ACTS.sub("", body))
