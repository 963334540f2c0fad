"""Deleting a cluster, from the list to the one request."""

import re
from datetime import UTC, datetime
from pathlib import Path

from hsmtui.demo.place import DELETE_SECONDS
from tests.scripted import StandingClock
from tests.terminal.conftest import Launch, Serve
from tests.terminal.rows import go_to
from tests.terminal.terminal import Terminal


def open_dialog(terminal: Terminal, name: str) -> str:
    """Put the cursor on the cluster with this name and ask to delete it; its id."""
    terminal.wait_for("clusters (25+)")
    cluster_id = go_to(terminal, name)
    terminal.send("ctrl+d")
    terminal.wait_for("Cancel")
    return cluster_id


def test_a_cluster_without_hsms_is_deleted_once(serve: Serve, on_server: Launch) -> None:
    server = serve(clusters=400)
    terminal = on_server(server)
    cluster_id = open_dialog(terminal, "legacy-tde")
    terminal.wait_for("1111-1111-1111")
    terminal.wait_for("Type the cluster id")
    terminal.send(cluster_id[:-1], "enter")
    terminal.wait_for(cluster_id[:-1] + " ")
    terminal.send(cluster_id[-1])
    terminal.send("enter")  # in the field it does nothing
    terminal.send("tab", "enter")
    terminal.wait_for("DELETE_IN_PROGRESS")
    (request,) = server.requests("DeleteCluster")
    assert request["parameters"] == {"ClusterId": cluster_id}
    assert request["status"] == 200
    terminal.wait_for("Close")
    terminal.send("enter")  # the focus came to Close by itself
    terminal.wait_for("esc closes; or tab, then enter")
    terminal.send("escape")
    terminal.wait_for(lambda: "DELETING" in terminal.cursor_line)
    assert "legacy-tde" in terminal.cursor_line


def test_typing_the_id_and_enter_does_not_delete(serve: Serve, on_server: Launch) -> None:
    server = serve(clusters=400)
    terminal = on_server(server)
    cluster_id = open_dialog(terminal, "legacy-tde")
    terminal.wait_for("Type the cluster id")
    terminal.send(cluster_id, "enter", "enter", "tab", "tab")
    terminal.send("enter")  # on Cancel
    terminal.wait_for(lambda: bool(terminal.cursor_line) and "Cancel" not in terminal.text)
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert server.requests("DeleteCluster") == []


def test_blocked_nothing_that_is_typed_deletes(serve: Serve, on_server: Launch) -> None:
    server = serve(clusters=400)
    terminal = on_server(server)
    cluster_id = open_dialog(terminal, "payments-prod-01")
    terminal.wait_for("BLOCKED")
    assert "hsm-" in terminal.text
    terminal.send(cluster_id, "y", "tab", "tab", "ctrl+d", " ")
    terminal.wait_for(lambda: bool(terminal.cursor_line) and "BLOCKED" not in terminal.text)
    terminal.send("ctrl+d")
    terminal.wait_for("BLOCKED")
    terminal.send(cluster_id, "tab", "enter")
    terminal.wait_for(lambda: bool(terminal.cursor_line) and "BLOCKED" not in terminal.text)
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert server.requests("DeleteCluster") == []


def test_read_only_blocks_even_an_empty_cluster(serve: Serve, on_server: Launch) -> None:
    server = serve(clusters=400)
    terminal = on_server(server, "--read-only")
    terminal.wait_for(lambda: terminal.lines[0].rstrip().endswith("RO"))
    cluster_id = open_dialog(terminal, "legacy-tde")
    terminal.wait_for("BLOCKED")
    terminal.send(cluster_id, "tab", "enter")
    terminal.wait_for(lambda: bool(terminal.cursor_line) and "BLOCKED" not in terminal.text)
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert server.requests("DeleteCluster") == []


def test_an_hsm_is_deleted_once_and_leaves_the_list(
    serve: Serve, on_server: Launch, home: Path
) -> None:
    config = home / "own.toml"
    config.write_text("[delete]\npoll_seconds = 1\n", encoding="utf-8")
    clock = StandingClock(datetime.now(UTC))
    server = serve(clusters=400, clock=clock)
    terminal = on_server(server, "--config", str(config))
    terminal.wait_for("clusters (25+)")
    cluster_id = go_to(terminal, "open-banking-dev")
    terminal.send("D")
    terminal.wait_for("Type the HSM id")
    (hsm_id,) = set(re.findall(r"hsm-[a-z2-7]{11}", terminal.text.partition("Delete HSM")[2]))
    terminal.send(hsm_id[:-1], "enter")
    terminal.wait_for(hsm_id[:-1] + " ")
    terminal.send(hsm_id[-1])
    terminal.send("enter")  # in the field it does nothing
    terminal.send("tab", "enter")
    terminal.wait_for(lambda: len(server.requests("DeleteHsm")) == 1)
    terminal.wait_for(lambda: "0/1" in terminal.cursor_line)
    (request,) = server.requests("DeleteHsm")
    assert request["parameters"] == {"ClusterId": cluster_id, "HsmId": hsm_id}
    assert request["status"] == 200
    clock.advance(DELETE_SECONDS)
    terminal.wait_for(f"{hsm_id} is deleted")
    assert "0/0" in terminal.cursor_line
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert len(server.requests("DeleteHsm")) == 1
