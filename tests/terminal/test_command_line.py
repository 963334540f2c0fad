"""What the command says and its exit status, where nothing is drawn."""

import json
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.terminal.terminal import HSMTUI, environment


def run(home: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [HSMTUI, *arguments],
        env=environment(home, **environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def write_config(home: Path, text: str) -> Path:
    path = home / ".config" / "hsmtui" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_version(home: Path) -> None:
    done = run(home, "--version")
    assert (done.returncode, done.stdout) == (0, f"hsmtui {version('hsmtui')}\n")


@pytest.mark.parametrize("arguments", [("-h",), ("--help",), ("demo-server", "-h")])
def test_help(home: Path, arguments: tuple[str, ...]) -> None:
    done = run(home, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: hsmtui")


def test_help_names_every_option(home: Path) -> None:
    text = run(home, "-h").stdout
    options = (
        "--profile --region --endpoint-url --demo --read-only --write --filter --theme --config "
        "--log-file --log-level --version paths demo-server"
    )
    assert [option for option in options.split() if option not in text] == []


def test_paths_are_in_the_home_folder(home: Path) -> None:
    done = run(home, "paths")
    assert (done.returncode, done.stderr) == (0, "")
    assert str(home / ".config" / "hsmtui" / "config.toml") in done.stdout
    assert str(home / ".local" / "state" / "hsmtui" / "state.toml") in done.stdout
    assert list(home.iterdir()) == []


def test_paths_honour_xdg(home: Path) -> None:
    done = run(home, "paths", XDG_CONFIG_HOME="/xdg/config", XDG_STATE_HOME="/xdg/state")
    assert "/xdg/config/hsmtui/config.toml" in done.stdout
    assert "/xdg/state/hsmtui/state.toml" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--nonsense",), "--nonsense"),
        (("--log-level", "loud"), "loud"),
        (("--read-only", "--write"), "--write"),
        (("nonsense",), "nonsense"),
        (("demo-server", "--port", "http"), "http"),
        (("--filter", "colour:red"), "colour"),
        (("--endpoint-url", "127.0.0.1:8765"), "https://host:port"),
    ],
)
def test_bad_usage_comes_before_bad_settings(
    home: Path, arguments: tuple[str, ...], named: str
) -> None:
    write_config(home, "page_sise = 25\n")
    done = run(home, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert named in done.stderr
    assert "page_sise" not in done.stderr


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('profile = "a"\npage_sise = 25\n', ("page_sise", "page_size")),
        ('page_size = "many"\n', ("page_size",)),
        ("mouse = true\npage_size =\n", ("line 2",)),
        ('[keys]\n"cluster.delet" = "x"\n', ("cluster.delet", "cluster.delete")),
        ('[keys]\n"cluster.delete" = "ctrl+dd"\n', ("cluster.delete", "ctrl+dd")),
        ('[keys]\n"cluster.delete" = "q"\n', ("cluster.delete", "app.quit")),
    ],
)
def test_bad_settings_come_before_no_terminal(
    home: Path, text: str, named: tuple[str, ...]
) -> None:
    path = write_config(home, text)
    done = run(home, "--demo")
    assert (done.returncode, done.stdout) == (2, "")
    assert [word for word in (*named, str(path)) if word not in done.stderr] == []
    assert "Traceback" not in done.stderr
    assert path.read_text(encoding="utf-8") == text


def test_a_broken_config_is_named(home: Path) -> None:
    path = write_config(home, "page_sise = 25\n")
    assert str(path) in run(home, "--demo").stderr


def test_a_config_that_was_asked_for_must_be_there(home: Path) -> None:
    for done in (
        run(home, "--demo", "--config", "/nonexistent/config.toml"),
        run(home, "--demo", HSMTUI_CONFIG="/nonexistent/config.toml"),
    ):
        assert done.returncode == 2
        assert "/nonexistent/config.toml" in done.stderr


def test_the_demo_server_logs_one_json_line_a_request(home: Path, tmp_path: Path) -> None:
    """The log is one that tools can read: here, of a server that was asked nothing."""
    log = tmp_path / "log.jsonl"
    with subprocess.Popen(
        [HSMTUI, "demo-server", "--log", str(log)],
        env=environment(home),
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("http://127.0.0.1:")
        server.terminate()
    assert [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] == []
