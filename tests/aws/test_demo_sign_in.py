"""Signing in to the demo control plane: every source of credentials that botocore knows."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from http.client import HTTPConnection
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.session
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from hsmtui.demo.estate import CUSTODY, PKI
from hsmtui.demo.server import DemoServer
from tests.scripted import Refuse, ScriptedPlane

ACCOUNT = "111111111111"
REGION = "us-east-1"
MFA_DEVICE = f"arn:aws:iam::{ACCOUNT}:mfa/demo-user"
AWS = str(Path(sys.executable).parent / "aws")
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"

PROFILES = f"""
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

[profile mfa-forgotten]
region = us-east-1
endpoint_url = URL
role_arn = arn:aws:iam::{ACCOUNT}:role/MfaTriage
source_profile = demo

[profile forbidden]
region = us-east-1
endpoint_url = URL
role_arn = arn:aws:iam::{ACCOUNT}:role/Forbidden
source_profile = demo

[profile sso-older]
region = eu-central-1
endpoint_url = URL
sso_start_url = URL/start
sso_region = us-east-1
sso_account_id = 222222222222
sso_role_name = Triage
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

Client = Any


@pytest.fixture
def plane() -> ScriptedPlane:
    """Its clock follows the system, as botocore does to see whether credentials have expired."""
    return ScriptedPlane(clusters=3)


@pytest.fixture
def url(plane: ScriptedPlane, aws_files: Callable[..., None]) -> Iterator[str]:
    with DemoServer(plane) as server:
        aws_files(server.url, PROFILES.replace("URL", server.url))
        yield server.url


def core_session(profile: str | None = None, code: str | None = None) -> botocore.session.Session:
    """A session that answers the prompt for an MFA code."""
    session = botocore.session.Session(profile=profile)
    if code is not None:
        provider = session.get_component("credential_provider").get_provider("assume-role")
        provider._prompter = lambda prompt: code
    return session


def arn(profile: str | None = None, code: str | None = None) -> str:
    session = boto3.Session(botocore_session=core_session(profile, code))
    answer: str = session.client("sts").get_caller_identity()["Arn"]
    return answer


def fetch(
    url: str, method: str = "GET", headers: Mapping[str, str] = MappingProxyType({})
) -> tuple[int, str]:
    """The status and text of what is at a URL."""
    parts = urlsplit(url)
    with closing(HTTPConnection(parts.netloc, timeout=10)) as connection:
        connection.request(method, f"{parts.path}?{parts.query}", headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def cluster_ids(client: Client) -> set[str]:
    return {cluster["ClusterId"] for cluster in client.describe_clusters()["Clusters"]}


def operations(plane: ScriptedPlane) -> list[str]:
    return [request.operation for request in plane.requests]


def error_of(caught: pytest.ExceptionInfo[ClientError]) -> tuple[str, str, int]:
    response = caught.value.response
    status = response["ResponseMetadata"]["HTTPStatusCode"]
    return response["Error"]["Code"], response["Error"]["Message"], status


class TestRoles:
    def test_a_role_is_assumed_from_a_profile(self, plane: ScriptedPlane, url: str) -> None:
        assert arn("operator") == "arn:aws:sts::222222222222:assumed-role/Operator/alice"
        assert [(r.operation, r.account, r.parameters) for r in plane.requests] == [
            (
                "AssumeRole",
                ACCOUNT,
                {
                    "RoleArn": "arn:aws:iam::222222222222:role/ops/Operator",
                    "RoleSessionName": "alice",
                },
            ),
            ("GetCallerIdentity", "222222222222", {}),
        ]

    def test_a_role_is_assumed_with_another(self, plane: ScriptedPlane, url: str) -> None:
        assert arn("auditor") == "arn:aws:sts::333333333333:assumed-role/Auditor/bob"
        assert [r.account for r in plane.requests] == [ACCOUNT, "222222222222", "333333333333"]

    def test_clusters_are_those_of_the_role(self, plane: ScriptedPlane, url: str) -> None:
        client = boto3.Session(profile_name="demo-staging").client("cloudhsmv2")
        theirs = client.describe_clusters()["Clusters"]
        assumed = boto3.Session(profile_name="operator", region_name="eu-central-1")
        assert assumed.client("cloudhsmv2").describe_clusters()["Clusters"] == theirs
        assert theirs

    @pytest.mark.parametrize(
        ("profile", "name"), [("mfa-forgotten", "MfaTriage"), ("forbidden", "Forbidden")]
    )
    def test_a_role_may_be_denied(self, url: str, profile: str, name: str) -> None:
        role = f"arn:aws:iam::{ACCOUNT}:role/{name}"
        with pytest.raises(ClientError) as caught:
            arn(profile)
        caller = f"arn:aws:sts::{ACCOUNT}:assumed-role/Triage/demo"
        assert error_of(caught) == (
            "AccessDenied",
            f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role}",
            403,
        )

    def test_a_code_opens_the_role_that_needs_one(self, plane: ScriptedPlane, url: str) -> None:
        assert ":assumed-role/MfaTriage/botocore-session-" in arn("demo-mfa", "123456")
        asked = plane.requests[0].parameters
        assert (asked["SerialNumber"], asked["TokenCode"]) == (MFA_DEVICE, "***")

    def test_a_code_opens_an_account_of_its_own(self, url: str) -> None:
        """Which has clusters that no profile without a sign-in reaches."""
        session = boto3.Session(botocore_session=core_session("demo-pki", "123456"))
        assert len(cluster_ids(session.client("cloudhsmv2"))) == 3
        assert session.client("sts").get_caller_identity()["Account"] == PKI

    def test_a_wrong_code_is_refused(self, plane: ScriptedPlane, url: str) -> None:
        plane.mfa_code = "654321"
        with pytest.raises(ClientError) as caught:
            arn("demo-mfa", "123456")
        assert error_of(caught) == (
            "AccessDenied",
            "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
            403,
        )
        assert arn("demo-mfa", "654321")

    def test_malformed_requests_are_refused(self, url: str) -> None:
        sts = boto3.Session(profile_name="demo").client("sts")
        role = f"arn:aws:iam::{ACCOUNT}:role/Operator"
        for wrong in (
            {"RoleArn": "arn:aws:iam::1:user/Operator"},
            {"DurationSeconds": 50_000},
            {"RoleSessionName": "a b"},
        ):
            with pytest.raises(ClientError) as caught:
                sts.assume_role(**{"RoleArn": role, "RoleSessionName": "me", **wrong})
            assert error_of(caught)[0] == "ValidationError"
        with pytest.raises(ClientError) as caught:
            sts.assume_role(RoleArn=role, RoleSessionName="me", SerialNumber=MFA_DEVICE)
        assert "must provide both" in error_of(caught)[1]

    def test_a_session_lasts_as_long_as_it_was_asked_for(
        self, plane: ScriptedPlane, url: str
    ) -> None:
        sts = boto3.Session(profile_name="demo").client("sts")
        asked = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/A", "RoleSessionName": "me"}

        def seconds(**more: int) -> float:
            ends: datetime = sts.assume_role(**asked, **more)["Credentials"]["Expiration"]
            return (ends - datetime.now(UTC)).total_seconds()

        assert seconds() == pytest.approx(3600, abs=5)
        assert seconds(DurationSeconds=900) == pytest.approx(900, abs=5)
        plane.session_seconds = 60
        assert seconds(DurationSeconds=900) == pytest.approx(60, abs=5)

    def test_a_script_is_met_in_the_words_of_sts(self, plane: ScriptedPlane, url: str) -> None:
        plane.script("AssumeRole", Refuse("RegionDisabledException", "<off>", 403))
        with pytest.raises(ClientError) as caught:
            arn("operator")
        assert error_of(caught) == ("RegionDisabledException", "<off>", 403)


class TestOtherSources:
    def test_keys_of_the_environment_become_a_role(
        self, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", f"AKIADEMO{ACCOUNT}")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "demo")
        assert arn("from-Environment") == "arn:aws:sts::222222222222:assumed-role/Operator/alice"

    def test_an_instance_has_a_role(
        self, plane: ScriptedPlane, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
        assert arn("from-Ec2InstanceMetadata").endswith(":assumed-role/Operator/alice")
        assert [r.parameters.get("path") for r in plane.requests][:3] == [
            "/latest/api/token",
            "/latest/meta-data/iam/security-credentials/",
            "/latest/meta-data/iam/security-credentials/demo-instance",
        ]
        assert operations(plane)[3:] == ["AssumeRole", "GetCallerIdentity"]
        assert plane.requests[3].account == ACCOUNT
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
        assert f"{ACCOUNT}:assumed-role/demo-instance/i-" in arn()

    def test_a_container_has_a_role(
        self, plane: ScriptedPlane, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{url}/v2/credentials")
        monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "a container's own")
        plane.container_token = "a container's own"
        assert arn("from-EcsContainer").endswith(":assumed-role/Operator/alice")
        assert operations(plane) == ["ContainerCredentials", "AssumeRole", "GetCallerIdentity"]
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
        assert f"{ACCOUNT}:assumed-role/demo-task/" in arn()
        assert "own" not in json.dumps([dict(r.parameters) for r in plane.requests])

    def test_a_web_identity_becomes_a_role(
        self, plane: ScriptedPlane, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        token = tmp_path / "token"
        token.write_text("eyJ.a.token")
        for name, value in {
            "AWS_WEB_IDENTITY_TOKEN_FILE": str(token),
            "AWS_ROLE_ARN": "arn:aws:iam::222222222222:role/Pod",
            "AWS_ROLE_SESSION_NAME": "pod-1",
            "AWS_ENDPOINT_URL": url,
            "AWS_DEFAULT_REGION": REGION,
        }.items():
            monkeypatch.setenv(name, value)
        assert arn() == "arn:aws:sts::222222222222:assumed-role/Pod/pod-1"
        assert operations(plane) == ["AssumeRoleWithWebIdentity", "GetCallerIdentity"]
        assert plane.requests[0].parameters["WebIdentityToken"] == "***"
        token.write_text("invalid")
        with pytest.raises(ClientError) as caught:
            arn()
        assert error_of(caught)[::2] == ("InvalidIdentityToken", 400)

    @pytest.mark.parametrize(
        ("path", "headers", "status"),
        [
            ("/latest/meta-data/placement/region", {}, 401),
            ("/latest/meta-data/placement/region", {"X-aws-ec2-metadata-token": "x"}, 401),
            ("/v2/credentials", {"Authorization": "x"}, 401),
            ("/nothing", {}, 404),
        ],
    )
    def test_what_is_asked_without_the_right_token_is_refused(
        self, plane: ScriptedPlane, url: str, path: str, headers: dict[str, str], status: int
    ) -> None:
        plane.container_token = "a container's own"
        assert fetch(url + path, headers=headers)[0] == plane.requests[-1].status == status

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("availability-zone/", "us-east-1a"),
            ("availability-zone", "us-east-1a"),
            ("region", REGION),
        ],
    )
    def test_an_instance_knows_its_place(self, url: str, path: str, text: str) -> None:
        ttl = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
        _, token = fetch(f"{url}/latest/api/token", "PUT", ttl)
        where = f"{url}/latest/meta-data/placement/{path}"
        assert fetch(where, headers={"X-aws-ec2-metadata-token": token}) == (200, text)


class TestExpiry:
    @pytest.fixture
    def clients(self, url: str) -> dict[str, Client]:
        session = boto3.Session(profile_name="operator")
        return {name: session.client(name) for name in ("sts", "cloudhsmv2")}

    def test_expired_credentials_are_refused(
        self, plane: ScriptedPlane, clients: dict[str, Client]
    ) -> None:
        clients["cloudhsmv2"].describe_clusters()
        plane.expire_sessions()
        with pytest.raises(ClientError) as caught:
            clients["cloudhsmv2"].describe_clusters()
        message = "The security token included in the request is expired"
        assert error_of(caught) == ("ExpiredTokenException", message, 400)
        with pytest.raises(ClientError) as caught:
            clients["sts"].get_caller_identity()
        assert error_of(caught) == ("ExpiredToken", message, 403)

    def test_credentials_expire_by_the_clock(self, plane: ScriptedPlane, url: str) -> None:
        plane.session_seconds = 0
        session = plane.sessions.issue(ACCOUNT, "Triage", "me")
        with pytest.raises(ClientError) as caught:
            self.signed(url, session.access_key, session.token).get_caller_identity()
        assert error_of(caught)[0] == "ExpiredToken"

    def test_credentials_that_near_their_end_are_refreshed(
        self, plane: ScriptedPlane, url: str
    ) -> None:
        plane.session_seconds = 601
        client = boto3.Session(profile_name="operator").client("sts")
        client.get_caller_identity()
        client.get_caller_identity()
        assert operations(plane).count("AssumeRole") > 1

    @pytest.mark.parametrize("token", [None, "made up"])
    def test_a_temporary_key_is_nothing_without_its_token(
        self, url: str, token: str | None
    ) -> None:
        for service, code in (
            ("sts", "InvalidClientTokenId"),
            ("cloudhsmv2", "UnrecognizedClientException"),
        ):
            client = self.signed(url, f"ASIADEMO{ACCOUNT}", token, service)
            with pytest.raises(ClientError) as caught:
                self.call(client)
            assert error_of(caught)[::2] == (code, 403)

    def test_a_token_belongs_to_its_key(self, plane: ScriptedPlane, url: str) -> None:
        session = plane.sessions.issue(ACCOUNT, "Triage", "me")
        with pytest.raises(ClientError) as caught:
            self.call(self.signed(url, "ASIADEMO222222222222", session.token))
        assert error_of(caught)[0] == "InvalidClientTokenId"
        assert self.call(self.signed(url, session.access_key, session.token))

    @staticmethod
    def signed(url: str, key: str, token: str | None, service: str = "sts") -> Client:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=url,
            aws_access_key_id=key,
            aws_secret_access_key="demo",
            aws_session_token=token,
        )

    @staticmethod
    def call(client: Client) -> Any:
        sts = client.meta.service_model.service_name == "sts"
        return client.get_caller_identity() if sts else client.describe_clusters()


class Device:
    """A device flow under way, made with boto3."""

    def __init__(self, url: str, *scopes: str) -> None:
        self.url = url
        unsigned = Config(signature_version=UNSIGNED)
        self.oidc = boto3.client("sso-oidc", region_name=REGION, endpoint_url=url, config=unsigned)
        self.portal = boto3.client("sso", region_name=REGION, endpoint_url=url, config=unsigned)
        self.registered = self.oidc.register_client(
            clientName="test", clientType="public", scopes=list(scopes)
        )
        self.client = {name: self.registered[name] for name in ("clientId", "clientSecret")}
        self.begun = self.oidc.start_device_authorization(**self.client, startUrl=f"{url}/start")

    @property
    def user_code(self) -> str:
        return str(self.begun["userCode"])

    def token(self, **changed: str) -> dict[str, Any]:
        device = {"grantType": DEVICE_GRANT, "deviceCode": self.begun["deviceCode"]}
        answer: dict[str, Any] = self.oidc.create_token(**{**self.client, **device, **changed})
        return answer

    def refused(self, **changed: str) -> tuple[str, str, int]:
        """The exception that botocore models, its error code, and the status."""
        with pytest.raises(ClientError) as caught:
            self.token(**changed)
        response = caught.value.response
        assert response["error_description"]
        name = type(caught.value).__name__
        return name, response["error"], response["ResponseMetadata"]["HTTPStatusCode"]

    def credentials(
        self, token: str, role: str = "Triage", account: str = "222222222222"
    ) -> dict[str, Any]:
        answer = self.portal.get_role_credentials(
            roleName=role, accountId=account, accessToken=token
        )
        credentials: dict[str, Any] = answer["roleCredentials"]
        return credentials

    def save(self, token: dict[str, Any], key: str) -> Path:
        """Write the token as the aws command does, where it looks for it in this home folder."""
        file = (
            Path.home()
            / ".aws/sso/cache"
            / f"{sha1(key.encode(), usedforsecurity=False).hexdigest()}.json"
        )
        file.parent.mkdir(parents=True, exist_ok=True)
        ends = datetime.now(UTC) + timedelta(seconds=token["expiresIn"])
        registered = datetime.fromtimestamp(self.registered["clientSecretExpiresAt"], UTC)
        content = {
            "startUrl": f"{self.url}/start",
            "region": REGION,
            "accessToken": token["accessToken"],
            "expiresAt": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "registrationExpiresAt": registered.strftime("%Y-%m-%dT%H:%M:%SZ"),
            **self.client,
        }
        if "refreshToken" in token:
            content["refreshToken"] = token["refreshToken"]
        file.write_text(json.dumps(content))
        return file


@pytest.fixture
def device(url: str) -> Device:
    return Device(url, "sso:account:access")


def aws(*arguments: str, answers: str = "") -> subprocess.CompletedProcess[str]:
    """The aws command; without a terminal it reads the answers to its prompts from its input."""
    return subprocess.run(
        [AWS, *arguments],
        input=answers,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        start_new_session=True,
    )


def aws_arn(profile: str, answers: str = "") -> str:
    identity = ("sts", "get-caller-identity", "--query", "Arn", "--output", "text")
    done = aws(*identity, "--profile", profile, answers=answers)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class TestIdentityCenter:
    def test_a_device_flow_gives_a_token(self, plane: ScriptedPlane, device: Device) -> None:
        assert device.begun["interval"] == 1
        assert device.begun["expiresIn"] == 600
        assert device.begun["verificationUri"] == f"{device.url}/device"
        assert plane.user_codes == (device.user_code,)
        pending = ("AuthorizationPendingException", "authorization_pending", 400)
        assert device.refused() == pending
        plane.approve(device.user_code.lower())
        token = device.token()
        assert (token["tokenType"], token["expiresIn"]) == ("Bearer", 28_800)
        assert plane.user_codes == ()
        assert device.refused() == ("InvalidGrantException", "invalid_grant", 400)
        credentials = device.credentials(token["accessToken"])
        ends = credentials["expiration"] / 1000
        assert ends - time.time() == pytest.approx(3600, abs=5)
        shown = [(r.operation, dict(r.parameters)) for r in plane.requests[-2:]]
        masked = {"clientSecret": "***", "deviceCode": "***", "grantType": DEVICE_GRANT}
        assert shown == [
            ("CreateToken", {"clientId": device.client["clientId"], **masked}),
            ("GetRoleCredentials", {"role_name": "Triage", "account_id": "222222222222"}),
        ]

    def test_a_page_approves_the_code(self, plane: ScriptedPlane, device: Device) -> None:
        assert "/device?user_code=CODE" in fetch(device.begun["verificationUri"])[1]
        assert "approved" in fetch(device.begun["verificationUriComplete"])[1]
        assert device.token()["accessToken"]
        assert fetch(device.begun["verificationUriComplete"])[0] == 404
        assert plane.requests[-1].parameters == {"user_code": "***"}

    def test_one_sign_in_serves_every_account_of_the_session(
        self, plane: ScriptedPlane, url: str, device: Device
    ) -> None:
        plane.approve(device.user_code)
        token = device.token()["accessToken"]
        seen = []
        for account, region in (("222222222222", "eu-central-1"), (CUSTODY, "eu-west-1")):
            given = device.credentials(token, account=account)
            client = boto3.client(
                "cloudhsmv2",
                region_name=region,
                endpoint_url=url,
                aws_access_key_id=given["accessKeyId"],
                aws_secret_access_key=given["secretAccessKey"],
                aws_session_token=given["sessionToken"],
            )
            seen.append(cluster_ids(client))
        assert [len(ids) for ids in seen] == [6, 4]
        assert operations(plane).count("CreateToken") == 1

    def test_who_asks_too_often_is_slowed_down(self, plane: ScriptedPlane, device: Device) -> None:
        plane.device_interval = 60
        device.refused()
        assert device.refused() == ("SlowDownException", "slow_down", 400)
        plane.device_interval = 0
        assert device.refused()[1] == "authorization_pending"

    def test_a_sign_in_can_be_denied(self, plane: ScriptedPlane, device: Device) -> None:
        plane.deny(device.user_code)
        assert device.refused() == ("AccessDeniedException", "access_denied", 400)
        with pytest.raises(LookupError):
            plane.approve(device.user_code)

    def test_a_device_code_expires(self, plane: ScriptedPlane, url: str) -> None:
        plane.device_seconds = 0
        device = Device(url)
        assert device.begun["expiresIn"] == 0
        assert device.refused() == ("ExpiredTokenException", "expired_token", 400)
        with pytest.raises(LookupError):
            plane.approve(device.user_code)

    @pytest.mark.parametrize(
        ("changed", "refusal"),
        [
            ({"clientId": "x"}, ("InvalidClientException", "invalid_client", 401)),
            ({"clientSecret": "x"}, ("InvalidClientException", "invalid_client", 401)),
            ({"deviceCode": "x"}, ("InvalidGrantException", "invalid_grant", 400)),
            (
                {"grantType": "x"},
                ("UnsupportedGrantTypeException", "unsupported_grant_type", 400),
            ),
            (
                {"grantType": "refresh_token", "refreshToken": "x"},
                ("InvalidGrantException", "invalid_grant", 400),
            ),
            ({"deviceCode": ""}, ("InvalidRequestException", "invalid_request", 400)),
        ],
    )
    def test_what_is_wrong_is_named(
        self, device: Device, changed: dict[str, str], refusal: tuple[str, str, int]
    ) -> None:
        assert device.refused(**changed) == refusal

    def test_a_script_is_met_in_the_words_of_the_service(
        self, plane: ScriptedPlane, device: Device
    ) -> None:
        plane.script("CreateToken", Refuse("InternalServerException", "Try later", 500))
        assert device.refused() == ("InternalServerException", "server_error", 500)
        plane.script("GetRoleCredentials", Refuse("TooManyRequestsException", "Slower", 429))
        with pytest.raises(ClientError) as caught:
            device.credentials("any")
        assert error_of(caught) == ("TooManyRequestsException", "Slower", 429)

    def test_the_portal_refuses(self, plane: ScriptedPlane, device: Device) -> None:
        plane.approve(device.user_code)
        token = device.token()["accessToken"]
        with pytest.raises(ClientError) as caught:
            device.credentials(token, "Forbidden")
        assert error_of(caught) == ("ForbiddenException", "No access", 403)
        plane.expire_sessions()
        for ended in (token, "made up"):
            with pytest.raises(device.portal.exceptions.UnauthorizedException) as caught:
                device.credentials(ended)
            message = "Session token not found or invalid"
            assert error_of(caught) == ("UnauthorizedException", message, 401)

    def test_a_refresh_token_works_once(self, plane: ScriptedPlane, device: Device) -> None:
        plane.approve(device.user_code)
        plane.token_seconds = 0
        first = device.token()
        with pytest.raises(device.portal.exceptions.UnauthorizedException):
            device.credentials(first["accessToken"])
        plane.token_seconds = 60
        refresh = {"grantType": "refresh_token", "refreshToken": first["refreshToken"]}
        second = device.token(**refresh)
        assert device.credentials(second["accessToken"])
        assert device.refused(**refresh)[1] == "invalid_grant"
        plane.expire_sessions()
        last = {"grantType": "refresh_token", "refreshToken": second["refreshToken"]}
        assert device.refused(**last)[1] == "invalid_grant"

    def test_only_who_registered_for_it_can_refresh(self, plane: ScriptedPlane, url: str) -> None:
        device = Device(url)
        plane.approve(device.user_code)
        assert "refreshToken" not in device.token()


class TestCommand:
    """What needs a home folder from the start: botocore looks for tokens where it was imported."""

    ROLE = "arn:aws:sts::222222222222:assumed-role/AWSReservedSSO_Triage_"

    def test_it_signs_in_with_a_token_of_the_older_form(
        self, plane: ScriptedPlane, url: str
    ) -> None:
        device = Device(url)
        plane.approve(device.user_code)
        device.save(device.token(), f"{url}/start")
        assert aws_arn("sso-older").startswith(self.ROLE)

    def test_it_refreshes_the_token_of_a_session(
        self, plane: ScriptedPlane, device: Device
    ) -> None:
        plane.approve(device.user_code)
        plane.token_seconds = 30
        file = device.save(device.token(), "demo")
        plane.token_seconds = 28_800
        found = aws_arn("demo-sso")
        assert found.startswith(self.ROLE)
        assert found.endswith("/demo-user")
        assert operations(plane)[-3:] == ["CreateToken", "GetRoleCredentials", "GetCallerIdentity"]
        assert plane.requests[-3].parameters["grantType"] == "refresh_token"
        saved = json.loads(file.read_text())
        assert device.credentials(saved["accessToken"])

    def test_it_asks_for_the_code_once(self, plane: ScriptedPlane, url: str) -> None:
        assert "assumed-role/MfaTriage/" in aws_arn("demo-mfa", "123456\n")
        assert "assumed-role/MfaTriage/" in aws_arn("demo-mfa")
        assert operations(plane).count("AssumeRole") == 1
