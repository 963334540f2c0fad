"""Which profile, region, credentials and endpoint a Connection gets, and who it is."""

import json
from collections.abc import Callable
from pathlib import Path
from shlex import quote

import pytest

from hsmtui.aws.caller import Caller
from hsmtui.aws.clusters import fetch_page
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Position
from hsmtui.aws.place import Place
from hsmtui.aws.profiles import profile_names, profile_regions
from hsmtui.aws.regions import service_regions
from hsmtui.config.settings import Flags, load
from hsmtui.fleet.places import places_for
from hsmtui.model.columns import COLUMN_IDS
from tests.scripted import Refuse, Reply, ScriptedPlane

Connect = Callable[..., Connection]

FILES = """
[default]
region = eu-west-1
aws_access_key_id = AKIADEMO999999999999
aws_secret_access_key = demo
endpoint_url = {url}

[profile bare]
aws_access_key_id = AKIADEMO555555555555
aws_secret_access_key = demo
endpoint_url = {url}

[profile half]
region = us-east-1
aws_access_key_id = AKIADEMO555555555555

[profile process]
region = us-east-1
credential_process = {process}
endpoint_url = {url}
"""


@pytest.fixture(autouse=True)
def files(server, aws_files, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(
        json.dumps({"Version": 1, "AccessKeyId": "AKIADEMO666666666666", "SecretAccessKey": "demo"})
    )
    aws_files(server.url, FILES.format(url=server.url, process=f"cat {quote(str(keys))}"))


@pytest.fixture
def environment_keys(monkeypatch, server) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIADEMO777777777777")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "demo")
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)


def account_asked(plane: ScriptedPlane, connection: Connection) -> str:
    """The account that a request of this connection is signed for."""
    fetch_page(connection, Position())
    return plane.requests[-1].account


class TestCredentials:
    @pytest.mark.parametrize(
        ("profile", "account"),
        [
            (None, "999999999999"),
            ("demo", "111111111111"),
            ("demo-staging", "222222222222"),
            ("process", "666666666666"),
        ],
    )
    @pytest.mark.parametrize("explicit", [True, False])
    def test_are_those_of_the_profile(self, plane, open_place, profile, account, explicit):
        """However the profile was named: by a flag, or by config.toml alone."""
        connection = open_place(profile, explicit=explicit)
        assert account_asked(plane, connection) == account
        assert (connection.profile, connection.credentials) == (profile, None)

    def test_of_the_environment_win_over_the_default_chain(
        self, plane, open_place, environment_keys
    ):
        connection = open_place(None, "us-east-1")
        assert account_asked(plane, connection) == "777777777777"
        assert connection.credentials == "environment keys"
        assert connection.profile_name == "environment keys"

    def test_of_the_environment_win_over_aws_profile(
        self, plane, open_place, environment_keys, monkeypatch
    ):
        monkeypatch.setenv("AWS_PROFILE", "demo-staging")
        settings = load(Flags(), {"AWS_PROFILE": "demo-staging"}, known_columns=COLUMN_IDS)
        (asked,) = places_for(settings.asked, None)
        assert not asked.explicit
        for profile in (None, asked.profile):
            connection = open_place(profile)
            assert account_asked(plane, connection) == "777777777777"
            assert connection.profile == "demo-staging"
            assert connection.credentials == "environment keys"

    def test_of_a_profile_chosen_by_name_win_over_the_environment(
        self, plane, open_place, environment_keys, monkeypatch
    ):
        monkeypatch.setenv("AWS_PROFILE", "demo")
        connection = open_place("demo-staging", explicit=True)
        assert account_asked(plane, connection) == "222222222222"
        assert (connection.profile, connection.credentials) == ("demo-staging", None)


class TestRegion:
    @pytest.mark.parametrize(
        ("variables", "place", "region"),
        [
            ({}, ("demo-staging", None), "eu-central-1"),
            ({}, ("demo-staging", "eu-west-1"), "eu-west-1"),
            ({}, (None, None), "eu-west-1"),
            ({"AWS_DEFAULT_REGION": "us-west-2"}, ("demo-staging", None), "us-west-2"),
            ({"AWS_DEFAULT_REGION": "us-west-2"}, ("bare", None), "us-west-2"),
        ],
    )
    def test_is_where_requests_go(self, plane, open_place, monkeypatch, variables, place, region):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        connection = open_place(*place)
        assert connection.region == region
        fetch_page(connection, Position())
        assert plane.requests[-1].region == region

    @pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
    def test_both_variables_count(self, open_place, monkeypatch, variable):
        monkeypatch.setenv(variable, "us-west-2")
        settings = load(Flags(), {variable: "us-west-2"}, known_columns=COLUMN_IDS)
        (asked,) = places_for(settings.asked, None)
        assert open_place("bare", asked.region).region == "us-west-2"

    def test_of_a_profile_is_what_its_section_says(self, monkeypatch):
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
        monkeypatch.setenv("AWS_PROFILE", "demo")
        assert profile_regions().get("demo-gov") == "us-gov-west-1"
        assert profile_regions().get("default") == "eu-west-1"
        assert profile_regions().get("bare") is None
        assert profile_regions().get("nobody's") is None

    def test_of_the_partition_that_has_the_service(self):
        assert {"us-east-1", "eu-central-1"} <= set(service_regions("aws"))
        assert service_regions("aws-us-gov") == ("us-gov-east-1", "us-gov-west-1")
        assert service_regions("aws-cn") == ()

    @pytest.mark.parametrize(
        ("region", "partition"),
        [
            ("eu-west-1", "aws"),
            ("us-gov-east-1", "aws-us-gov"),
            ("cn-north-1", "aws-cn"),
            ("mars-1", "aws"),
        ],
    )
    def test_belongs_to_a_partition(self, open_place, region, partition):
        assert open_place("demo", region).partition == partition


class TestEndpoint:
    def test_of_aws_is_none(self, open_place, monkeypatch):
        monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
        for region in ("us-east-1", "cn-north-1", "us-gov-west-1"):
            assert open_place("demo", region).endpoint is None
        monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
        assert open_place("demo", "us-gov-west-1").endpoint is None
        monkeypatch.delenv("AWS_USE_FIPS_ENDPOINT")
        monkeypatch.setenv("AWS_USE_DUALSTACK_ENDPOINT", "true")
        assert open_place("demo", "us-east-1").endpoint is None

    @pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_CLOUDHSM_V2"])
    def test_of_the_environment_is_shown(self, plane, open_place, server, monkeypatch, variable):
        monkeypatch.setenv(variable, server.url)
        connection = open_place("demo")
        assert connection.endpoint == server.url

    @pytest.mark.parametrize(
        "url",
        [
            "https://cloudhsmv2.us-east-1.example.net",
            "https://cloudhsmv2.us-east-1.amazonaws.com.example.net",
            "https://cloudhsmv2.us-east-1.amazonaws.com:8443",
            "https://cloudhsmv2.eu-west-1.amazonaws.com",
            "http://cloudhsmv2.us-east-1.amazonaws.com",
        ],
    )
    def test_that_only_looks_like_that_of_aws_is_shown(self, open_place, url):
        assert open_place("demo", endpoint_url=url).endpoint == url

    def test_that_is_given_serves_sts_too(self, plane, open_place, server, monkeypatch):
        monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
        connection = open_place("demo", endpoint_url=server.url)
        connection.ask_caller()
        assert connection.endpoint == server.url
        assert plane.requests[-1].operation == "GetCallerIdentity"
        delete = connection.writing_client("DeleteCluster")
        assert delete.meta.endpoint_url == server.url
        delete.close()


class TestCaller:
    def test_is_asked_once_and_known_then(self, plane, open_place):
        connection = open_place("demo")
        assert connection.known_caller is None
        assert plane.requests == ()
        connection.ask_caller()
        assert connection.known_caller.account == "111111111111"
        assert [r.operation for r in plane.requests] == ["GetCallerIdentity"]

    def test_that_cannot_be_asked_is_an_error_of_its_own(self, plane, open_place):
        plane.script("GetCallerIdentity", Refuse("AccessDenied", "No.", 403))
        connection = open_place("demo")
        connection.ask_caller()
        error = connection.caller.exception()
        assert isinstance(error, HsmtuiError)
        assert error.operation == "GetCallerIdentity"
        assert "sts:GetCallerIdentity" in str(error.remedy)
        assert connection.known_caller is None
        assert len(fetch_page(connection, Position()).entries) == 25

    @pytest.mark.parametrize("status", [200, 403])
    @pytest.mark.parametrize(
        "body",
        [
            b"<html>Blocked by the proxy<br></html>",
            b"",
            b"<GetCallerIdentityResponse/>",
            b"<A><GetCallerIdentityResult><Account/><Arn>arn</Arn></GetCallerIdentityResult></A>",
            (
                b"<A><GetCallerIdentityResult><Account>222222222222</Account>"
                b"<Arn>arn:aws:iam::111111111111:root</Arn></GetCallerIdentityResult></A>"
            ),
        ],
    )
    def test_that_a_proxy_answers_for_is_not_known(self, plane, open_place, body, status):
        plane.script("GetCallerIdentity", Reply(body, status, "text/html"))
        connection = open_place("demo")
        connection.ask_caller()
        assert isinstance(connection.caller.exception(), HsmtuiError)
        assert connection.account is None

    @pytest.mark.parametrize(
        ("arn", "short"),
        [
            ("arn:aws:sts::111111111111:assumed-role/Triage/session-7", "role/Triage"),
            ("arn:aws:iam::111111111111:user/alice", "user/alice"),
            ("arn:aws:iam::111111111111:root", "root"),
        ],
    )
    def test_has_a_short_name(self, arn, short):
        assert Caller("111111111111", arn).short == short


class TestProfiles:
    def test_are_those_of_both_files(self, tmp_path, monkeypatch):
        credentials = tmp_path / "aws" / "credentials"
        credentials.write_text("[from-credentials]\naws_access_key_id = a\n")
        assert {"default", "demo", "demo-gov", "bare", "from-credentials"} <= set(profile_names())

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("[profile demo\nregion\n", "line 1: a key stands before any [section]"),
            ("[default]\nregion = x\nsecret\n", "line 3: expected key = value"),
            ("[default]\nregion = x\n[default]\n", "line 3: the section [default] is there"),
            ("[default]\nregion = x\nregion = y\n", "line 3: region is set already"),
            ("[default]\ns3 =\n  secret\n", "expected indented key = value lines"),
            ("[default]\nregion = \udcff\n", "not UTF-8"),
        ],
    )
    def test_of_a_broken_file_are_an_error(self, tmp_path, text, words):
        (tmp_path / "aws" / "config").write_text(text, errors="surrogateescape")
        for ask in (profile_names, profile_regions):
            with pytest.raises(HsmtuiError) as caught:
                ask()
            assert "malformed" in caught.value.title
            assert str(tmp_path / "aws" / "config") in caught.value.detail
            assert words in caught.value.detail
            assert "secret" not in caught.value.detail
            assert caught.value.remedy


class TestNoConnection:
    """What fails before any request could be sent."""

    @pytest.mark.parametrize(
        ("place", "title"),
        [
            (Place("nobody"), "There is no profile nobody"),
            (Place("nobody", explicit=True), "There is no profile nobody"),
            (Place("bare"), "No region"),
            (Place("half"), "No credentials"),
            (Place("demo", "not a region"), "No such region"),
        ],
    )
    def test_says_why_and_what_to_do(self, plane, open_place, place, title):
        with pytest.raises(HsmtuiError) as caught:
            fetch_page(open_place(*place[:2], explicit=place.explicit), Position())
        error = caught.value
        assert title in error.title
        assert error.detail
        assert error.remedy
        assert error.unsent
        assert plane.requests == ()

    def test_for_want_of_any_credentials(self, plane, tmp_path, open_place):
        (tmp_path / "aws" / "config").write_text("[default]\nregion = us-east-1\n")
        with pytest.raises(HsmtuiError, match="No credentials") as caught:
            open_place()
        assert caught.value.unsent
        assert "aws" in str(caught.value.remedy)

    def test_for_a_credential_process_whose_credentials_have_expired(
        self, plane, tmp_path, open_place
    ):
        keys = tmp_path / "keys.json"
        expired = {**json.loads(keys.read_text()), "Expiration": "2020-01-01T00:00:00Z"}
        keys.write_text(json.dumps(expired))
        connection = open_place("process")
        connection.ask_caller()
        for ask in (lambda: fetch_page(connection, Position()), connection.caller.result):
            with pytest.raises(HsmtuiError, match="credentials") as caught:
                ask()
            assert "still expired" in caught.value.detail
            assert caught.value.remedy
        assert plane.requests == ()

    def test_for_a_credential_process_that_fails(self, plane, tmp_path, open_place):
        (tmp_path / "keys.json").unlink()
        with pytest.raises(HsmtuiError, match="credentials") as caught:
            fetch_page(open_place("process"), Position())
        assert caught.value.unsent
        assert caught.value.remedy
