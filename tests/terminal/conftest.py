"""Terminals and servers of their own for each test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.terminal.server import Server
from tests.terminal.terminal import HSMTUI, Terminal, aws_environment, environment

Launch = Callable[..., Terminal]
Serve = Callable[..., Server]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def launch(home: Path) -> Iterator[Launch]:
    """Starts ``hsmtui`` in a terminal; `environ` replaces the environment, `size` the 80 by 24."""
    with ExitStack() as terminals:

        def start(
            *arguments: str,
            environ: dict[str, str] | None = None,
            size: tuple[int, int] = (80, 24),
        ) -> Terminal:
            terminal = Terminal([HSMTUI, *arguments], environ or environment(home), *size)
            return terminals.enter_context(terminal)

        yield start


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts ``hsmtui demo-server``."""
    servers: list[Server] = []

    def start(*arguments: str) -> Server:
        servers.append(Server(tmp_path / f"requests-{len(servers)}.jsonl", *arguments))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def on_server(launch: Launch, home: Path) -> Launch:
    """Starts ``hsmtui`` against a server, with keys of its well-filled account."""

    def start(server: Server, *arguments: str, **options: Any) -> Terminal:
        options.setdefault("environ", aws_environment(home))
        return launch("--endpoint-url", server.url, *arguments, **options)

    return start
