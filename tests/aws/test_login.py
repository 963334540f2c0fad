"""Profiles of aws login: with the library they need and without it, while the sign-in lasts and
after. Where that library is not installed, what renews a sign-in is skipped."""

import json
import os
import re
import shlex
import stat
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.utils import generate_login_cache_key

from hsmtui.aws import installation
from hsmtui.aws.clusters import fetch_page
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.installation import commands_that_add_login
from hsmtui.aws.pages import Position
from hsmtui.aws.threads import submit
from hsmtui.demo.server import DemoServer
from hsmtui.model.redaction import known_secrets
from tests.scripted import Refuse, ScriptedPlane, reply_json

ACCOUNT = "111111111111"
KEYS = {"accessKeyId": "ASIAX", "secretAccessKey": "secret", "sessionToken": "session"}
SESSION = f"arn:aws:iam::{ACCOUNT}:user/me"
PROFILES = f"""
[profile console]
region = us-east-1
endpoint_url = URL
login_session = {SESSION}

[profile "the same"]
region = eu-west-1
endpoint_url = URL
login_session = {SESSION}

[profile role]
region = us-east-1
endpoint_url = URL
role_arn = arn:aws:iam::222222222222:role/Operator
source_profile = console
role_session_name = alice
"""

Lists = Callable[[str], Connection]
Keep = Callable[[Any], None]


def listed(connection: Connection) -> Connection:
    """The place, after its first page came."""
    fetch_page(connection, Position({}))
    return connection


def failure(lists: Lists, profile: str = "console") -> HsmtuiError:
    with pytest.raises(HsmtuiError) as caught:
        lists(profile)
    return caught.value


@pytest.fixture
def plane() -> ScriptedPlane:
    """Its clock follows the system, as botocore does to see whether keys have expired."""
    return ScriptedPlane(clusters=3)


@pytest.fixture
def lists(
    server: DemoServer, aws_files: Callable[..., None], open_place: Callable[..., Connection]
) -> Lists:
    aws_files(server.url, PROFILES.replace("URL", server.url))
    return lambda profile: listed(open_place(profile))


@pytest.fixture
def cache_file(lists: Lists, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", str(tmp_path / "login"))
    return tmp_path / "login" / f"{generate_login_cache_key(SESSION)}.json"


@pytest.fixture
def keep(cache_file: Path) -> Keep:
    """Writes what aws login keeps, or a text."""

    def write(token: Any) -> None:
        cache_file.parent.mkdir(exist_ok=True)
        text = token if isinstance(token, str) else json.dumps(token)
        cache_file.write_text(text, encoding="utf-8")
        cache_file.chmod(0o600)

    return write


def ending(token: dict[str, Any], plane: ScriptedPlane, minutes: float) -> dict[str, Any]:
    """The sign-in with keys that end in so many minutes."""
    ends = (plane.clock.now() + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return token | {"accessToken": token["accessToken"] | {"expiresAt": ends}}


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the library were there: what does not renew a sign-in does not reach it."""
    monkeypatch.setattr("botocore.credentials.EC", object())


@pytest.mark.usefixtures("library")
class TestNoSignIn:
    def test_is_told_with_the_command_that_signs_in(self, lists, cache_file):
        error = failure(lists)
        assert error.title == "There is no console sign-in that can be used"
        assert SESSION in error.detail
        assert str(error.remedy) == "Run aws login --profile console, then run this again."
        assert not error.is_unsigned  # nobody can be asked for it here

    def test_of_a_role_names_the_profile_that_signs_in(self, lists, cache_file):
        assert "aws login --profile console," in str(failure(lists, "role").remedy)

    def test_names_the_profile_as_a_shell_takes_it(self, lists, cache_file):
        assert "aws login --profile 'the same'," in str(failure(lists, "the same").remedy)

    @pytest.mark.parametrize(
        "change",
        [
            lambda token: "",
            lambda token: "{",
            lambda token: "[" * 10_000,
            lambda token: [],
            lambda token: "null",
            *(
                lambda token, name=name: {k: v for k, v in token.items() if k != name}
                for name in ("accessToken", "refreshToken", "dpopKey", "clientId")
            ),
            *(
                lambda token, name=name, value=value: (
                    token | {"accessToken": token["accessToken"] | {name: value}}
                )
                for name in ("accessKeyId", "secretAccessKey", "sessionToken", "expiresAt")
                for value in (None, "", 7)
            ),
            lambda token: token | {"accessToken": token["accessToken"] | {"expiresAt": "soon"}},
            lambda token: token | {"accessToken": ["x"]},
        ],
    )
    @pytest.mark.usefixtures("no_collection")
    def test_can_be_read_in_a_file_that_is_malformed(self, lists, keep, plane, change):
        keep(change(plane.console.sign_in(ACCOUNT, "me")))
        error = failure(lists)
        assert error.title == "There is no console sign-in that can be used"
        assert "aws login --profile console" in str(error.remedy)


@pytest.mark.usefixtures("library")
class TestASignIn:
    def test_gives_the_keys_that_it_has(self, lists, keep, plane):
        keep(ending(plane.console.sign_in(ACCOUNT, "me"), plane, 60))
        connection = lists("console")
        connection.ask_caller()
        assert connection.account == ACCOUNT
        assert "assumed-role/Console/me" in connection.caller.result().arn

    def test_serves_a_role(self, lists, keep, plane):
        keep(ending(plane.console.sign_in(ACCOUNT, "me"), plane, 60))
        connection = lists("role")
        connection.ask_caller()
        assert connection.account == "222222222222"

    def test_of_another_account_is_shown_as_that_account(self, lists, keep, plane):
        """The file says whose the sign-in is; whose the keys are, says STS."""
        token = plane.console.sign_in("222222222222", "me")
        token["accessToken"]["accountId"] = ACCOUNT
        keep(ending(token, plane, 60))
        connection = lists("console")
        connection.ask_caller()
        assert connection.account == "222222222222"


class TestRenewing:
    @pytest.fixture(autouse=True)
    def has_library(self) -> None:
        pytest.importorskip("awscrt.crypto")

    def test_is_done_when_the_keys_end_and_kept_for_the_aws_command(
        self, lists, keep, plane, cache_file, asked
    ):
        token = plane.console.sign_in(ACCOUNT, "me")
        keep(ending(token, plane, -1))
        lists("console")
        kept = json.loads(cache_file.read_text())
        assert len(asked("CreateOAuth2Token")) == 1
        assert kept["refreshToken"] != token["refreshToken"]
        assert kept["accessToken"]["sessionToken"] != token["accessToken"]["sessionToken"]
        assert kept["accessToken"]["expiresAt"] > token["accessToken"]["expiresAt"][:10]
        assert stat.S_IMODE(cache_file.stat().st_mode) == 0o600

    def test_is_done_once_for_profiles_of_one_sign_in(self, lists, keep, plane, asked):
        keep(ending(plane.console.sign_in(ACCOUNT, "me"), plane, -1))
        tasks = [submit(lists, name) for name in ("console", "the same") * 3]
        for task in tasks:
            task.result(30)
        assert len(asked("CreateOAuth2Token")) == 1

    def test_takes_what_the_aws_command_renewed_meanwhile(self, lists, keep, plane, asked):
        keep(ending(plane.console.sign_in(ACCOUNT, "me"), plane, 7))
        connection = lists("console")
        keep(ending(plane.console.sign_in(ACCOUNT, "again"), plane, 14))
        listed(connection)
        assert connection.last_keys is not None
        assert asked("CreateOAuth2Token") == []

    def test_that_is_refused_is_an_end(self, lists, keep, plane):
        keep(ending(plane.console.sign_in(ACCOUNT, "me"), plane, -1))
        plane.console.revoke()
        error = failure(lists)
        assert error.title == "The console sign-in has expired"
        assert str(error.remedy) == "Run aws login --profile console, then run this again."

    def test_begins_again_after_somebody_signed_in(self, lists, keep, plane):
        keep(ending(plane.console.sign_in(ACCOUNT, "me"), plane, -1))
        plane.console.revoke()
        failure(lists)
        keep(plane.console.sign_in(ACCOUNT, "me"))
        lists("console")

    @pytest.mark.parametrize(
        ("why", "title", "words"),
        [
            ("USER_CREDENTIALS_CHANGED", "has expired", "Run aws login"),
            ("INSUFFICIENT_PERMISSIONS", "may not be renewed", "allow signin:CreateOAuth2Token"),
            ("INVALID_REQUEST", "could not be renewed", "Run aws login"),
        ],
    )
    def test_says_why_it_was_refused(self, lists, keep, plane, why, title, words):
        keep(ending(plane.console.sign_in(ACCOUNT, "me"), plane, -1))
        plane.script("CreateOAuth2Token", Refuse("AccessDeniedException", f"{why}: no", 400))
        error = failure(lists)
        assert title in error.title
        assert words in str(error.remedy)

    def test_that_the_service_cannot_do_is_told_as_that(self, lists, keep, plane):
        keep(ending(plane.console.sign_in(ACCOUNT, "me"), plane, -1))
        plane.script("CreateOAuth2Token", Refuse("InternalServerException", "x: sorry", 500))
        error = failure(lists)
        assert error.operation == "CreateOAuth2Token"
        assert error.retryable

    @pytest.mark.parametrize(
        "answer",
        [
            {},
            {"accessToken": {}, "refreshToken": "next", "expiresIn": 900},
            {"accessToken": KEYS, "expiresIn": 900},
            {"accessToken": KEYS, "refreshToken": "next"},
            {"accessToken": KEYS, "refreshToken": "next", "expiresIn": 10**18},
            {"accessToken": KEYS | {"sessionToken": ""}, "refreshToken": "next", "expiresIn": 900},
            {"accessToken": KEYS, "refreshToken": "", "expiresIn": 900},
        ],
    )
    def test_with_an_answer_that_gives_none_leaves_the_file(
        self, lists, keep, plane, cache_file, answer
    ):
        token = ending(plane.console.sign_in(ACCOUNT, "me"), plane, -1)
        keep(token)
        plane.script("CreateOAuth2Token", reply_json(answer))
        error = failure(lists)
        assert "the answer to its renewal" in error.detail
        assert "Run aws login --profile console" in str(error.remedy)
        assert json.loads(cache_file.read_text()) == token

    def test_makes_the_next_refresh_token_known_as_a_secret(self, lists, keep, plane, cache_file):
        keep(ending(plane.console.sign_in(ACCOUNT, "me"), plane, -1))
        lists("console")
        assert json.loads(cache_file.read_text())["refreshToken"] in known_secrets()

    @pytest.mark.parametrize("key", ["x", "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END", "!"])
    def test_with_a_key_that_is_none_is_told(self, lists, keep, plane, key):
        token = plane.console.sign_in(ACCOUNT, "me")
        keep(ending(token, plane, -1) | {"dpopKey": key})
        assert "aws login --profile console" in str(failure(lists).remedy)

    def test_with_the_key_of_another_sign_in_is_refused(self, lists, keep, plane):
        token, other = (plane.console.sign_in(ACCOUNT, "me") for _ in range(2))
        keep(ending(token, plane, -1) | {"dpopKey": other["dpopKey"]})
        assert failure(lists).title == "The console sign-in could not be renewed"

    def test_of_a_file_that_has_gone_meanwhile_is_told(self, lists, keep, plane, cache_file):
        keep(ending(plane.console.sign_in(ACCOUNT, "me"), plane, 7))
        connection = lists("console")
        cache_file.unlink()
        with pytest.raises(HsmtuiError) as caught:
            listed(connection)
        assert caught.value.title == "There is no console sign-in that can be used"

    def test_with_a_library_that_is_too_old_says_what_to_add(self, lists, keep, plane, monkeypatch):
        keep(ending(plane.console.sign_in(ACCOUNT, "me"), plane, -1))

        def fail(*_: object, **__: object) -> None:
            type("EC", (), {}).decode_der_signature_to_padded_pair  # noqa: B018 - of old versions

        monkeypatch.setattr("botocore.credentials._build_dpop_header", fail)
        error = failure(lists)
        assert "lacks a library" in error.title
        assert commands_that_add_login()[0] in str(error.remedy)


def test_secrets_of_a_sign_in_are_not_shown(lists, keep, plane, library):
    from hsmtui.model.redaction import redact

    token = plane.console.sign_in(ACCOUNT, "me")
    keep(ending(token, plane, 60))
    lists("console")
    for secret in (token["refreshToken"], token["dpopKey"], token["accessToken"]["sessionToken"]):
        assert secret not in redact(f"so {secret} it is")


class TestTheLibraryIsMissing:
    @pytest.fixture(autouse=True)
    def missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("botocore.credentials.EC", None)

    @pytest.mark.parametrize("profile", ["console", "role"])
    def test_it_says_where_and_what_to_add(self, lists, profile):
        error = failure(lists, profile)
        assert error.title == (
            "Profile console signs in with aws login, for which hsmtui lacks a library"
        )
        assert re.search(r"config, line \d+: login_session needs awscrt", error.detail)
        assert commands_that_add_login()[0] in str(error.remedy)
        assert "start hsmtui again" in str(error.remedy)

    @pytest.mark.parametrize(
        ("file", "command"),
        [
            ("pipx_metadata.json", "pipx inject hsmtui-next awscrt"),
            ("uv-receipt.toml", "uv tool install --with 'botocore[crt]' hsmtui"),
        ],
    )
    def test_the_command_is_that_of_who_made_the_environment(
        self, monkeypatch, tmp_path, file, command
    ):
        environment = tmp_path / "hsmtui-next"
        environment.mkdir()
        (environment / file).touch()
        monkeypatch.setattr(sys, "prefix", str(environment))
        assert commands_that_add_login() == (command,)

    @pytest.mark.parametrize(
        ("installer", "command"),
        [
            ("pip", "{} -m pip install 'hsmtui[login]'"),
            ("uv", "uv pip install --python {} 'hsmtui[login]'"),
        ],
    )
    def test_the_command_is_that_of_what_installed_it(
        self, monkeypatch, tmp_path, installer, command
    ):
        monkeypatch.setattr(sys, "prefix", str(tmp_path))
        monkeypatch.setattr(sys, "executable", "/opt/my tools/bin/python")
        monkeypatch.setattr(installation, "_installer", lambda: installer)
        python = shlex.quote("/opt/my tools/bin/python")
        assert commands_that_add_login() == (command.format(python),)

    @pytest.mark.parametrize("installer", ["", "conda"])
    def test_where_nobody_knows_all_three_are_named(self, monkeypatch, tmp_path, installer):
        monkeypatch.setattr(sys, "prefix", str(tmp_path))
        monkeypatch.setattr(installation, "_installer", lambda: installer)
        pip, pipx, uv = commands_that_add_login()
        assert (pip, pipx.split()[0], uv.split()[0]) == (
            "pip install 'hsmtui[login]'",
            "pipx",
            "uv",
        )

    def test_the_installer_is_read_from_the_package(self):
        assert installation._installer() in {"pip", "uv"}
        assert os.path.basename(sys.executable) in commands_that_add_login()[0]  # noqa: PTH119
