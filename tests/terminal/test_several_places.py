"""Several accounts and regions in one terminal, with the installed command."""

import socket
import time
from pathlib import Path

from tests.terminal.conftest import Launch
from tests.terminal.terminal import aws_environment

BACK_WITHIN = 5.0
"""Seconds; loose, for a busy machine. The benchmarks have the budget."""


def test_they_are_listed_and_told_apart(launch: Launch) -> None:
    places = ("-p", "demo,demo-staging", "-r", "us-east-1,eu-central-1")
    terminal = launch("--demo", *places, size=(120, 24))
    terminal.wait_for("clusters (36+ in 4 places)")
    terminal.wait_for("2 profiles · 4 places")
    terminal.send("L")
    terminal.wait_for("1111-1111-1111 role/Triage")
    terminal.wait_for("2222-2222-2222 role/Triage")
    assert sum("eu-central-1" in line and "cluster" in line for line in terminal.lines) >= 2
    terminal.send("j", "j", "enter")
    terminal.wait_for("demo-staging · us-east-1 · 2222-2222-2222")
    terminal.wait_for("clusters (4, 3 places left out)")
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert terminal.is_restored


def test_it_quits_at_once_while_a_place_hangs(launch: Launch, home: Path) -> None:
    """One of the profiles asks an endpoint that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        config = home / "aws-config"
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        config.write_text(
            f"[profile hangs]\nregion = us-east-1\nendpoint_url = {url}\n"
            "aws_access_key_id = AKIADEMO111111111111\naws_secret_access_key = demo\n"
            "[profile fails]\nregion = us-east-1\nendpoint_url = http://127.0.0.1:1\n"
            "aws_access_key_id = AKIADEMO222222222222\naws_secret_access_key = demo\n"
        )
        environ = aws_environment(home, AWS_CONFIG_FILE=str(config), AWS_MAX_ATTEMPTS="1")
        regions = "us-east-1,eu-central-1,eu-west-1"
        terminal = launch("-p", "hangs,fails", "-r", regions, environ=environ)
        terminal.wait_for("3 failed")
        terminal.send("L")
        terminal.wait_for("coming")
        terminal.send("escape")
        terminal.wait_for(lambda: "Places" not in terminal.text)
        pressed = time.monotonic()
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert time.monotonic() - pressed < BACK_WITHIN
        assert terminal.is_restored
