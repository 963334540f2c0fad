"""From the command to the first rows, and one request for them."""

import socket
import tomllib
from pathlib import Path

from tests.terminal.conftest import Launch, Serve
from tests.terminal.terminal import aws_environment, environment

STARTS = True
"""The installed command is run each time."""


def test_the_demo_starts_with_its_rows(launch: Launch) -> None:
    terminal = launch("--demo")
    terminal.wait_for("cluster-")
    terminal.wait_for("clusters (25+)")
    terminal.wait_for(lambda: "us-east-1" in terminal.lines[0])
    assert "DEMO" in terminal.lines[0]


def test_the_demo_reads_nothing_of_the_users(launch: Launch, home: Path) -> None:
    (home / ".aws").mkdir()
    for name in ("config", "credentials"):
        (home / ".aws" / name).write_text("this is [no configuration\n", encoding="utf-8")
    dead = "http://127.0.0.1:9"
    terminal = launch(
        "--demo",
        environ=environment(
            home,
            AWS_ACCESS_KEY_ID="AKIADEMO999999999999",
            AWS_SECRET_ACCESS_KEY="demo",
            AWS_PROFILE="nobody",
            AWS_REGION="eu-west-1",
            AWS_CONFIG_FILE=str(home / ".aws" / "config"),
            AWS_ENDPOINT_URL=dead,
            AWS_ENDPOINT_URL_CLOUDHSM_V2=dead,
            AWS_CA_BUNDLE="/nonexistent",
            HTTP_PROXY=dead,
            HTTPS_PROXY=dead,
            http_proxy=dead,
            all_proxy=dead,
        ),
    )
    terminal.wait_for("cluster-")
    terminal.wait_for("1111-1111-1111")
    terminal.wait_for(lambda: "us-east-1" in terminal.lines[0])
    assert "nobody" not in terminal.text


def test_one_request_brings_the_first_rows(serve: Serve, on_server: Launch) -> None:
    server = serve(clusters=400)
    terminal = on_server(server)
    terminal.wait_for("cluster-")
    terminal.wait_for("1111-1111-1111")  # STS comes after the rows
    assert server.url in terminal.lines[0]
    (request,) = server.requests("DescribeClusters")
    assert request["parameters"] == {"MaxResults": 25}
    assert len(server.requests("GetCallerIdentity")) == 1


def test_a_page_that_does_not_fill_the_view_is_followed(serve: Serve, on_server: Launch) -> None:
    server = serve(clusters=400)
    terminal = on_server(server, size=(200, 50))
    terminal.wait_for("clusters (75+)")
    terminal.wait_for("1111-1111-1111")
    assert len(server.requests("DescribeClusters")) == 3


def test_it_starts_with_a_filter(serve: Serve, on_server: Launch) -> None:
    server = serve(clusters=400)
    terminal = on_server(server, "--filter", "state:degraded")
    terminal.wait_for("cluster-")
    first = server.requests("DescribeClusters")[0]
    assert first["parameters"]["Filters"] == {"states": ["DEGRADED"]}


def test_a_state_folder_that_cannot_be_written_is_a_notice(launch: Launch, home: Path) -> None:
    """Where a folder should be there is a file; that holds for root, too."""
    blocked = home / "blocked"
    blocked.write_text("", encoding="utf-8")
    dead = "http://127.0.0.1:9"
    terminal = launch(
        "--endpoint-url", dead, environ=aws_environment(home, XDG_STATE_HOME=str(blocked))
    )
    terminal.wait_for("CLUSTER")
    terminal.send("s", "a")
    terminal.wait_for("state.toml cannot be written: Not a directory")
    terminal.send("q")
    assert terminal.wait_exit() == 0


def test_what_is_remembered_is_private_and_the_config_is_never_written(
    serve: Serve, on_server: Launch, home: Path
) -> None:
    config = home / ".config" / "hsmtui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("# mine\npage_size = 10\n", encoding="utf-8")
    before = config.stat()
    server = serve(clusters=30)
    terminal = on_server(server)
    terminal.wait_for("cluster-")
    terminal.send("s", "a")
    state = home / ".local" / "state" / "hsmtui" / "state.toml"
    terminal.wait_for(lambda: state.exists() and "sort" in tomllib.loads(state.read_text("utf-8")))
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert state.stat().st_mode & 0o777 == 0o600
    assert config.read_text(encoding="utf-8") == "# mine\npage_size = 10\n"
    assert config.stat().st_mtime_ns == before.st_mtime_ns
    assert [path.name for path in config.parent.iterdir()] == ["config.toml"]
    assert server.requests("DescribeClusters")[0]["parameters"] == {"MaxResults": 10}


def test_the_demo_leaves_nothing_behind(launch: Launch, home: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    terminal = launch("--demo", environ=environment(home, TMPDIR=str(scratch)))
    terminal.wait_for("cluster-")
    terminal.send("s", "a")
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert list(scratch.iterdir()) == []
    assert list(home.rglob("*")) == []


def test_a_screen_that_something_else_wrote_on_is_drawn_again(launch: Launch) -> None:
    terminal = launch("--demo")
    terminal.wait_for("1111-1111-1111")
    terminal.wait_for("1 Overview")
    terminal.wipe()
    terminal.send("\x0c")
    for text in ("1111-1111-1111", "clusters (25+)", "hsm-retiring", "1 Overview", "q quit"):
        terminal.wait_for(text)


def test_instance_metadata_is_not_waited_for(launch: Launch, home: Path) -> None:
    """Off EC2 nobody answers there: the screen is up, says so, and quits."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        terminal = launch(
            environ=environment(
                home,
                AWS_REGION="us-east-1",
                AWS_EC2_METADATA_SERVICE_ENDPOINT=address,
                AWS_METADATA_SERVICE_TIMEOUT="60",
            ),
        )
        terminal.wait_for("waiting for instance metadata (is this EC2?)")
        terminal.send("P")
        terminal.wait_for("default chain")
        terminal.send("escape")
        terminal.wait_for(lambda: "default chain" not in terminal.text)
        terminal.send("q")
        assert terminal.wait_exit() == 0
