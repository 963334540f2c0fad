"""Secrets that are planted in every place they come from are in no output and in no file."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from shlex import quote

import pytest

from hsmtui.demo.server import DemoServer
from hsmtui.model.redaction import MASK
from tests.parts import part_of
from tests.scripted import Refuse, ScriptedPlane
from tests.terminal.rows import cursor_id
from tests.terminal.terminal import BIN, Terminal, environment

HERE = ("111111111111", "us-east-1")
PASSWORD = "chrysanthemum-7-Umbrella"
LASTING_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYPLANTEDKEY"
CODE = "739154"

APP = """
import os
import sys
from hsmtui import cli

def crash(app):
    screen = app.screen_stack[0]
    keys = screen.fleet.first.connection._session.credentials.get_frozen_credentials()
    password = screen.table.row.cluster.pre_co_password.reveal()
    raise RuntimeError(f"{keys} {password} {dict(os.environ)}")

def load_state(path, **more):
    from hsmtui.ui.app import HsmtuiApp
    HsmtuiApp.action_suspend = crash
    return given(path, **more)

given, cli.load_state = cli.load_state, load_state
sys.exit(cli.main(sys.argv[1:]))
"""
"""The command, but ctrl+z crashes with all that it knows in the message."""

Environ = dict[str, str]


def of_the_environment(plane: ScriptedPlane, home: Path) -> Environ:
    session = plane.sessions.issue(HERE[0], "Triage", "planted")
    return {
        "AWS_ACCESS_KEY_ID": session.access_key,
        "AWS_SECRET_ACCESS_KEY": session.secret_key,
        "AWS_SESSION_TOKEN": session.token,
    }


def of_a_process(plane: ScriptedPlane, home: Path) -> Environ:
    answer = home / ".aws" / "answer.json"
    answer.write_text(json.dumps(process_answer(plane)), encoding="utf-8")
    return profile(home, f"credential_process = cat {quote(str(answer))}")


def of_mfa(plane: ScriptedPlane, home: Path) -> Environ:
    plane.mfa_code = CODE
    return profile(
        home,
        "role_arn = arn:aws:iam::111111111111:role/MfaTriage\nsource_profile = base\n"
        "mfa_serial = arn:aws:iam::111111111111:mfa/al\n\n[profile base]\n"
        f"aws_access_key_id = AKIADEMO111111111111\naws_secret_access_key = {LASTING_KEY}",
    )


def of_sso(plane: ScriptedPlane, home: Path) -> Environ:
    return profile(
        home,
        "sso_session = demo\nsso_account_id = 111111111111\nsso_role_name = Triage\n\n"
        "[sso-session demo]\nsso_start_url = https://demo/start\nsso_region = us-east-1\n"
        "sso_registration_scopes = sso:account:access",
    )


def process_answer(plane: ScriptedPlane) -> dict[str, object]:
    session = plane.sessions.issue(HERE[0], "Triage", "planted")
    return {
        "Version": 1,
        "AccessKeyId": session.access_key,
        "SecretAccessKey": session.secret_key,
        "SessionToken": session.token,
        "Expiration": session.expiration,
    }


def profile(home: Path, section: str) -> Environ:
    config = home / ".aws" / "config"
    config.write_text(f"[profile planted]\n{section}\n", encoding="utf-8")
    return {"AWS_PROFILE": "planted"}


def type_the_code(terminal: Terminal, _: ScriptedPlane) -> None:
    terminal.wait_for("Type the code")
    terminal.send(CODE, "enter")


def approve(terminal: Terminal, plane: ScriptedPlane) -> None:
    terminal.wait_for("enter the code")
    (code,) = plane.user_codes
    plane.approve(code)


def go_on(*_: object) -> None:
    """Nothing is asked."""


SOURCES: dict[str, tuple[Callable[[ScriptedPlane, Path], Environ], Callable[..., None]]] = {
    "environment": (of_the_environment, go_on),
    "credential_process": (of_a_process, go_on),
    "mfa": (of_mfa, type_the_code),
    "sso": (of_sso, approve),
}
"""How each source is set up, and what the person does to sign in."""


def secrets_of(plane: ScriptedPlane) -> set[str]:
    """All that was planted or issued and that nobody is to see."""
    sso = plane._sso
    clients = {client.secret for client in sso._clients.values()}
    tokens = {*sso._access, *sso._refresh, *sso._devices}
    keys = {secret for s in plane.sessions._issued.values() for secret in (s.secret_key, s.token)}
    code = {CODE} & {plane.mfa_code}
    return {PASSWORD, LASTING_KEY} | code | clients | tokens | keys


def leaks(plane: ScriptedPlane, output: bytes) -> list[str]:
    """The secrets of which there is a part in the output, what was copied included."""
    copied = re.findall(rb"\x1b\]52;[^;]*;([A-Za-z0-9+/=]*)", output)
    text = b"\n".join([output, *map(base64.b64decode, copied)])

    def parts(secret: str) -> Iterator[bytes]:
        for at in range(0, max(1, len(secret) - 11), 6):
            yield secret[at : at + 12].encode()

    return [secret for secret in secrets_of(plane) if any(part in text for part in parts(secret))]


def files_of(home: Path) -> dict[str, bytes]:
    """Every file but those of the AWS CLI, which hold the credentials that everybody shares."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and ".aws" not in path.relative_to(home).parts
    }


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home" / ".aws").mkdir(parents=True)
    return tmp_path / "home"


@pytest.fixture
def plane() -> ScriptedPlane:
    """Three clusters, each with the planted password and no HSM."""
    plane = ScriptedPlane(clusters=3)
    for cluster in plane.clusters(*HERE):
        cluster.state, cluster.hsms, cluster.pre_co_password = "UNINITIALIZED", [], PASSWORD
    return plane


@pytest.fixture
def server(plane: ScriptedPlane) -> Iterator[DemoServer]:
    with DemoServer(plane) as server:
        yield server


def start(server: DemoServer, home: Path, environ: Environ) -> Terminal:
    arguments = ["--endpoint-url", server.url, "-r", "us-east-1", "--log-level", "debug"]
    names = {
        "AWS_EC2_METADATA_DISABLED": "true",
        "TEXTUAL_LOG": str(home / "textual.log"),
        "TEXTUAL": "debug",
    }
    command = [str(BIN / "python"), "-c", APP, *arguments]
    return Terminal(command, environment(home, **names, **environ), 160, 50, cwd=home)


@pytest.mark.in_parts
@pytest.mark.parametrize("source", part_of(SOURCES))
def test_they_are_nowhere(
    plane: ScriptedPlane, server: DemoServer, home: Path, source: str
) -> None:
    prepare, sign_in = SOURCES[source]
    with start(server, home, prepare(plane, home)) as terminal:
        sign_in(terminal, plane)
        terminal.wait_for("clusters (3)")
        terminal.wait_for("1111-1111-1111")
        look_around(terminal)
        fail_with(plane, terminal, " ".join(secrets_of(plane)))
        write_files(terminal, home)
        terminal.send("\x1a")
        assert terminal.wait_exit() == 1
        terminal.wait_for("unexpected failure: RuntimeError: ")
        assert leaks(plane, terminal.raw) == []
    files = files_of(home)
    assert {name: found for name in files if (found := leaks(plane, files[name]))} == {}
    told = "\n".join(files)
    assert all(part in told for part in ("hsmtui.log", "audit.jsonl", "state.toml", "crash-"))
    assert "textual.log" not in told
    assert all(any(home.glob(pattern)) for pattern in WRITTEN)
    audit = files[".local/state/hsmtui/audit.jsonl"]
    assert MASK.encode() in audit
    assert len(secrets_of(plane)) > 3


def look_around(terminal: Terminal) -> None:
    tabs = {"1": MASK, "2": "No HSMs", "3": "CSR", "4": "Environment", "5": "PreCoPassword"}
    for key, seen in (tabs | {"c": "clipboard"}).items():
        terminal.send(key)
        terminal.wait_for(seen)
    for key, seen in {"C": "Copy", "?": "Help", "P": "default chain", "R": "eu-central-1"}.items():
        terminal.send(key)
        terminal.wait_for(seen)
        close(terminal)


WRITTEN = ("clusters-*.csv", "clusters-*.json", "clusters-*.md", "cluster-*.md")


def write_files(terminal: Terminal, home: Path) -> None:
    for kind in ("CSV", "JSON", "Markdown"):
        terminal.send("\x13")
        terminal.wait_for("Write 3 clusters")
        terminal.send(kind, "enter")
        terminal.wait_for(lambda: "Write 3 clusters" not in terminal.text)
    terminal.send("H")
    for pattern in WRITTEN:
        terminal.wait_for(
            lambda found=pattern: any(file.stat().st_size for file in home.glob(found))
        )


def close(terminal: Terminal) -> None:
    terminal.wait_for("esc closes")
    terminal.send("escape")
    frame = ("╭─ ", "esc closes")
    terminal.wait_for(lambda: not any(part in terminal.text for part in frame))


def fail_with(plane: ScriptedPlane, terminal: Terminal, secrets: str) -> None:
    """Have the service refuse to list, then to delete, in words that repeat the secrets."""
    plane.script("DescribeClusters", Refuse("OddException", f"You sent {secrets}."))
    terminal.send("r")
    terminal.wait_for("OddException")
    terminal.send("!")
    terminal.wait_for("Errors of this run")
    terminal.wait_for(f"You sent {MASK}")
    close(terminal)
    plane.clear_scripts()
    plane.script("DeleteCluster", Refuse("CloudHsmAccessDeniedException", f"No: {secrets}."))
    terminal.send("r")
    terminal.wait_for(lambda: "OddException" not in terminal.text)
    cluster_id = cursor_id(terminal)
    terminal.send("ctrl+d")
    terminal.wait_for("Type the cluster id")
    terminal.send(cluster_id, "tab", "enter")
    terminal.wait_for(f"No: {MASK}")
    close(terminal)


def test_a_process_that_fails_and_says_too_much(
    plane: ScriptedPlane, server: DemoServer, home: Path
) -> None:
    answer = home / ".aws" / "answer.json"
    answer.write_text(json.dumps(process_answer(plane), indent=1), encoding="utf-8")
    command = f"sh -c 'cat \"$0\" >&2; exit 1' {quote(str(answer))}"
    environ = profile(home, f"credential_process = {command}")
    with start(server, home, environ) as terminal:
        terminal.wait_for("could not be fetched")
        terminal.send("!")
        terminal.wait_for("Errors of this run")
        terminal.wait_for(f'"SessionToken": "{MASK}')
        terminal.send("ctrl+q")
        assert terminal.wait_exit() == 0
        assert leaks(plane, terminal.raw) == []
    assert [name for name, content in files_of(home).items() if leaks(plane, content)] == []


def test_only_who_asks_for_the_password_sees_it(
    plane: ScriptedPlane, server: DemoServer, home: Path
) -> None:
    with start(server, home, of_the_environment(plane, home)) as terminal:
        terminal.wait_for("clusters (3)")
        terminal.wait_for(MASK)
        assert leaks(plane, terminal.raw) == []
        terminal.send(":")
        terminal.wait_for("type to narrow")
        terminal.send("PreCoPassword")
        terminal.wait_for("show or hide the PreCoPassword")
        terminal.send("enter")
        terminal.wait_for(PASSWORD)
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert leaks(plane, terminal.raw) == [PASSWORD]
    assert [name for name, content in files_of(home).items() if leaks(plane, content)] == []
