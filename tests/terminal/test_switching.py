"""Another profile, another region, by keys."""

from pathlib import Path

import pytest

from tests.terminal.conftest import Launch, Serve, Served
from tests.terminal.terminal import Terminal, environment

PROFILES = {
    "prod": ("111111111111", "us-east-1"),
    "staging": ("222222222222", "eu-central-1"),
    "homeless": ("333333333333", None),
}


@pytest.fixture
def profiles(home: Path, serve: Serve) -> Served:
    server = serve(clusters=60)
    sections = []
    for name, (account, region) in PROFILES.items():
        place = f"region = {region}\n" if region else ""
        sections.append(
            f"[profile {name}]\n{place}endpoint_url = {server.url}\n"
            f"aws_access_key_id = AKIADEMO{account}\naws_secret_access_key = demo\n"
        )
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text("\n".join(sections), encoding="utf-8")
    return server


def pick(terminal: Terminal, key: str, heading: str, name: str) -> None:
    terminal.send(key)
    terminal.wait_for(heading)
    terminal.wait_for("type to narrow")
    terminal.send(name)
    terminal.wait_for(lambda: "type to narrow" not in terminal.text)
    terminal.send("enter")


def test_a_profile_brings_its_region(profiles: Served, launch: Launch) -> None:
    terminal = launch("-p", "prod")
    terminal.wait_for("clusters (25+)")
    terminal.wait_for("1111-1111-1111")
    pick(terminal, "P", "Profile", "staging")
    terminal.wait_for("2222-2222-2222")
    assert "staging" in terminal.lines[0]
    assert "eu-central-1" in terminal.lines[0]
    last = profiles.requests("DescribeClusters")[-1]
    assert (last["account"], last["region"]) == ("222222222222", "eu-central-1")


def test_a_profile_without_a_region_keeps_the_one_shown(profiles: Served, launch: Launch) -> None:
    terminal = launch("-p", "staging")
    terminal.wait_for("2222-2222-2222")
    pick(terminal, "P", "Profile", "homeless")
    terminal.wait_for("3333-3333-3333")
    last = profiles.requests("DescribeClusters")[-1]
    assert (last["account"], last["region"]) == ("333333333333", "eu-central-1")


def test_a_region_is_picked(profiles: Served, launch: Launch) -> None:
    terminal = launch("-p", "prod")
    terminal.wait_for("clusters (25+)")
    pick(terminal, "R", "Region", "ap-southeast-2")
    terminal.wait_for(lambda: "ap-southeast-2" in terminal.lines[0])
    terminal.wait_for("clusters (")
    terminal.wait_for(lambda: profiles.requests("DescribeClusters")[-1]["region"] != "us-east-1")
    assert "prod" in terminal.lines[0]


def test_a_region_is_taken_as_typed(profiles: Served, launch: Launch) -> None:
    terminal = launch("-p", "prod")
    terminal.wait_for("clusters (25+)")
    pick(terminal, "R", "Region", "us-east-9")
    terminal.wait_for(lambda: "us-east-9" in terminal.lines[0])
    terminal.wait_for(lambda: profiles.requests("DescribeClusters")[-1]["region"] == "us-east-9")


def test_the_demo_switches_its_profiles(launch: Launch, home: Path) -> None:
    terminal = launch("--demo", environ=environment(home))
    terminal.wait_for("1111-1111-1111")
    pick(terminal, "P", "Profile", "demo-staging")
    terminal.wait_for("2222-2222-2222")
    terminal.wait_for("eu-central-1")
    assert not (home / ".local").exists()


def test_keys_that_come_at_once_go_to_the_dialog(profiles: Served, launch: Launch) -> None:
    """As over a slow line, which delivers what was typed in one piece."""
    terminal = launch("-p", "prod")
    terminal.wait_for("1111-1111-1111")
    terminal.send("P", "staging", "enter")
    terminal.wait_for("2222-2222-2222")
    terminal.send("R", "sa-east-1", "enter")
    terminal.wait_for(lambda: "sa-east-1" in terminal.lines[0])
    terminal.wait_for("No clusters in sa-east-1")
    terminal.send("P", "prod", "enter")
    terminal.wait_for("1111-1111-1111")
    terminal.wait_for("clusters (25+)")
    terminal.send("C", "q")
    terminal.wait_for("Copy")
    terminal.send("escape")
    terminal.wait_for(lambda: "Copy" not in terminal.text)
    terminal.send("ctrl+d", "q", "y")
    terminal.wait_for("Delete cluster")
    terminal.send("escape")
    terminal.wait_for(lambda: "Delete cluster" not in terminal.text)
    terminal.send("/", "q", "P", "enter")
    terminal.wait_for("filter: qP")
    assert terminal.process.poll() is None


def test_keys_are_dropped_where_no_dialog_comes(
    profiles: Served, launch: Launch, home: Path
) -> None:
    terminal = launch("-p", "prod")
    terminal.wait_for("1111-1111-1111")
    (home / ".aws" / "config").write_text("[broken\n", encoding="utf-8")
    terminal.send("P", "?", "t")
    terminal.wait_for("malformed")
    terminal.hold("down", lambda: terminal.cursor_line not in {"", terminal.lines[3]})
    assert "─ Help" not in terminal.text
    assert "─ Tags" not in terminal.text


@pytest.mark.usefixtures("service_order")
def test_keys_behind_an_enter_are_not_part_of_what_was_entered(
    profiles: Served, launch: Launch
) -> None:
    terminal = launch("-p", "prod")
    terminal.wait_for("1111-1111-1111")
    terminal.send("/", "state:ACTIVE", "enter", "g", "j", "j")
    terminal.wait_for("filter: state:ACTIVE)")
    terminal.wait_for(lambda: terminal.cursor_line == terminal.lines[5])
    terminal.send("P", "staging", "enter", "R", "sa-east-1", "enter", "/", "x", "enter")
    terminal.wait_for("sa-east-1")
    terminal.wait_for("No cluster matches x")
    terminal.wait_for(lambda: "2222-2222-2222" in terminal.lines[0])
    terminal.send("escape")
    terminal.wait_for("No clusters in sa-east-1")
