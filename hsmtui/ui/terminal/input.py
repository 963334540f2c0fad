"""From the bytes that a terminal sends to Textual's messages: keys, mouse, focus, pastes.

Textual's own parser takes whatever it does not know for keys that were pressed, raises on some key
events of kitty's protocol, and is deaf behind a paste without an end. Here only what is known to
be a key or a report that the app uses is passed to it; all else is left out.
"""

import re
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator

from textual.constants import DISABLE_KITTY_KEY
from textual.events import AppBlur, AppFocus, Key, Paste
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from hsmtui.ui.terminal.control_sequences import ESC, Piece, SequenceKind, Splitter
from hsmtui.ui.terminal.private import KITTY_KEYS, SEQUENCES, KeyParser

_BROKEN_CHARACTER = re.compile("[\udcc2-\udcf4][\udc80-\udcbf]+")
"""The bytes of a character that was not sent whole: none of them is an 8-bit control."""

_FOCUS = {f"{ESC}[I": AppFocus, f"{ESC}[O": AppBlur}
_SYNCHRONIZES = re.compile(r"\x1b\[\?2026;[1-4]\$y")
_MOUSE = re.compile(r"\x1b\[<\d{1,3};-?\d{1,5};-?\d{1,5}[Mm]")
_CURSOR = re.compile(r"\x1b\[\d+;\d+R")
"""Where the cursor is: for whoever asked. It looks like F3 with shift, ctrl or alt."""

_KEY_EVENT = re.compile(
    r"\x1b\[(?P<number>\d{0,7})(?::(?P<shifted>\d{0,7})(?::\d{0,7})?)?"
    r"(?:;(?P<modifiers>\d{0,3})(?::(?P<event>[123]?))?(?:;(?P<text>[\d:]{0,99}))?)?"
    r"(?P<final>[u~A-FHPQS])"
)
"""A key in kitty's protocol; the keys of xterm are a part of that."""

_OTHER_KEY = re.compile(r"\x1b\[27;(?P<modifiers>\d{1,3});(?P<number>\d{1,7})~")
"""A key that has no sequence of its own, as xterm and tmux send it on request."""

_RELEASED = "3"
_SHIFT = 1
_LOCKS = 64 | 128
_FUNCTIONAL = range(0xE000, 0xF900)
"""The code points that kitty's protocol has for keys without a character."""


class TerminalInput:
    """Makes messages of what is read. Times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")("surrogateescape").decode
        self._splitter = Splitter()
        self._keys = _Keys()

    @property
    def deadline(self) -> float | None:
        """When `expire` is due."""
        return self._splitter.deadline

    def feed(self, data: bytes, now: float) -> Iterator[Message]:
        """Take what was read, cut anywhere."""
        text = _BROKEN_CHARACTER.sub(lambda match: "\udcff" * len(match[0]), self._decode(data))
        return self._messages(self._splitter.feed(text, now))

    def expire(self, now: float) -> Iterator[Message]:
        """Give up waiting for the rest of something, if it is time to."""
        return self._messages(self._splitter.expire(now))

    def _messages(self, pieces: Iterable[Piece]) -> Iterator[Message]:
        for kind, text in pieces:
            match kind:
                case SequenceKind.TEXT:
                    for character in text:
                        yield from self._keys.typed(character)
                case SequenceKind.PASTE:
                    yield Paste(text)
                case SequenceKind.SEQUENCE:
                    yield from self._keys.sequence(text)


class _Keys(KeyParser):
    """What Textual knows of keys and the mouse, without its way of finding where one ends."""

    def typed(self, character: str) -> Iterable[Key]:
        """The key of one character; a byte that is no UTF-8 is one that means nothing."""
        is_text = not "\ud800" <= character <= "\udfff"
        return self.keys_of_sequence(character if is_text else "\ufffd")

    def typed_with_alt(self, character: str) -> Iterable[Key]:
        """The key of one character with alt; Textual takes ? with alt for ? alone, say."""
        for key in self.keys_of_sequence(character, alt=True):
            yield key if key.key.startswith("alt+") else Key(f"alt+{key.key}", None)

    def sequence(self, sequence: str) -> Iterator[Message]:
        """What a whole sequence means; nothing, if it is no key and nothing that the app uses."""
        if sequence == ESC:
            yield Key("escape", ESC)
        elif focus := _FOCUS.get(sequence):
            yield focus()
        elif _SYNCHRONIZES.fullmatch(sequence):
            yield TerminalSupportsSynchronizedOutput()
        elif _MOUSE.fullmatch(sequence):
            if (moved := self.parse_mouse_code(sequence)) is not None:
                yield moved
        elif not DISABLE_KITTY_KEY and (event := _key_event(sequence)):
            yield from self.keys_of_sequence(event)
        elif not _CURSOR.fullmatch(sequence):
            yield from self._from_table(sequence)

    def _from_table(self, sequence: str) -> Iterable[Key]:
        keys = SEQUENCES.get(sequence)
        if isinstance(keys, tuple):
            return [Key(key.value, None) for key in keys]
        if isinstance(keys, str):
            return self.typed(keys)
        if keys is None and len(sequence) == len(ESC) + 1:
            return self.typed_with_alt(sequence[-1])
        return []


def _key_event(sequence: str) -> str | None:
    """A press or a repeat of a key as Textual understands it; None for a release or no key."""
    if other := _OTHER_KEY.fullmatch(sequence):
        return _as_textual(other["number"], other["number"], other["modifiers"], "", "u")
    event = _KEY_EVENT.fullmatch(sequence)
    if event is None or event["event"] == _RELEASED:
        return None
    number, shifted, modifiers, _, text, final = event.groups(default="")
    return _as_textual(number or "1", shifted, modifiers, text, final)


def _as_textual(number: str, shifted: str, modifiers: str, text: str, final: str) -> str | None:
    texts = [point for point in text.split(":") if _is_text(point)]
    if not texts and _is_text(shifted) and (int(modifiers or "1") - 1) & ~_LOCKS == _SHIFT:
        texts = [shifted]
    name = f"{int(number)}{final}"
    if name in KITTY_KEYS or (final == "u" and (texts or _is_text(number))):
        return f"{ESC}[{int(number)};{modifiers};{':'.join(texts)}{final}"
    return None


def _is_text(point: str) -> bool:
    """Whether the number is that of a character that can be typed."""
    if not point or int(point) > 0x10FFFF or int(point) in _FUNCTIONAL:
        return False
    return chr(int(point)).isprintable()
