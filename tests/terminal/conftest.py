"""Terminals and servers of their own for each test."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from hsmtui.demo.server import DemoServer
from tests.parts import part_of
from tests.scripted import ScriptedPlane
from tests.terminal.fork_server import ForkServer
from tests.terminal.terminal import HSMTUI, PATIENCE, Terminal, aws_environment, environment

FOLDER = Path(__file__).parent

Launch = Callable[..., Terminal]
Run = Callable[..., subprocess.CompletedProcess[str]]
Serve = Callable[..., "Served"]


QUARTERS = 4
"""Parts of the tests of each file: they start the command, which takes long."""


@pytest.hookimpl(tryfirst=True)  # before marks are asked for
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep this run's part of the tests in this folder, and mark that they are in parts."""
    here = [item for item in items if item.path.parent == FOLDER]
    for item in here:
        item.add_marker("in_parts")
    files = groupby(here, lambda item: item.path)
    kept = {item for _, found in files for item in part_of(found, parts=QUARTERS)}
    left = set(here) - kept
    config.hook.pytest_deselected(items=list(left))
    items[:] = [item for item in items if item not in left]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def service_order(home: Path) -> None:
    """The list opens in the order of the service, which does not change as findings come."""
    config = home / ".config" / "hsmtui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("worst_first = false\n", encoding="utf-8")


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer]:
    with ForkServer() as server:
        yield server


@pytest.fixture
def run(home: Path, fork_server: ForkServer) -> Run:
    """Runs ``hsmtui`` without a terminal; keyword arguments are variables of its environment."""

    def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        command, variables = [HSMTUI, *arguments], environment(home, **environ)
        if fork_server.serves(variables):
            return fork_server.run(command, variables, PATIENCE)
        return subprocess.run(
            command,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    return run


@pytest.fixture
def launch(home: Path, request: pytest.FixtureRequest) -> Iterator[Launch]:
    """Starts ``hsmtui`` in a terminal; `environ` replaces the environment, `size` the 80 by 24.

    A module that is about starting says ``STARTS = True``: the installed command is run there.
    """
    starts = getattr(request.module, "STARTS", False)
    server = None if starts else request.getfixturevalue("fork_server")
    with ExitStack() as terminals:

        def start(
            *arguments: str,
            environ: dict[str, str] | None = None,
            size: tuple[int, int] = (80, 24),
        ) -> Terminal:
            command = [HSMTUI, *arguments]
            terminal = Terminal(command, environ or environment(home), *size, server=server)
            return terminals.enter_context(terminal)

        yield start


class Served(NamedTuple):
    """The demo's control plane in this process, which is sooner there than ``demo-server``."""

    plane: ScriptedPlane
    url: str

    def requests(self, operation: str) -> list[dict[str, Any]]:
        """What was asked and answered, as lines of the log."""
        asked = [r for r in self.plane.requests if r.operation == operation]
        return [json.loads(request.as_line()) for request in asked if request.status is not None]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves a control plane; the arguments are its own."""
    with ExitStack() as servers:

        def start(**arguments: Any) -> Served:
            plane = ScriptedPlane(**arguments)
            return Served(plane, servers.enter_context(DemoServer(plane)).url)

        yield start


@pytest.fixture
def on_server(launch: Launch, home: Path) -> Launch:
    """Starts ``hsmtui`` against a server, with keys of its well-filled account."""

    def start(server: Served, *arguments: str, **options: Any) -> Terminal:
        options.setdefault("environ", aws_environment(home))
        return launch("--endpoint-url", server.url, *arguments, **options)

    return start
