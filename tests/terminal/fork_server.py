"""``hsmtui`` started as a fork of a process that has imported it: most of a start is imports, and
most of the rest is reading botocore's data.

A fork runs the command's own `main` with the arguments, environment and terminal that it is given,
and ends as the command does. What Python or botocore read of the environment before that is the
fork server's: `serves` says which environments do not differ in it. Tests of starting, of caches
in the home folder and of commands in a shell start the installed command itself.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

BASE = {"PATH": os.defpath, "LANG": "C.UTF-8"}
GIVEN = {
    *("HOME", "TMPDIR", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"),
    *("AWS_EC2_METADATA_DISABLED", "TERM", "NO_COLOR"),
    *("XDG_CONFIG_HOME", "XDG_STATE_HOME", "HSMTUI_CONFIG"),
}
"""Variables that are read by the command itself, each time that it needs them."""


class ForkServer:
    """The process that was imported into, and how it is asked for forks of it."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        self._terminal = os.openpty()
        script = f"from tests.terminal import fork_server; fork_server.serve({theirs.fileno()})"
        self._process = subprocess.Popen(
            [sys.executable, "-c", script],
            env={**BASE, "HOME": os.devnull},
            cwd=Path(__file__).parents[2],
            stdin=self._terminal[1],
            stdout=self._terminal[1],
            stderr=self._terminal[1],
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        self._answers = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._answers.close()
        self._socket.close()
        self._process.wait()
        for end in self._terminal:
            os.close(end)

    @staticmethod
    def serves(environ: Mapping[str, str]) -> bool:
        """Whether a start in this environment differs in nothing that was read before."""
        rest = {name: value for name, value in environ.items() if name not in GIVEN}
        return rest == BASE

    def ask(self, **question: Any) -> Any:
        """One question to the server, and its answer."""
        self._socket.sendall(json.dumps(question).encode() + b"\n")
        return json.loads(self._answers.readline())

    def start(self, command: Sequence[str], environ: Mapping[str, str], terminal: str) -> "Fork":
        """Start the command in a session of its own, which the terminal belongs to."""
        return self._fork(command, environ, [terminal] * 3)

    def run(
        self, command: Sequence[str], environ: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Run the command without a terminal to its end, as `subprocess.run` does."""
        with TemporaryDirectory() as folder:
            written = [Path(folder, name) for name in ("stdout", "stderr")]
            for path in written:
                path.touch()
            fork = self._fork(command, environ, [os.devnull, *map(str, written)])
            try:
                status = fork.wait(timeout)
            finally:
                fork.send_signal(signal.SIGKILL)
            output, errors = (path.read_text("utf-8") for path in written)
        return subprocess.CompletedProcess([*command], status, output, errors)

    def _fork(
        self, command: Sequence[str], environ: Mapping[str, str], streams: Sequence[str]
    ) -> "Fork":
        pid = self.ask(command=[*command], environ={**environ}, streams=[*streams])
        return Fork(self, pid)


class Fork:
    """A process that is a child of the fork server's, used like one of `subprocess.Popen`."""

    def __init__(self, server: ForkServer, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._server = server

    def poll(self) -> int | None:
        """The exit status, a signal's number negative, or None while it runs."""
        if self.returncode is None:
            self.returncode = self._server.ask(status_of=self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit status as soon as there is one. Raises `subprocess.TimeoutExpired`."""
        if self.returncode is None:
            watched = os.pidfd_open(self.pid)
            try:
                ready = select.select([watched], [], [], timeout)[0]
            finally:
                os.close(watched)
            if not ready and timeout is not None:
                raise subprocess.TimeoutExpired("hsmtui", timeout)
        status = self.poll()
        while status is None:  # it has ended: its parent hears of it next
            time.sleep(0)
            status = self.poll()
        return status

    def send_signal(self, number: int) -> None:
        """Send a signal, if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)


def serve(handle: int) -> None:
    """Import what the command does, then fork for each question until who asks has gone."""
    _import_all()
    _do_once()
    with socket.socket(fileno=handle) as asker, asker.makefile("rb") as questions:
        for line in questions:
            question = json.loads(line)
            if "status_of" in question:
                pid, status = os.waitpid(question["status_of"], os.WNOHANG)
                answer = os.waitstatus_to_exitcode(status) if pid else None
            else:
                answer = os.fork()
                if answer == 0:
                    break
            asker.sendall(json.dumps(answer).encode() + b"\n")
        else:
            return
    _become(**question)


def _import_all() -> None:
    from importlib import import_module
    from pkgutil import walk_packages

    import hsmtui

    for module in walk_packages(hsmtui.__path__, "hsmtui."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    import_module("botocore.credentials")
    import_module("textual.drivers.linux_driver")


def _do_once() -> None:
    """What each start would do anew with the same outcome, as far as no thread is left of it."""
    import gc

    import pytest
    from boto3 import Session

    from hsmtui.demo.control_plane import ControlPlane
    from hsmtui.demo.server import DemoServer
    from tests.shared_work import share

    share(pytest.MonkeyPatch())
    keys = {"aws_access_key_id": "AKIADEMO111111111111", "aws_secret_access_key": "demo"}
    with DemoServer(ControlPlane()) as server:
        for service in ("cloudhsmv2", "sts", "kms"):
            client: Any = Session(**keys, region_name="us-east-1").client(
                service, endpoint_url=server.url
            )
            if service == "cloudhsmv2":
                client.describe_clusters()
            client.close()
    gc.collect()
    gc.freeze()


def _become(command: list[str], environ: dict[str, str], streams: list[str]) -> None:
    """Be the command with these files as its streams, which a terminal was open for before."""
    os.setsid()
    for number, path in enumerate(streams):
        handle = os.open(path, os.O_RDWR)
        os.dup2(handle, number)
        os.close(handle)
    sys.stdout.reconfigure(line_buffering=os.isatty(1))  # type: ignore[union-attr]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = command
    from hsmtui.cli import main

    sys.exit(main())
