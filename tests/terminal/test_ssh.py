"""Over a real OpenSSH server, which is ours alone: its keys, its port, its settings."""

import getpass
import os
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.parts import part_of
from tests.terminal.rows import cursor_id, press_and_follow
from tests.terminal.terminal import HSMTUI, Terminal, environment, has_ended

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
SIZE = (100, 30)
ENDS_WITHIN = 5.0

pytestmark = pytest.mark.skipif(
    SSHD is None or shutil.which("ssh") is None, reason="there is no OpenSSH server and client"
)

CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
PrintLastLog no
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def is_listening(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Its name must be short and without blanks for OpenSSH, whatever TMPDIR is."""
    with TemporaryDirectory(prefix="sshd-", dir="/tmp") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[list[str]]:
    """Serves this user; the command that connects to it, to which a remote command is added."""
    for name in ("host_key", "user_key"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(command, check=True, timeout=30)
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where Debian's drops its privileges
    port = free_port()
    config = folder / "sshd_config"
    config.write_text(CONFIG.format(port=port, folder=folder), encoding="utf-8")
    log = folder / "log"
    daemon = subprocess.Popen([str(SSHD), "-D", "-f", str(config), "-E", str(log)])
    try:
        for _ in range(200):
            if daemon.poll() is not None or is_listening(port):
                break
            time.sleep(0.05)
        assert daemon.poll() is None, log.read_text("utf-8")
        yield [
            "ssh", "-F", "none", "-tt", "-p", str(port), "-i", str(folder / "user_key"),
            "-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={folder}/known_hosts",
            "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR", f"{getpass.getuser()}@127.0.0.1",
        ]  # fmt: skip
    finally:
        daemon.terminate()
        daemon.wait(timeout=10)


Connect = Callable[[], Terminal]


@pytest.fixture
def connect(server: list[str], home: Path) -> Iterator[Connect]:
    """Starts ``hsmtui`` on the other side of ssh; its process id is in a file there."""
    there = shlex.quote(str(home))
    remote = f"echo $$ > {there}/pid; HOME={there} LANG=C.UTF-8 exec {HSMTUI} --demo"
    with ExitStack() as terminals:

        def start() -> Terminal:
            terminal = Terminal([*server, remote], environment(home), *SIZE)
            return terminals.enter_context(terminal)

        yield start


def remote_process(home: Path) -> int:
    return int((home / "pid").read_text("utf-8"))


def test_it_is_used_as_at_home(connect: Connect, home: Path) -> None:
    terminal = connect()
    terminal.wait_for("role/Triage")
    press_and_follow(terminal, "j")
    terminal.resize(80, 24)
    terminal.wait_for(lambda: "q quit" in terminal.lines[23])
    press_and_follow(terminal, "j")
    terminal.send("ctrl+d")
    terminal.wait_for("Cancel")
    terminal.send("escape")
    terminal.wait_for(lambda: "Cancel" not in terminal.text and cursor_id(terminal) != "")
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert terminal.is_restored
    assert has_ended(remote_process(home), 0)


@pytest.mark.in_parts
@pytest.mark.parametrize("opener", part_of(["", "ctrl+d"]))
def test_a_dropped_connection_ends_it(connect: Connect, home: Path, opener: str) -> None:
    terminal = connect()
    terminal.wait_for("role/Triage")
    if opener:
        terminal.send(opener)
        terminal.wait_for("Cancel")
    terminal.process.kill()
    assert has_ended(remote_process(home), ENDS_WITHIN)
