"""Text from outside never acts on the terminal."""

from pathlib import Path

from tests.terminal.conftest import Launch, Serve
from tests.terminal.rows import go_to
from tests.terminal.terminal import aws_environment

HOSTILE = (
    b"\x1b[31mred",
    "\u202e".encode(),
    b"\x1b]0;",
    b"\x07pwned",
)


def test_hostile_tags_are_text(serve: Serve, on_server: Launch) -> None:
    server = serve("--clusters", "60")
    terminal = on_server(server)
    terminal.wait_for("clusters (25+)")
    terminal.send("M")
    terminal.wait_for("clusters (60)")
    go_to(terminal, "[red]x")
    terminal.send("4")
    terminal.wait_for("[/foo]")
    terminal.send("tab")
    terminal.wait_for(lambda: not terminal.cursor_line)
    terminal.send("G")
    terminal.wait_for("[bold")
    terminal.send("5")
    terminal.wait_for("ClusterId")
    terminal.send("C")
    terminal.wait_for("Copy")
    terminal.send("ctrl+q")
    assert terminal.wait_exit() == 0
    assert [text for text in HOSTILE if text in terminal.raw] == []


def test_hostile_names_in_the_delete_dialog_and_the_filter(serve: Serve, on_server: Launch) -> None:
    server = serve("--clusters", "60")
    terminal = on_server(server, "--filter", "red]x")
    terminal.wait_for("clusters (0 of 25+")
    terminal.send("m")
    terminal.wait_for("[red]x")
    terminal.send("ctrl+d")
    terminal.wait_for("BLOCKED")
    assert "[red]x" in terminal.text
    terminal.send("ctrl+q")
    assert terminal.wait_exit() == 0
    assert [text for text in HOSTILE if text in terminal.raw] == []


def test_hostile_profile_names(launch: Launch, home: Path, serve: Serve) -> None:
    server = serve("--clusters", "5")
    (home / ".aws").mkdir()
    name = "[red]\u202e\x1b]0;p"
    (home / ".aws" / "config").write_text(
        f"[profile '{name}']\nregion = us-east-1\naws_access_key_id = AKIADEMO111111111111\n"
        f"aws_secret_access_key = demo\nendpoint_url = {server.url}\n",
        encoding="utf-8",
    )
    environ = aws_environment(home)
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del environ[key]
    terminal = launch("-p", name, environ=environ)
    terminal.wait_for("[red]")
    terminal.send("P")
    terminal.wait_for("default chain")
    terminal.send("ctrl+q")
    assert terminal.wait_exit() == 0
    assert [text for text in HOSTILE if text in terminal.raw] == []
