"""What every test starts from: an environment in which nothing of this machine's user is seen."""

import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from _pytest.pathlib import cleanup_dead_symlinks
from botocore.credentials import SSOProvider
from botocore.tokens import SSOTokenProvider
from hypothesis import HealthCheck, settings

from hsmtui.demo.environment import demo_environment
from hsmtui.model.redaction import _Seen
from tests.parts import IS_WHOLE, PART
from tests.scripted import StandingClock
from tests.shared_work import share

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FAULT_CASES = "fault cases"
"""The property in which a test of the fault matrix says how many cases it went through."""

settings.register_profile(
    "unhurried",
    deadline=None,  # what is found counts: how fast says nothing on a busy machine
    max_examples=100 if IS_WHOLE else 15,  # others in each run: many find what one does not
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unhurried")

gc.set_threshold(50_000, 5, 5)  # each app makes many objects, garbage took a fifth

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(scope="module")
def moto_url() -> Iterator[str]:
    """The endpoint of a moto server."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No AWS, HSMTUI or proxy variable, and a home and temporary folder of the test's own."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "BOTO_", "HSMTUI_")) or name.upper() in PROXIES:
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    temporary = tmp_path.with_name(f"{tmp_path.name}-tmp")
    temporary.mkdir(exist_ok=True)
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)  # what was found with another TMPDIR
    for folder in ("config", "state", "cache", "data"):
        monkeypatch.setenv(f"XDG_{folder.upper()}_HOME", str(tmp_path / "xdg" / folder))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    yield
    with suppress(OSError):  # what a test left there stays
        temporary.rmdir()  # pytest looks through all that stand beside the next test's


@pytest.fixture(autouse=True)
def no_secrets_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known as a secret: one test's are words of another's."""
    monkeypatch.setattr("hsmtui.model.redaction._seen", _Seen())


@pytest.fixture(autouse=True, scope="session")
def work_is_shared() -> Iterator[None]:
    """What each test would do anew with the same outcome is done once."""
    with pytest.MonkeyPatch.context() as patch:
        share(patch)
        gc.collect()
        gc.freeze()  # what is imported stays: nobody looks through it again, not at the end either
        yield


@pytest.fixture
def no_collection() -> Iterator[None]:
    """No garbage is collected: what is finalised as deep as Python nests fails there."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def clock() -> StandingClock:
    """A clock that stands at noon until a test advances it."""
    return StandingClock(NOON)


@pytest.fixture
def aws_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Gives the test the demo's AWS config for a server, with more sections after it."""

    def write(url: str, more: str = "") -> None:
        home = tmp_path / "aws"
        home.mkdir(exist_ok=True)
        for name, value in demo_environment({}, home, url).items():
            monkeypatch.setenv(name, value)
        with (home / "config").open("a", encoding="utf-8") as file:
            file.write(f"\n{more}")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        # botocore looks this folder up when it is imported, with the HOME of that moment
        tokens = str(home / ".aws" / "sso" / "cache")
        for provider in (SSOProvider, SSOTokenProvider):
            monkeypatch.setattr(provider, "_SSO_TOKEN_CACHE_DIR", tokens)

    return write


def pytest_collection_finish() -> None:
    """What was collected stays to the end: garbage is not looked for there."""
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which part this was, and how many cases the fault matrix held: a test has many."""
    terminalreporter.write_line(f"PART={PART}")
    passed = terminalreporter.stats.get("passed", [])
    cases = [n for report in passed for name, n in report.user_properties if name == FAULT_CASES]
    if cases:
        terminalreporter.write_line(f"fault matrix: {sum(cases)} cases passed")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave the temporary folder as it was: pytest removes its own folder, not the one above.

    What a test that failed had made stays, to be looked at.
    """
    factory = session.config._tmp_path_factory  # type: ignore[attr-defined]
    made = factory._basetemp
    if made is not None and factory._given_basetemp is None and not made.exists():
        cleanup_dead_symlinks(made.parent)
        with suppress(OSError):  # another run may be there
            made.parent.rmdir()
