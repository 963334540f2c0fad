"""The one file as it is released, run by a Python that is to run it: nothing needed was cut.

ONE_FILE is the command, such as "python3.13 dist/hsmtui-1.0-manylinux2014_x86_64.pyz".
"""

import json
import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hsmtui import __version__
from hsmtui.demo.environment import demo_environment
from tests.terminal.conftest import Serve, Served, home, serve  # noqa: F401 - fixtures
from tests.terminal.rows import go_to
from tests.terminal.terminal import Terminal, aws_environment, environment

COMMAND = shlex.split(os.environ.get("ONE_FILE", ""))
OPERATOR = "arn:aws:iam::222222222222:role/Operator"

PROFILES = f"""
[profile operator]
region = eu-west-1
endpoint_url = URL
role_arn = {OPERATOR}
source_profile = demo
role_session_name = alice

[profile pod]
region = eu-west-1
endpoint_url = URL
role_arn = {OPERATOR}
web_identity_token_file = TOKEN
role_session_name = pod-1

[profile from-program]
region = us-east-1
endpoint_url = URL
credential_process = cat KEYS
"""

KEYS = {"Version": 1, "AccessKeyId": "AKIADEMO111111111111", "SecretAccessKey": "demo"}
"""What a program says that gives credentials."""

Run = Callable[..., str]


@pytest.fixture(autouse=True, scope="session")
def there_is_a_file() -> None:
    assert COMMAND, "set ONE_FILE to the command that starts the file"


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder to which the file unpacks itself, once for all tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def usual(home: Path, cache: Path) -> dict[str, str]:  # noqa: F811
    """The environment without keys."""
    return environment(home, XDG_CACHE_HOME=str(cache))


@pytest.fixture
def run(usual: dict[str, str]) -> Run:
    """What the command prints on standard output."""

    def run(*arguments: str, status: int = 0, **more: str) -> str:
        ended = subprocess.run(
            [*COMMAND, *arguments], env={**usual, **more}, capture_output=True, text=True
        )
        assert ended.returncode == status, ended.stdout + ended.stderr
        assert ended.stderr == ""
        return ended.stdout

    return run


@contextmanager
def terminal(environ: dict[str, str], *arguments: str) -> Iterator[Terminal]:
    with Terminal([*COMMAND, *arguments], environ) as started:
        yield started


@pytest.fixture
def signing_in(home: Path, serve: Serve, cache: Path) -> tuple[Served, dict[str, str]]:  # noqa: F811
    """A server, and the environment whose profiles get keys from it in every way."""
    server = serve(clusters=12)
    (home / "token").write_text("eyJ.a.token")
    environ = demo_environment(environment(home, XDG_CACHE_HOME=str(cache)), home, server.url)
    (home / "keys").write_text(json.dumps(KEYS))
    text = PROFILES.replace("URL", server.url).replace("TOKEN", str(home / "token"))
    with Path(environ["AWS_CONFIG_FILE"]).open("a", encoding="utf-8") as file:
        file.write(text.replace("KEYS", str(home / "keys")))
    return server, environ


def operations(server: Served) -> set[str]:
    return {request.operation for request in server.plane.requests}


def test_it_is_this_version(run: Run) -> None:
    assert run("--version").startswith(f"hsmtui {__version__}")


def test_every_command_has_its_help(run: Run) -> None:
    section = run("--help").partition("\ncommands:\n")[2].partition("\n\n")[0]
    commands = re.findall(r"^  ([a-z][a-z-]*)\b", section, re.MULTILINE)
    assert {"check", "audit", "paths", "demo-server"} <= set(commands)
    for command in commands:
        assert f"hsmtui {command}" in run(command, "--help")


def test_the_demo_is_checked(run: Run) -> None:
    told = json.loads(run("check", "--demo", "--format", "json"))
    assert "root-ca-ceremony" in {cluster["name"] for cluster in told["inventory"]}
    assert {"critical", "high"} <= {finding["severity"] for finding in told["findings"]}


def test_it_deletes_a_cluster_of_the_demo_on_the_screen(usual: dict[str, str]) -> None:
    with terminal(usual, "--demo") as screen:
        screen.wait_for("clusters (25+)")
        screen.send("/", "legacy-tde", "enter")
        screen.wait_for(lambda: "legacy-tde" in screen.cursor_line)
        cluster_id = go_to(screen, "legacy-tde")
        screen.send("ctrl+d")
        screen.wait_for("Type the cluster id")
        screen.send(cluster_id)
        screen.wait_for(f"{cluster_id} ")
        screen.send("tab", "enter")
        screen.wait_for("DELETE_IN_PROGRESS")
        screen.send("ctrl+q")
        assert screen.wait_exit() == 0
        assert screen.is_restored


def test_it_deletes_over_http(serve: Serve, home: Path, cache: Path) -> None:  # noqa: F811
    server = serve(clusters=400)
    environ = aws_environment(home, XDG_CACHE_HOME=str(cache))
    with terminal(environ, "--endpoint-url", server.url) as screen:
        screen.wait_for("clusters (25+)")
        cluster_id = go_to(screen, "legacy-tde")
        screen.send("ctrl+d")
        screen.wait_for("Type the cluster id")
        screen.send(cluster_id)
        screen.wait_for(f"{cluster_id} ")
        screen.send("tab", "enter")
        screen.wait_for("DELETE_IN_PROGRESS")
    (request,) = server.requests("DeleteCluster")
    assert request["parameters"] == {"ClusterId": cluster_id}


@pytest.mark.parametrize(
    ("profile", "asked"),
    [
        ("demo", "GetCallerIdentity"),
        ("operator", "AssumeRole"),
        ("pod", "AssumeRoleWithWebIdentity"),
        ("from-program", "GetCallerIdentity"),
    ],
)
def test_it_gets_keys_in_every_way(
    run: Run, signing_in: tuple[Served, dict[str, str]], profile: str, asked: str
) -> None:
    server, environ = signing_in
    told: dict[str, Any] = json.loads(run("check", "-p", profile, "--format", "json", **environ))
    assert [place["status"] for place in told["places"]] == ["ok"]
    assert {asked, "DescribeClusters", "DescribeBackups"} <= operations(server)


@pytest.mark.parametrize("profile", ["demo-sso", "demo-mfa"])
def test_it_has_the_person_sign_in(
    signing_in: tuple[Served, dict[str, str]],
    home: Path,  # noqa: F811
    profile: str,
) -> None:
    server, environ = signing_in
    output = home / "check.json"
    words = ("check", "-p", profile, "--format", "json", "--output", str(output))
    with terminal(environ, *words) as screen:
        if profile == "demo-mfa":
            screen.wait_for("MFA code of arn")
            screen.send("123456", "enter")
        else:
            screen.wait_for("enter the code")
            code = screen.text.partition("enter the code ")[2].split()[0]
            server.plane.approve(code)
        assert screen.wait_exit() == 0, screen.text
    told = json.loads(output.read_text(encoding="utf-8"))
    assert [place["status"] for place in told["places"]] == ["ok"]


def test_it_knows_the_regions_of_every_partition(
    run: Run, signing_in: tuple[Served, dict[str, str]]
) -> None:
    _, environ = signing_in
    told = json.loads(run("check", "-p", "demo", "-r", "us-*,eu-*", "--format", "json", **environ))
    assert {"us-east-1", "eu-central-1"} <= {place["region"] for place in told["places"]}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a mount")
def test_a_home_from_which_nothing_may_run_is_passed_over(home: Path, cache: Path) -> None:  # noqa: F811
    other = cache.with_name("elsewhere")
    other.mkdir()
    environ = environment(home, XDG_RUNTIME_DIR=str(other))
    mounted = f"mount -t tmpfs -o noexec none {shlex.quote(str(home))}"
    script = f"{mounted} && exec {shlex.join([*COMMAND, '--version'])}"
    command = ["unshare", "--mount", "sh", "-c", script]
    ended = subprocess.run(command, env=environ, capture_output=True, text=True)
    if "permission denied" in ended.stderr.lower():
        pytest.skip("mounts cannot be made here")
    assert ended.returncode == 0, ended.stderr
    assert [path.name for path in other.iterdir()] == [f"hsmtui-{os.geteuid()}"]
