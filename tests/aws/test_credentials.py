"""Signing in by every source that botocore knows, and what is asked of the person."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Any

import boto3
import pytest

from hsmtui.aws.clusters import fetch_page, read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Position
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.prompter import DeviceSignIn, MfaCode, Question
from hsmtui.aws.session import open_connection
from hsmtui.aws.threads import submit
from hsmtui.demo.server import DemoServer
from hsmtui.ui.commands.keymap import spelt
from tests.attendant import Attendant
from tests.scripted import Gate, Refuse, ScriptedPlane

ACCOUNT = "111111111111"
DEVICE = f"arn:aws:iam::{ACCOUNT}:mfa/demo-user"
AWS = str(Path(sys.executable).parent / "aws")
PATIENCE = 20.0

PROFILES = """
[profile operator]
region = eu-west-1
endpoint_url = URL
role_arn = arn:aws:iam::222222222222:role/ops/Operator
source_profile = demo
role_session_name = alice

[profile auditor]
region = us-east-1
endpoint_url = URL
role_arn = arn:aws:iam::333333333333:role/Auditor
source_profile = operator
role_session_name = bob

[profile forbidden]
region = us-east-1
endpoint_url = URL
role_arn = arn:aws:iam::111111111111:role/Forbidden
source_profile = demo

[profile through-sso]
region = us-east-1
endpoint_url = URL
role_arn = arn:aws:iam::111111111111:role/Operator
source_profile = demo-sso
role_session_name = carol

[profile sso-older]
region = eu-central-1
endpoint_url = URL
sso_start_url = URL/start
sso_region = us-east-1
sso_account_id = 222222222222
sso_role_name = Triage

[profile process]
region = us-east-1
endpoint_url = URL
credential_process = PROCESS

[profile static]
region = us-east-1
endpoint_url = URL
""" + "".join(
    f"""
[profile from-{source}]
region = us-east-1
endpoint_url = URL
role_arn = arn:aws:iam::222222222222:role/Operator
credential_source = {source}
role_session_name = alice
"""
    for source in ("Environment", "Ec2InstanceMetadata", "EcsContainer")
)


@pytest.fixture
def plane(monkeypatch: pytest.MonkeyPatch) -> ScriptedPlane:
    """Its clock follows the system, as botocore does to see whether credentials have expired.

    Nobody waits between two questions for a token.
    """
    plane = ScriptedPlane(clusters=3)
    plane.device_interval = 0
    monkeypatch.setattr("hsmtui.aws.sso.SLOWER", 0.01)
    return plane


@pytest.fixture
def process(tmp_path: Path) -> Path:
    return tmp_path / "process.sh"


@pytest.fixture
def url(plane: ScriptedPlane, aws_files: Callable[..., None], process: Path) -> Iterator[str]:
    with DemoServer(plane) as server:
        files = PROFILES.replace("URL", server.url).replace("PROCESS", f"sh {quote(str(process))}")
        aws_files(server.url, files)
        yield server.url


@pytest.fixture
def prompter() -> Attendant:
    return Attendant()


Open = Callable[..., Connection]


@pytest.fixture
def connect(url: str, prompter: Attendant) -> Iterator[Open]:
    opened: list[Connection] = []

    def connect(profile: str | None, region: str | None = None, **more: Any) -> Connection:
        place = Place(profile, region, explicit=profile is not None, **more)
        opened.append(open_connection(place, Future(), Terms(lambda *_: "", prompter)))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.client.close()


def arn(connection: Connection) -> str:
    """Who a listing was signed by; the listing comes first, as in the app."""
    fetch_page(connection, Position())
    connection.ask_caller()
    caller = connection.caller.result()
    assert caller.account in caller.arn
    return caller.arn


def count(plane: ScriptedPlane, operation: str) -> int:
    return sum(request.operation == operation for request in plane.requests)


def code(text: str) -> Callable[[Question], object]:
    return lambda question: question.answer(text)


def approve(plane: ScriptedPlane) -> Callable[[Question], object]:
    def approve(question: Question) -> None:
        assert isinstance(question.subject, DeviceSignIn)
        plane.approve(question.subject.code)

    return approve


class TestSources:
    @pytest.mark.parametrize(
        ("profile", "expected"),
        [
            ("demo", f"arn:aws:sts::{ACCOUNT}:assumed-role/Triage/demo"),
            ("operator", "arn:aws:sts::222222222222:assumed-role/Operator/alice"),
            ("auditor", "arn:aws:sts::333333333333:assumed-role/Auditor/bob"),
            ("from-Environment", "arn:aws:sts::222222222222:assumed-role/Operator/alice"),
            ("from-Ec2InstanceMetadata", "arn:aws:sts::222222222222:assumed-role/Operator/alice"),
            ("from-EcsContainer", "arn:aws:sts::222222222222:assumed-role/Operator/alice"),
        ],
    )
    def test_of_a_profile(
        self, connect: Open, url: str, monkeypatch: Any, profile: str, expected: str
    ) -> None:
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{url}/v2/credentials")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", f"AKIADEMO{ACCOUNT}")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "demo")
        connection = connect(profile)
        assert arn(connection) == expected
        assert connection.credentials is None

    def test_of_the_instance(
        self, connect: Open, url: str, prompter: Attendant, monkeypatch: Any
    ) -> None:
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        connection = connect(None, "us-east-1")
        assert ":assumed-role/demo-instance/" in arn(connection)
        assert connection.profile_name == "instance role"
        assert "waiting for instance metadata (is this EC2?)" in prompter.heard

    def test_of_the_container(self, connect: Open, url: str, monkeypatch: Any) -> None:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{url}/v2/credentials")
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        connection = connect(None, "us-east-1")
        assert f":sts::{ACCOUNT}:assumed-role/" in arn(connection)
        assert connection.profile_name == "container role"

    def test_of_a_web_identity(
        self, connect: Open, url: str, tmp_path: Path, monkeypatch: Any
    ) -> None:
        token = tmp_path / "token"
        token.write_text("a-token-of-an-identity-provider")
        monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
        monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::222222222222:role/Pod")
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        connection = connect(None, "us-east-1")
        assert ":222222222222:assumed-role/Pod/" in arn(connection)
        assert connection.profile_name == "web identity"

    def test_of_an_endpoint_that_is_given_for_everything(
        self, connect: Open, url: str, plane: ScriptedPlane, monkeypatch: Any
    ) -> None:
        monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
        connection = connect("operator", endpoint_url=url)
        assert ":assumed-role/Operator/" in arn(connection)
        assert count(plane, "AssumeRole") == 1

    def test_that_are_denied_say_which_action(self, connect: Open) -> None:
        with pytest.raises(HsmtuiError, match="Not allowed: AssumeRole") as caught:
            arn(connect("forbidden"))
        assert "sts:AssumeRole" in str(caught.value.remedy)
        assert "cloudhsmv2:" not in str(caught.value.remedy)


class TestCredentialProcess:
    def test_that_is_slow_is_told(
        self, connect: Open, process: Path, prompter: Attendant, tmp_path: Path
    ) -> None:
        """It blocks on a pipe until somebody has heard what is waited for."""
        os.mkfifo(tmp_path / "pipe")
        process.write_text(f"cat {quote(str(tmp_path))}/pipe")
        opening = submit(connect, "process")
        keys = {"Version": 1, "AccessKeyId": f"AKIADEMO{ACCOUNT}", "SecretAccessKey": "demo"}
        with (tmp_path / "pipe").open("w") as pipe:  # opens when the process reads
            assert prompter.waiting_for == "waiting for credential_process"
            pipe.write(json.dumps(keys))
        assert ":assumed-role/Triage/" in arn(opening.result(PATIENCE))
        assert prompter.waiting_for == ""

    def test_that_fails_says_why(self, connect: Open, process: Path) -> None:
        process.write_text("echo 'the vault is sealed' >&2; exit 3")
        with pytest.raises(HsmtuiError, match="could not be fetched") as caught:
            connect("process")
        assert "the vault is sealed" in caught.value.detail
        assert caught.value.remedy


class TestMfa:
    def test_a_code_is_asked_for_once(
        self, connect: Open, prompter: Attendant, plane: ScriptedPlane
    ) -> None:
        prompter.answers = code("123456")
        connection = connect("demo-mfa")
        assert ":assumed-role/MfaTriage/" in arn(connection)
        assert read_cluster(connection, "cluster-aaaaaaaaaaa") == ()
        assert prompter.subjects == [MfaCode("demo-mfa", DEVICE)]
        assert count(plane, "AssumeRole") == 1

    def test_a_wrong_code_is_asked_for_again(self, connect: Open, prompter: Attendant) -> None:
        codes = iter(["000000", "111111", "123456"])
        prompter.answers = lambda question: question.answer(next(codes))
        assert ":assumed-role/MfaTriage/" in arn(connect("demo-mfa"))
        first, *others = prompter.subjects
        assert isinstance(first, MfaCode)
        assert first.problem == ""
        assert len(others) == 2
        assert all("did not accept" in other.problem for other in others)  # type: ignore[union-attr]

    def test_giving_up_holds_until_the_person_asks_again(
        self, connect: Open, prompter: Attendant, plane: ScriptedPlane
    ) -> None:
        connection = connect("demo-mfa")
        for _ in range(3):
            with pytest.raises(HsmtuiError, match="did not sign in") as caught:
                fetch_page(connection, Position())
            assert caught.value.unsent
        assert len(prompter.subjects) == 1
        assert plane.requests == ()
        connection.reconsider()
        prompter.answers = code("123456")
        assert fetch_page(connection, Position()).entries

    def test_many_threads_ask_once(self, connect: Open, prompter: Attendant) -> None:
        prompter.answers = code("123456")
        connection = connect("demo-mfa")
        pages = [submit(fetch_page, connection, Position()) for _ in range(5)]
        assert all(page.result(PATIENCE).entries for page in pages)
        assert len(prompter.subjects) == 1

    def test_one_code_serves_the_aws_command_too(
        self, connect: Open, prompter: Attendant, plane: ScriptedPlane
    ) -> None:
        prompter.answers = code("123456")
        ours = arn(connect("demo-mfa"))
        entry = next(Path("~/.aws/cli/cache").expanduser().glob("*.json"))
        assert stat.S_IMODE(entry.stat().st_mode) == 0o600
        assert stat.S_IMODE(entry.parent.stat().st_mode) == 0o700
        assert identity_of_aws_command("demo-mfa") == ours
        assert count(plane, "AssumeRole") == 1

    def test_one_code_of_the_aws_command_serves_us(
        self, connect: Open, prompter: Attendant, plane: ScriptedPlane
    ) -> None:
        theirs = identity_of_aws_command("demo-mfa", "123456\n")
        assert arn(connect("demo-mfa")) == theirs
        assert prompter.subjects == []
        assert count(plane, "AssumeRole") == 1

    def test_a_spoilt_cache_is_no_obstacle(self, connect: Open, prompter: Attendant) -> None:
        prompter.answers = code("123456")
        arn(connect("demo-mfa"))
        entry = next(Path("~/.aws/cli/cache").expanduser().glob("*.json"))
        for spoilt in ("", "[]", '{"Credentials": null}', "{"):
            entry.write_text(spoilt)
            assert ":assumed-role/MfaTriage/" in arn(connect("demo-mfa"))

    def test_sessions_that_end_are_asked_for_again(
        self, connect: Open, prompter: Attendant, plane: ScriptedPlane
    ) -> None:
        """The request that was under way goes on, with the same caller."""
        prompter.answers = code("123456")
        connection = connect("demo-mfa")
        assert ":assumed-role/MfaTriage/" in arn(connection)
        plane.expire_sessions()
        assert fetch_page(connection, Position()).entries
        assert len(prompter.subjects) == 2

    def test_sessions_too_short_for_botocore_are_asked_for_again(
        self, connect: Open, prompter: Attendant, plane: ScriptedPlane
    ) -> None:
        plane.session_seconds = 300
        prompter.answers = code("123456")
        connection = connect("demo-mfa")
        for _ in range(2):
            assert fetch_page(connection, Position()).entries
        assert len(prompter.subjects) == 2


def identity_of_aws_command(profile: str, typed: str = "") -> str:
    """What the aws command says; without a terminal it reads a code from its standard input."""
    answer = subprocess.run(
        [AWS, "sts", "get-caller-identity", "--profile", profile],
        input=typed,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=True,
        timeout=60,
    )
    found: str = json.loads(answer.stdout[answer.stdout.index("{") :])["Arn"]
    return found


class TestSso:
    @pytest.mark.parametrize("profile", ["demo-sso", "sso-older", "through-sso"])
    def test_the_person_is_told_where_to_sign_in(
        self, connect: Open, prompter: Attendant, plane: ScriptedPlane, url: str, profile: str
    ) -> None:
        prompter.answers = approve(plane)
        assert ":assumed-role/" in arn(connect(profile))
        (subject,) = prompter.subjects
        assert isinstance(subject, DeviceSignIn)
        assert subject.url == f"{url}/device"
        assert subject.whole_url == f"{url}/device?user_code={subject.code}"
        assert 500 < (subject.ends - datetime.now(UTC)).total_seconds() <= 600
        assert "waiting for you to sign in" in prompter.heard

    @pytest.mark.parametrize("profile", ["demo-sso", "sso-older"])
    def test_the_token_is_the_cli_s(
        self, connect: Open, prompter: Attendant, plane: ScriptedPlane, profile: str
    ) -> None:
        prompter.answers = approve(plane)
        ours = arn(connect(profile))
        (entry,) = Path("~/.aws/sso/cache").expanduser().glob("*.json")
        assert stat.S_IMODE(entry.stat().st_mode) == 0o600
        token = json.loads(entry.read_text())
        assert {"startUrl", "region", "accessToken", "expiresAt"} <= set(token)
        assert ("refreshToken" in token) == (profile == "demo-sso")
        theirs = boto3.Session(profile_name=profile).client("sts").get_caller_identity()
        assert theirs["Arn"] == ours
        assert count(plane, "RegisterClient") == 1

    def test_a_token_that_ends_is_refreshed_by_botocore(
        self, connect: Open, prompter: Attendant, plane: ScriptedPlane
    ) -> None:
        plane.token_seconds = 60  # less than botocore wants to have in hand
        prompter.answers = approve(plane)
        arn(connect("demo-sso"))
        for entry in Path("~/.aws/cli/cache").expanduser().glob("*.json"):
            entry.unlink()
        arn(connect("demo-sso"))
        assert len(prompter.subjects) == 1
        assert count(plane, "CreateToken") >= 2

    def test_a_session_that_is_ended_is_signed_in_to_again(
        self, connect: Open, prompter: Attendant, plane: ScriptedPlane
    ) -> None:
        prompter.answers = approve(plane)
        connection = connect("demo-sso")
        before = arn(connection)
        plane.expire_sessions()
        assert fetch_page(connection, Position()).entries
        assert len(prompter.subjects) == 2
        assert connection.pinned().client is not connection.client
        assert arn(connect("demo-sso")) == before

    def test_giving_up(self, connect: Open, prompter: Attendant, plane: ScriptedPlane) -> None:
        with pytest.raises(HsmtuiError, match="did not sign in"):
            arn(connect("demo-sso"))
        assert len(prompter.subjects) == 1
        assert count(plane, "GetRoleCredentials") == 0

    def test_a_refusal(self, connect: Open, prompter: Attendant, plane: ScriptedPlane) -> None:
        prompter.answers = lambda question: plane.deny(question.subject.code)  # type: ignore[union-attr]
        with pytest.raises(HsmtuiError, match="sign-in was refused") as caught:
            arn(connect("demo-sso"))
        assert caught.value.operation == "CreateToken"
        assert "press r" in spelt(caught.value.remedy, {}).lower()

    def test_a_code_that_runs_out(
        self, connect: Open, prompter: Attendant, plane: ScriptedPlane
    ) -> None:
        plane.device_seconds = 0
        prompter.answers = lambda _: None
        with pytest.raises(HsmtuiError, match="code has expired"):
            arn(connect("demo-sso"))

    def test_a_service_that_wants_us_slower(
        self, connect: Open, prompter: Attendant, plane: ScriptedPlane
    ) -> None:
        plane.script("CreateToken", Refuse("SlowDownException"), call=1)
        prompter.answers = approve(plane)
        assert ":assumed-role/" in arn(connect("demo-sso"))
        assert count(plane, "CreateToken") == 2


class TestEndedKeys:
    """Keys of files that somebody else renews."""

    @pytest.fixture
    def keys(self, plane: ScriptedPlane, url: str) -> Callable[[str], None]:
        sts: Any = boto3.Session(profile_name="demo").client("sts")

        def write(role: str) -> None:
            issued = sts.assume_role(
                RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{role}", RoleSessionName="alice"
            )["Credentials"]
            Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"]).write_text(
                f"[static]\naws_access_key_id = {issued['AccessKeyId']}\n"
                f"aws_secret_access_key = {issued['SecretAccessKey']}\n"
                f"aws_session_token = {issued['SessionToken']}\n"
            )

        return write

    def test_are_read_again(
        self, connect: Open, plane: ScriptedPlane, keys: Callable[[str], None]
    ) -> None:
        keys("Operator")
        connection = connect("static")
        before = arn(connection)
        plane.expire_sessions()
        keys("Operator")
        assert fetch_page(connection, Position()).entries
        assert arn(connect("static")) == before

    def test_that_stay_ended_are_an_error_until_they_are_renewed(
        self, connect: Open, plane: ScriptedPlane, keys: Callable[[str], None]
    ) -> None:
        keys("Operator")
        connection = connect("static")
        arn(connection)
        plane.expire_sessions()
        with pytest.raises(HsmtuiError, match="expired") as caught:
            fetch_page(connection, Position())
        assert caught.value.expired
        assert "the files are read again" in spelt(caught.value.remedy, {})
        keys("Operator")
        assert fetch_page(connection, Position()).entries

    def test_of_another_caller_are_not_taken(
        self, connect: Open, plane: ScriptedPlane, keys: Callable[[str], None]
    ) -> None:
        """What the header says of the rows would not be true of them."""
        keys("Operator")
        connection = connect("static")
        arn(connection)
        plane.expire_sessions()
        keys("Auditor")
        for _ in range(2):
            with pytest.raises(HsmtuiError, match="now belong to another") as caught:
                fetch_page(connection, Position())
            assert "role/Operator" in caught.value.detail.replace("assumed-", "")
            assert "P" in spelt(caught.value.remedy, {})

    def test_are_not_replaced_where_they_are_pinned(
        self, connect: Open, plane: ScriptedPlane, keys: Callable[[str], None]
    ) -> None:
        keys("Operator")
        pinned = connect("static").pinned()
        plane.expire_sessions()
        keys("Operator")
        with pytest.raises(HsmtuiError, match="expired"):
            fetch_page(pinned, Position())


def test_a_held_metadata_service_holds_nobody_else(
    connect: Open, url: str, plane: ScriptedPlane, prompter: Attendant, monkeypatch: Any
) -> None:
    """The thread waits as long as botocore does; what it waits for is told meanwhile."""
    gate = Gate()
    plane.script("InstanceMetadata", gate)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
    opening = submit(connect, None, "us-east-1")
    assert gate.arrived()
    assert prompter.waiting_for == "waiting for instance metadata (is this EC2?)"
    with pytest.raises(HsmtuiError, match="No credentials"):
        opening.result(PATIENCE)
    plane.clear_scripts()
