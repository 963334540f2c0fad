"""Text from outside never acts on the terminal: the bytes that reach it are looked at."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hsmtui.demo.server import DemoServer
from tests.hostile import CORPUS, answer_of, cluster_of
from tests.scripted import Refuse, Reply, ScriptedPlane, reply_json
from tests.terminal.conftest import Launch
from tests.terminal.terminal import Terminal, aws_environment, environment

DESCRIBE = "DescribeClusters"
REAL_ID = "cluster-jbabmsuv5xi"
ALL = " ".join(CORPUS.values())
IDENTITY = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
    "<GetCallerIdentityResult><Arn>arn:aws:iam::1:user/{0}</Arn><UserId>u</UserId>"
    "<Account>{0}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)
NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[<&]")

INVISIBLE = re.compile(
    "[\x00-\x06\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ufffd\U000e0000-\U000e0fff]"
)
"""What the app never writes, and U+FFFD, the mark of the last net: nothing gets that far."""

STRINGS = re.compile("\x1b[]P_^X](?!52;c;|22;default).*?(?:\x07|\x1b\\\\)|\x1bc", re.DOTALL)
"""Sequences that carry text or reset, but for those that copy and that name the pointer's shape."""

SIZES = pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=["narrow", "wide"])


def acts(raw: bytes) -> list[str]:
    """What in the output acts on a terminal and is not the app's."""
    text = raw.decode("utf-8")
    bells = re.findall("\x07", re.sub("\x1b][^\x07]*\x07", "", text))
    moves = re.findall(r"\x1b\[[\d;?]*6666", text)
    return [*INVISIBLE.findall(text), *STRINGS.findall(text), *bells, *moves]


@pytest.fixture
def plane() -> ScriptedPlane:
    return ScriptedPlane(clusters=1)


@pytest.fixture
def server(plane: ScriptedPlane) -> Iterator[DemoServer]:
    with DemoServer(plane) as server:
        yield server


def walk(terminal: Terminal, keys: dict[str, str]) -> None:
    for key, seen in keys.items():
        terminal.send(key)
        terminal.wait_for(seen)


def close(terminal: Terminal) -> None:
    terminal.wait_for("esc closes")
    terminal.send("escape")
    terminal.wait_for(lambda: "esc closes" not in terminal.text and "╭─ " not in terminal.text)


@SIZES
def test_in_every_field_of_every_answer(
    plane: ScriptedPlane, server: DemoServer, launch: Launch, home: Path, size: tuple[int, int]
) -> None:
    """Each row begins with another text and has all of them, so that every cell and tab has."""
    rows = [f"{text} {name} {ALL}" for name, text in CORPUS.items()]
    plane.script(DESCRIBE, Reply(answer_of(*rows)))
    caller = IDENTITY.format(NOT_IN_XML.sub("", ALL)).encode()
    plane.script("GetCallerIdentity", Reply(caller, content_type="text/xml"))
    terminal = launch(
        *("--endpoint-url", server.url, "--log-level", "debug"),
        environ=aws_environment(home),
        size=size,
    )
    terminal.wait_for(f"clusters ({len(rows)})")
    terminal.wait_for(lambda: "[red]x" in terminal.lines[0])
    for _ in rows:
        terminal.send("j")
    walk(terminal, {"g": "[red]x", "2": "HSM [red]", "3": "Chain of trust"})
    terminal.send("4")
    terminal.wait_for(lambda: "Chain of trust" not in terminal.text)
    terminal.send("5")
    terminal.wait_for('"BackupPolicy"')
    terminal.send("tab")
    terminal.wait_for(lambda: not reversed_row(terminal))
    terminal.send("G")
    terminal.wait_for(lambda: any(line.endswith((" }", "▏ }")) for line in terminal.lines))
    terminal.send("1", "tab")
    terminal.wait_for(lambda: bool(reversed_row(terminal)))
    walk(terminal, {"c": "clipboard"})  # the id is so long that it is shown in a dialog
    close(terminal)
    walk(terminal, {"C": "Copy"})
    close(terminal)
    audit = home / ".local/state/hsmtui/audit.jsonl"
    terminal.send("ctrl+d")
    terminal.wait_for("Delete cluster")
    terminal.wait_for(audit.exists)
    terminal.send("escape")
    terminal.wait_for(lambda: "Delete cluster" not in terminal.text)
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert acts(terminal.raw) == []
    assert acts((home / ".local/state/hsmtui/hsmtui.log").read_bytes()) == []
    assert acts(audit.read_bytes()) == []


def reversed_row(terminal: Terminal) -> str:
    """The list's row with the cursor; here none has an id that looks like one."""
    screen = terminal._screen
    reversed_ = (y for y, cells in screen.buffer.items() if 1 < y < 20 and cells[0].reverse)
    return next((terminal.lines[y] for y in reversed_), "")


@SIZES
def test_in_errors_and_in_the_answer_to_a_delete(
    plane: ScriptedPlane, server: DemoServer, launch: Launch, home: Path, size: tuple[int, int]
) -> None:
    named = {"ClusterId": REAL_ID, "State": CORPUS["csi"]}
    plane.script(DESCRIBE, reply_json({"Clusters": [cluster_of(ALL) | named | {"Hsms": []}]}))
    plane.script("DeleteCluster", reply_json({"Cluster": cluster_of(ALL) | named}))
    terminal = launch("--endpoint-url", server.url, environ=aws_environment(home), size=size)
    terminal.wait_for(REAL_ID)
    terminal.wait_for("1111-1111-1111")
    terminal.send("ctrl+d")
    terminal.wait_for("Type the cluster id")
    terminal.wait_for("No READY backup")  # what is told later than this stops the request
    terminal.wait_for("No KMS key store uses it")
    terminal.send(REAL_ID, "tab", "enter")
    terminal.wait_for("The service took the request")
    terminal.send("escape")
    terminal.wait_for(lambda: "The service took" not in terminal.text)
    for name, text in CORPUS.items():
        plane.clear_scripts()
        plane.script(DESCRIBE, Refuse(f"{text} {ALL}", f"{name}: {text} {ALL}"))
        terminal.send("r")
        terminal.wait_for(f"{name}:")
    terminal.send("!")
    terminal.wait_for("Errors of this run")
    terminal.send("G")
    close(terminal)
    terminal.send("P")
    terminal.wait_for("default chain")
    close(terminal)
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert acts(terminal.raw) == []


NAMES = [text for text in CORPUS.values() if not re.search("[\ud800-\udfff\x00\n]", text)]


def test_of_profiles_and_regions(home: Path, launch: Launch) -> None:
    config = home / ".aws" / "config"
    config.parent.mkdir()
    sections = [f"[profile '{text.replace(']', '')}']\nregion = {text}\n" for text in NAMES]
    config.write_text("".join(sections), encoding="utf-8")
    text = " ".join(NAMES)
    environ = environment(home, AWS_PROFILE=text, AWS_REGION=text)
    terminal = launch(environ=environ, size=(100, 30))
    terminal.wait_for("There is no profile")
    walk(terminal, {"P": "type to narrow"})
    terminal.send("safe")
    terminal.wait_for(lambda: r"│ \x9b6666" not in terminal.text)
    terminal.send("enter")
    terminal.wait_for(lambda: r"safe\u202e" in terminal.lines[0])
    walk(terminal, {"R": "Region"})
    close(terminal)
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert acts(terminal.raw) == []


def test_of_a_profile_whose_name_is_not_text(home: Path, launch: Launch) -> None:
    name = os.fsdecode(b"a\xffb\x9b2J")
    terminal = launch("-p", name, environ=environment(home, AWS_REGION=name))
    terminal.wait_for(r"a\udcffb\udc9b2J")
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert acts(terminal.raw) == []
