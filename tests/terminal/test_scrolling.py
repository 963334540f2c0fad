"""Long sequences of keys, and the pages that they ask for."""

import pytest

from hsmtui.demo.control_plane import ControlPlane
from tests.terminal.conftest import Launch, Serve, Served
from tests.terminal.rows import cursor_id, ids, press_and_follow

pytestmark = pytest.mark.usefixtures("service_order")


def pages_in_a_chain(server: Served, count: int) -> None:
    """So many pages were asked for, once each, the first without a token."""
    parameters = [request["parameters"] for request in server.requests("DescribeClusters")]
    tokens = [each.get("NextToken") for each in parameters]
    assert len(parameters) == count
    assert tokens[0] is None
    assert len(set(tokens)) == count
    assert {each["MaxResults"] for each in parameters} == {25}


def test_the_next_page_is_asked_for_five_rows_before_the_end(
    serve: Serve, on_server: Launch
) -> None:
    server = serve(clusters=400)
    terminal = on_server(server)
    terminal.wait_for("clusters (25+)")
    terminal.wait_for(lambda: cursor_id(terminal) != "")
    for _ in range(18):
        press_and_follow(terminal, "j")
    terminal.send("r")
    terminal.wait_for(lambda: len(server.requests("DescribeClusters")) == 2)
    assert "NextToken" not in server.requests("DescribeClusters")[1]["parameters"]
    terminal.wait_for(lambda: "refreshing" not in terminal.text)
    terminal.send("j")
    terminal.wait_for("clusters (50+)")
    assert "NextToken" in server.requests("DescribeClusters")[2]["parameters"]


def test_a_held_key_goes_to_the_last_of_400(serve: Serve, on_server: Launch) -> None:
    listed = ControlPlane(clusters=400).place("111111111111", "us-east-1").listed()
    server = serve(clusters=400)
    terminal = on_server(server)
    terminal.wait_for("cluster-")
    terminal.hold("down", lambda: cursor_id(terminal) == listed[-1].cluster_id)
    assert "clusters (400)" in terminal.text
    terminal.send("g")
    terminal.wait_for(lambda: cursor_id(terminal) == listed[0].cluster_id)
    terminal.send(*["j"] * 200)
    terminal.wait_for(lambda: cursor_id(terminal) == listed[200].cluster_id)
    terminal.send(*["k"] * 100)
    terminal.wait_for(lambda: cursor_id(terminal) == listed[100].cluster_id)
    pages_in_a_chain(server, 16)


def test_page_downs_show_every_row_of_the_demo_once(launch: Launch) -> None:
    terminal = launch("--demo")
    terminal.wait_for("cluster-")
    terminal.send("M")
    terminal.wait_for("clusters (312)")
    seen = dict.fromkeys(ids(terminal))
    last = press_and_follow(terminal, "G")
    press_and_follow(terminal, "g")
    while cursor_id(terminal) != last:
        press_and_follow(terminal, "page_down")
        seen |= dict.fromkeys(ids(terminal))
    assert len(seen) == 312


def test_to_the_end_loads_one_page(serve: Serve, on_server: Launch) -> None:
    server = serve(clusters=400)
    terminal = on_server(server)
    terminal.wait_for("clusters (25+)")
    terminal.send("G")
    terminal.wait_for("clusters (50+)")
    terminal.send("G")
    terminal.wait_for("clusters (75+)")
    pages_in_a_chain(server, 3)


def test_all_pages_are_400_rows(serve: Serve, on_server: Launch) -> None:
    server = serve(clusters=400)
    terminal = on_server(server)
    terminal.wait_for("clusters (25+)")
    terminal.send("M")
    terminal.wait_for("clusters (400)")
    pages_in_a_chain(server, 16)


def test_a_filter_on_state_goes_to_the_service_and_pages_there(
    serve: Serve, on_server: Launch
) -> None:
    server = serve(clusters=400)
    terminal = on_server(server)
    terminal.wait_for("clusters (25+)")
    terminal.send("/", "state:active", "enter")
    terminal.wait_for("clusters (25 of 25+, filter: state:active)")
    assert len(server.requests("DescribeClusters")) == 2
    terminal.send("m")
    terminal.wait_for(lambda: len(server.requests("DescribeClusters")) == 3)
    _, first, second = (request["parameters"] for request in server.requests("DescribeClusters"))
    assert first == {"Filters": {"states": ["ACTIVE"]}, "MaxResults": 25}
    assert second["Filters"] == {"states": ["ACTIVE"]}
    assert second["NextToken"]


def test_what_is_typed_together_with_the_slash_goes_into_the_filter(launch: Launch) -> None:
    """Keys that come in one piece, as over a slow line: none of them is taken for a command."""
    terminal = launch("--demo")
    terminal.wait_for("clusters (25+)")
    terminal.send("/", "quasar Mm")
    terminal.wait_for("quasar Mm")
    terminal.wait_for("of 25+")
    assert terminal.process.poll() is None
