"""The caches of keys and tokens: what cannot be read is none, what cannot be written is kept."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from hsmtui.aws.clusters import fetch_page
from hsmtui.aws.connection import Connection
from hsmtui.aws.credential_cache import Cache
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Position
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.prompter import MfaCode, Prompter, Question, Subject
from hsmtui.aws.session import open_connection
from hsmtui.demo.server import DemoServer
from hsmtui.model.redaction import known_secrets
from tests.parts import part_of
from tests.scripted import ScriptedPlane

CASES = Path(__file__).parent.parent / "cases"
CORP = "ee0bfd2552fbd840c02cc48b6e823320543c450f"

PROFILES = """
[profile role]
region = us-east-1
endpoint_url = URL
role_arn = arn:aws:iam::222222222222:role/Operator
source_profile = demo
role_session_name = alice

[profile through-sso]
region = us-east-1
endpoint_url = URL
role_arn = arn:aws:iam::111111111111:role/Operator
source_profile = demo-sso
role_session_name = carol

[profile corp]
region = us-east-1
endpoint_url = URL
sso_session = corp
sso_account_id = 222222222222
sso_role_name = Triage

[sso-session corp]
sso_start_url = URL/start
sso_region = us-east-1

[profile older]
region = us-east-1
endpoint_url = URL
sso_start_url = URL/start
sso_region = us-east-1
sso_account_id = 222222222222
sso_role_name = Triage
"""


class Willing(Prompter):
    """Somebody who signs in at once, and remembers how often."""

    def __init__(self, plane: ScriptedPlane) -> None:
        super().__init__()
        self.subjects: list[Subject] = []
        self._plane = plane
        self._seen: set[Question] = set()
        self.on_change = self._answer

    def _answer(self) -> None:
        question = self.question
        if question is None or question in self._seen:
            return
        self._seen.add(question)
        self.subjects.append(question.subject)
        if isinstance(question.subject, MfaCode):
            question.answer("123456")
        else:
            self._plane.approve(question.subject.code)


@pytest.fixture
def plane(monkeypatch: pytest.MonkeyPatch) -> ScriptedPlane:
    """Its clock follows the system, as botocore does; nobody waits for whoever signs in."""
    plane = ScriptedPlane(clusters=3)
    plane.device_interval = 0
    monkeypatch.setattr("hsmtui.aws.sso.SLOWER", 0)
    return plane


@pytest.fixture
def prompter(plane: ScriptedPlane) -> Willing:
    return Willing(plane)


@pytest.fixture
def lists(
    plane: ScriptedPlane, prompter: Willing, aws_files: Callable[..., None]
) -> Iterator[Callable[[str], int]]:
    """Opens a place and lists it; the number of clusters."""
    opened: list[Connection] = []

    def lists(profile: str) -> int:
        place = Place(profile, explicit=True)
        opened.append(open_connection(place, Future(), Terms(lambda *_: "", prompter)))
        return len(fetch_page(opened[-1], Position()).entries)

    with DemoServer(plane) as server:
        aws_files(server.url, PROFILES.replace("URL", server.url))
        yield lists
        for connection in opened:
            connection.client.close()


def home() -> Path:
    return Path(os.environ["HOME"])


def a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """``~/.aws`` is a file: nothing can be written below it, whoever writes."""
    shutil.rmtree(home() / ".aws", ignore_errors=True)
    (home() / ".aws").write_text("")


def caches_that_are_files(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("cli", "sso", "login"):
        (home() / ".aws" / name).mkdir(parents=True)
        (home() / ".aws" / name / "cache").write_text("")


def read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A root for whom no mode counts meets this on a file system that is mounted read-only."""
    given = os.mkdir

    def mkdir(path: str, *more: int, **named: int) -> None:
        if ".aws" in str(path):
            raise OSError(30, "Read-only file system", path)
        given(path, *more, **named)

    monkeypatch.setattr(os, "mkdir", mkdir)


def nobody_s_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """No HOME, and a user who has no entry in the list of users: as in many a container."""
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("pwd.getpwuid", lambda _: {}["nobody"])


@pytest.mark.in_parts
@pytest.mark.parametrize("spoil", [a_file, caches_that_are_files, read_only, nobody_s_home])
@pytest.mark.parametrize(
    "profile", part_of(["role", "demo-mfa", "demo-sso", "older", "through-sso"])
)
def test_what_cannot_be_written_is_kept_for_the_run(
    lists, prompter, plane, monkeypatch, tmp_path, spoil, profile
):
    monkeypatch.setattr("hsmtui.aws.credential_cache._in_memory", {})
    monkeypatch.chdir(tmp_path)
    spoil(monkeypatch)
    assert lists(profile)
    asked = len(prompter.subjects)
    assert lists(profile)
    assert len(prompter.subjects) == asked == (profile != "role")
    assert not (tmp_path / "~").exists()


UNREADABLE = [
    (CASES / f"sso-cache-{CORP}-empty.json").read_text(),
    "{",
    "[]",
    "null",
    '"token"',
    "{}",
    '{"accessToken": "a"}',
    '{"expiresAt": "2036-01-01T00:00:00Z"}',
    '{"accessToken": null, "expiresAt": "2036-01-01T00:00:00Z"}',
    '{"accessToken": "a", "expiresAt": "soon"}',
    '{"accessToken": "a", "expiresAt": null}',
    '{"accessToken": "a", "expiresAt": 99999999999999}',
    '{"accessToken": "a", "expiresAt": "2036-01-01T00:00:00"}',
    '{"accessToken": "a", "expiresAt": "2020-01-01T00:00:00Z", "registrationExpiresAt": "never"}',
    "[" * 100_000,
]


@pytest.mark.in_parts
@pytest.mark.parametrize("profile", ["corp", "older"])
@pytest.mark.parametrize("text", part_of(UNREADABLE), ids=part_of(range(len(UNREADABLE))))
@pytest.mark.usefixtures("no_collection")
def test_a_token_that_cannot_be_read_is_none(lists, prompter, text, profile):
    assert lists(profile)
    for folder in ("cli", "sso"):
        for entry in (home() / ".aws" / folder / "cache").glob("*.json"):
            entry.write_text(text)
    assert lists(profile)
    assert len(prompter.subjects) == 2
    assert lists(profile)
    assert len(prompter.subjects) == 2


def test_secrets_are_known_once_they_are_read_or_kept(tmp_path):
    """Those of the aws command, and those that a renewal gives."""
    names = ("accessToken", "refreshToken", "clientSecret", "dpopKey")
    read, kept = ({name: f"{name} {how}" for name in names} for how in ("read", "kept"))
    (tmp_path / "there.json").write_text(json.dumps(read))
    cache = Cache(str(tmp_path), bool)
    assert cache["there"] == read
    cache["renewed"] = kept
    assert {*read.values(), *kept.values()} <= {*known_secrets()}


def test_a_token_is_kept_under_the_name_that_the_aws_command_looks_for(lists):
    assert lists("corp")
    token = json.loads((home() / ".aws/sso/cache" / f"{CORP}.json").read_text())
    assert token["expiresAt"].endswith("Z")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"accessToken": {}}'])
def test_a_sign_in_of_the_console_that_cannot_be_read_is_told(lists, monkeypatch, text):
    """Whoever has the extra of botocore; its key is not reached."""
    monkeypatch.setattr("botocore.credentials.EC", object())
    session = "arn:aws:iam::111111111111:user/me"
    config = Path(os.environ["AWS_CONFIG_FILE"])
    config.write_text(f"[profile console]\nregion = us-east-1\nlogin_session = {session}\n")
    folder = home() / "login"
    folder.mkdir()
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", str(folder))
    from botocore.utils import generate_login_cache_key

    (folder / f"{generate_login_cache_key(session)}.json").write_text(text)
    with pytest.raises(HsmtuiError) as caught:
        lists("console")
    assert caught.value.title == "There is no console sign-in that can be used"
    assert "aws login --profile console" in str(caught.value.remedy)
