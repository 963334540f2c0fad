"""What is written for the terminal's clipboard, and what is said and shown of it."""

import re
from base64 import b64decode, b64encode

import pytest

from hsmtui.model.certificates.kinds import KINDS
from hsmtui.ui.dialogs.errors import ErrorsDialog
from hsmtui.ui.terminal.clipboard import LONGEST_COPY, encoded, sequence
from tests.scripted import Refuse

OSC = re.compile("\x1b\\]52;c;([A-Za-z0-9+/=]*)\a")
SCREENS_STRING = re.compile("\x1bP(.*?)\x1b\\\\", re.DOTALL)
SCREEN_TAKES = 768
BARE = "\x1b]52;c;YQ==\a"
TMUX = "\x1bPtmux;\x1b\x1b]52;c;YQ==\a\x1b\\"
SCREEN = "\x1bP\x1b]52;c;YQ==\a\x1b\\"


@pytest.mark.parametrize(
    ("environ", "written"),
    [
        ({"TERM": "xterm-256color"}, [BARE]),
        ({"TERM": "linux"}, [BARE]),
        ({"TERM": "screen-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, [BARE, TMUX]),  # noqa: S108
        ({"TERM": "tmux-256color"}, [BARE, TMUX]),  # through ssh
        ({"TERM": "screen", "STY": "1.pts-0.host"}, [SCREEN, BARE]),
        ({"TERM": "xterm", "STY": "1.pts-0.host"}, [SCREEN, BARE]),
        ({"TERM": "screen.xterm-256color"}, [SCREEN, BARE]),  # through ssh from either
        ({"TERM": "tmux-256color", "STY": "1", "TMUX": "t"}, [BARE, TMUX]),
        ({}, [BARE]),
    ],
    ids=str,
)
def test_each_multiplexer_gets_what_it_needs(environ: dict[str, str], written: list[str]) -> None:
    assert sequence("a", environ) == "".join(written)


@pytest.mark.parametrize("length", [1, 380, 1000, LONGEST_COPY])
def test_screen_gets_strings_that_it_takes(length: int) -> None:
    text = "x" * length
    written = sequence(text, {"TERM": "screen", "STY": "1"})
    strings = SCREENS_STRING.findall(written)
    assert max(map(len, strings)) < SCREEN_TAKES
    bare = SCREENS_STRING.sub("", written)
    assert len(bare) < SCREEN_TAKES
    (value,) = OSC.findall("".join(strings))
    assert b64decode(value).decode() == text


def test_tmux_gets_it_whole() -> None:
    text = "é\n" * 1000
    written = sequence(text, {"TERM": "tmux-256color"})
    assert [b64decode(value).decode() for value in OSC.findall(written)] == [text, text]
    assert written.count(b64encode(text.encode()).decode()) == 2


def test_what_is_no_character_is_copied_as_a_mark() -> None:
    assert encoded("a\ud800b") == b"a?b"


class TestCopying:
    async def test_a_certificate_is_shown_whole_to_be_read(self, sit):
        async with sit(size=(100, 60)) as desk:
            certificates = desk.table.row.cluster.certificates
            pem = next(filter(None, (kind.pem(certificates) for kind in KINDS)))
            await desk.press("C")
            await desk.type("(PEM)")
            await desk.press("enter")
            await desk.sees("Sent to the terminal's clipboard", *pem.split("\n")[:3])
            assert desk.app.clipboard == pem

    async def test_what_is_too_long_is_shown_and_not_sent(self, sit):
        async with sit() as desk:
            desk.app.copy("first line\n" + "x" * LONGEST_COPY)
            await desk.sees("Too long for a clipboard: 75,005 bytes", "first line")
            assert desk.app.clipboard == ""

    async def test_half_a_surrogate_does_no_harm(self, sit):
        async with sit() as desk:
            desk.app.copy("a\ud800b")
            await desk.until(lambda: "a\\ud800b" in desk.notifications)

    async def test_where_it_is_off_fields_do_not_use_it_either(self, sit):
        async with sit(clipboard="off") as desk:
            await desk.press("slash")
            await desk.type("mine")
            desk.app.focused.select_all()
            desk.app.focused.action_copy()
            assert desk.app.clipboard == ""


async def test_the_command_that_decodes_a_denial_is_copied_whole(sit, plane) -> None:
    message = "aB3-_" * 300
    words = f"You are not authorized. Encoded authorization failure message: {message}"
    plane.script("DescribeClusters", Refuse("UnauthorizedOperation", words, 403))
    async with sit(wait=False) as desk:
        await desk.sees("Not allowed: DescribeClusters")
        await desk.press("exclamation_mark")
        await desk.until(lambda: isinstance(desk.app.screen, ErrorsDialog))
        await desk.press("c")
        assert desk.app.clipboard == (
            f"aws sts decode-authorization-message --encoded-message {message} "
            "--query DecodedMessage --output text"
        )
