"""The log: one line a record, its owner's alone, and nothing of botocore's in it."""

from pathlib import Path

import pytest

from tests.parts import part_of
from tests.terminal.conftest import Launch, Serve
from tests.terminal.terminal import HSMTUI, Terminal, aws_environment, environment

TALKATIVE = {
    "AWS_DEBUG": "1",
    "BOTO_DEBUG": "1",
    "BOTOCORE_DEBUG": "1",
    "PYTHONASYNCIODEBUG": "1",
    "TEXTUAL": "debug,devtools",
}


def log_of(home: Path) -> Path:
    return home / ".local" / "state" / "hsmtui" / "hsmtui.log"


def test_it_has_our_lines_only(serve: Serve, on_server: Launch, home: Path) -> None:
    server = serve(clusters=3)
    keys_pressed = home / "keys"
    environ = aws_environment(home, **TALKATIVE, TEXTUAL_LOG=str(keys_pressed))
    terminal = on_server(server, "--log-level", "debug", environ=environ)
    terminal.wait_for("clusters (3)")
    terminal.send("r", "q")
    assert terminal.wait_exit() == 0
    log = log_of(home)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert any("DescribeClusters us-east-1 done" in line for line in lines)
    assert [line for line in lines if " INFO " not in line] == []
    words = ("AWS4-HMAC", "Authorization", "botocore", "X-Amz", "AKIADEMO", "BackupPolicy")
    assert [word for word in words if word in log.read_text(encoding="utf-8")] == []
    assert log.stat().st_mode & 0o777 == 0o600
    assert not keys_pressed.exists()


@pytest.mark.in_parts
@pytest.mark.parametrize("kind", part_of(["link", "open to others", "folder", "in a file"]))
def test_a_file_that_is_not_ours_alone_is_refused(home: Path, kind: str) -> None:
    log = home / "the.log"
    elsewhere = home / "elsewhere"
    elsewhere.write_text("kept\n", encoding="utf-8")
    if kind == "link":
        log.symlink_to(elsewhere)
    elif kind == "open to others":
        log.write_text("kept\n", encoding="utf-8")
        log.chmod(0o644)
    elif kind == "folder":
        log.mkdir()
    else:
        log = elsewhere / "the.log"
    with Terminal(
        [HSMTUI, "--demo", "--log-file", str(log)], environment(home), 300, 24
    ) as terminal:
        assert terminal.wait_exit() == 2
        words = {"link": "symbolic link", "open to others": f"chmod 600 {log}"}
        assert terminal.shows(words.get(kind, "cannot be written"))
        assert terminal.shows(str(log))
    assert elsewhere.read_text(encoding="utf-8") == "kept\n"
    if kind == "open to others":
        assert log.read_text(encoding="utf-8") == "kept\n"
