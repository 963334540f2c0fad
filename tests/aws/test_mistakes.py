"""What is wrong in AWS's files and variables is told with where it stands."""

import os
from collections.abc import Callable
from pathlib import Path

import botocore.session
import pytest

from hsmtui import cli
from hsmtui.aws.clusters import fetch_page
from hsmtui.aws.connect import begin
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Position
from hsmtui.aws.place import Place, Terms
from hsmtui.demo.control_plane import ControlPlane

CASES = Path(__file__).parent.parent / "cases"
PATIENCE = 20.0
ROLE = "role_arn = arn:aws:iam::222222222222:role/Operator\nsource_profile = demo"

Open = Callable[..., Connection]


@pytest.fixture
def plane() -> ControlPlane:
    """Its clock follows the system, as botocore does to see whether credentials have expired."""
    return ControlPlane(clusters=3)


Write = Callable[[str], Path]


@pytest.fixture
def write(server, aws_files: Callable[..., None]) -> Write:
    """Appends sections to the config file; URL in them is that of the server."""

    def write(more: str) -> Path:
        aws_files(server.url, more.replace("URL", server.url))
        return Path(os.environ["AWS_CONFIG_FILE"])

    return write


@pytest.fixture
def failure(open_place: Open) -> Callable[..., HsmtuiError]:
    def failure(profile: str | None = "odd", region: str | None = None) -> HsmtuiError:
        with pytest.raises(HsmtuiError) as caught:
            fetch_page(open_place(profile, region, explicit=profile is not None), Position())
        error = caught.value
        assert error.unsent
        assert error.title
        assert error.detail
        assert "proxy and endpoint" not in str(error.remedy)
        return error

    return failure


def line_of(file: Path, text: str) -> int:
    """The last line with the text: the demo's own profiles come first."""
    return max(n for n, line in enumerate(file.read_text().splitlines(), 1) if text in line)


SETTINGS = [
    ("max_attempts = abc", "a whole number"),
    ("max_attempts = 0", "a whole number"),
    ("max_attempts =", "a whole number"),
    ("metadata_service_timeout = soon", "a whole number"),
    ("metadata_service_num_attempts = -1", "a whole number"),
    ("request_min_compression_size_bytes = big", "a whole number"),
    ("retry_mode = often", "standard, adaptive or legacy"),
    ("defaults_mode = fast", "legacy, standard"),
    ("sts_regional_endpoints = global", "regional or legacy"),
    ("ec2_metadata_service_endpoint_mode = ipv5", "ipv4 or ipv6"),
    ("account_id_endpoint_mode = maybe", "preferred, disabled or required"),
    ("request_checksum_calculation = never", "when_supported or when_required"),
    ("use_fips_endpoint = maybe", "true or false"),
    ("use_fips_endpoint = yes", "true or false"),
    ("use_dualstack_endpoint = 1", "true or false"),
    ("ignore_configured_endpoint_urls = on", "true or false"),
    (f"duration_seconds = abc\n{ROLE}", "from 900 to 43200"),
    (f"duration_seconds = 5\n{ROLE}", "from 900 to 43200"),
]


class TestSettings:
    @pytest.mark.parametrize(("setting", "expected"), SETTINGS)
    def test_that_cannot_be_meant(self, write, failure, monkeypatch, setting, expected):
        setting, _, more = setting.partition("\n")
        file = write(f"[profile odd]\nregion = us-east-1\n{setting}\n{more}\n")
        monkeypatch.delenv("AWS_MAX_ATTEMPTS")
        error = failure()
        key = setting.partition(" ")[0]
        assert error.title.startswith(f"{key} cannot be")
        assert f"profile odd, {file}, line {line_of(file, setting)}" in error.detail
        assert expected in error.detail

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("AWS_MAX_ATTEMPTS", "abc"),
            ("AWS_RETRY_MODE", "often"),
            ("AWS_USE_FIPS_ENDPOINT", "maybe"),
            ("AWS_STS_REGIONAL_ENDPOINTS", "global"),
            ("AWS_DEFAULTS_MODE", "fast"),
        ],
    )
    def test_of_a_variable_name_it(self, connect, failure, monkeypatch, name, value):
        monkeypatch.setenv(name, value)
        error = failure("demo")
        assert f"{name} = {value}; expected" in error.detail
        assert "shell" in str(error.remedy)

    def test_that_are_right_are_taken(self, write, open_place):
        write(
            "[profile odd]\nregion = us-east-1\nendpoint_url = URL\nmax_attempts = 4\n"
            "retry_mode = adaptive\nuse_fips_endpoint = False\nuse_dualstack_endpoint = 0\n"
            f"sts_regional_endpoints = legacy\nduration_seconds = 3600\n{ROLE}\n"
        )
        assert fetch_page(open_place("odd", explicit=True), Position()).entries

    def test_of_the_profile_that_a_role_comes_from(self, write, failure):
        file = write(
            "[profile odd]\nregion = us-east-1\nsource_profile = middle\n"
            "role_arn = arn:aws:iam::222222222222:role/Operator\n"
            f"[profile middle]\nduration_seconds = 1h\n{ROLE}\n"
        )
        place = f"profile middle, {file}, line {line_of(file, 'duration_seconds')}"
        assert place in failure().detail


MISFITS = [
    ("role_arn = x\nsource_profile = demo", "role_arn", "role_arn has a wrong value"),
    (f"{ROLE}\nexternal_id = x", "external_id", "external_id has a wrong value"),
    (f"{ROLE}\nrole_session_name = x", "role_session_name", "role_session_name has a wrong value"),
    ("role_arn = arn:aws:iam::2:role/O\nsource_profile = none", "source_profile", "contradict"),
    ("role_arn = arn:aws:iam::2:role/O\nsource_profile = odd", "source_profile", "contradict"),
    (
        "role_arn = arn:aws:iam::2:role/O\ncredential_source = Moon",
        "credential_source",
        "contradict",
    ),
    ("sso_session = none\nsso_account_id = 1\nsso_role_name = A", "sso_session", "contradict"),
    ("sso_account_id = 1\nsso_role_name = A", "[profile odd]", "contradict"),
    ("aws_access_key_id = AKIADEMO111111111111", "[profile odd]", "No credentials"),
    ("endpoint_url = nonsense\naws_access_key_id = a\naws_secret_access_key = b", "nonsense", ""),
    ("api_versions = 2017\naws_access_key_id = a\naws_secret_access_key = b", "[profile odd]", ""),
]


class TestProfiles:
    @pytest.mark.parametrize(("keys", "at", "title"), MISFITS)
    def test_that_contradict_each_other_say_where(self, write, failure, keys, at, title):
        file = write(f"[profile odd]\nregion = us-east-1\n{keys}\n")
        error = failure()
        assert title in error.title
        assert f"{file}, line {line_of(file, at)}" in error.detail

    @pytest.mark.parametrize(
        ("header", "name", "wanted"),
        [
            ("mine", "mine", "profile mine"),
            ("my prod", "my prod", 'profile "my prod"'),
            ("profile my prod", "my prod", 'profile "my prod"'),
            ("Profile mine", "mine", "profile mine"),
        ],
    )
    def test_that_are_written_in_another_way_are_told(self, write, failure, header, name, wanted):
        file = write(f"[{header}]\nregion = us-east-1\n")
        error = failure(name)
        assert error.title == f"There is no profile {name}"
        assert error.detail == (
            f"There is a section [{header}] in {file}, line {line_of(file, f'[{header}]')}; "
            f"in this file it must be [{wanted}]."
        )

    def test_of_the_credentials_file_are_written_without_the_word(self, write, failure):
        write("")
        file = Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"])
        file.write_text("[profile mine]\naws_access_key_id = a\n")
        assert "in this file it must be [mine]" in failure("mine").detail

    def test_that_are_nowhere_say_where_was_looked(self, write, failure):
        file = write("")
        detail = failure("nobody's").detail
        assert str(file) in detail
        assert f"{os.environ['AWS_SHARED_CREDENTIALS_FILE']} (no such file)" in detail

    def test_that_are_nearly_right_are_guessed(self, write, failure):
        write("")
        assert failure("demo-stagin").detail == "Did you mean demo-staging?"

    def test_whose_sso_session_is_written_in_another_way(self, write, failure):
        file = write(
            "[profile odd]\nregion = us-east-1\nsso_session = corp\nsso_account_id = 1\n"
            "sso_role_name = A\n[sso_session corp]\nsso_region = us-east-1\n"
        )
        detail = failure().detail
        assert detail.startswith(f"{file}, line {line_of(file, 'sso_session = corp')}: There is no")
        assert "it must be [sso-session corp]" in detail

    def test_of_the_region_of_a_profile(self, write, failure):
        file = write(
            "[profile odd]\nregion = not a region\naws_access_key_id = a\n"
            "aws_secret_access_key = b\n"
        )
        error = failure()
        assert error.title == "No such region: not a region"
        assert f"region of profile odd, {file}" in error.detail


class TestFiles:
    def test_of_a_web_identity_that_are_missing(self, monkeypatch, failure):
        file = CASES / "aws-config-web-identity-file-missing.ini"
        monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
        detail = failure(None).detail
        assert "/none/token: No such file" in detail
        assert f"web_identity_token_file of profile default, {file}, line 4" in detail

    @pytest.mark.parametrize(
        ("make", "words"),
        [
            (lambda file: None, "No such file"),
            (lambda file: file.mkdir(), "Is a directory"),
            (lambda file: file.write_text(""), "the file is empty"),
            (lambda file: file.write_text("\n"), "the file is empty"),
            (lambda file: file.write_bytes(b"\xff\xfe"), "no text"),
        ],
    )
    def test_of_a_web_identity_of_the_environment(
        self, connect, failure, monkeypatch, tmp_path, make, words
    ):
        token = tmp_path / "token"
        make(token)
        monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
        monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::222222222222:role/Pod")
        detail = failure(None, "us-east-1").detail
        assert f"{token}: " in detail
        assert words in detail
        assert "AWS_WEB_IDENTITY_TOKEN_FILE" in detail

    @pytest.mark.parametrize("name", ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"])
    def test_of_a_container(self, connect, failure, monkeypatch, server, tmp_path, name):
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{server.url}/v2/credentials")
        monkeypatch.setenv(name, str(tmp_path / "none"))
        detail = failure(None, "us-east-1").detail
        assert f"{tmp_path / 'none'}: No such file or directory ({name})" in detail

    def test_of_the_first_tools_of_ec2(self, connect, failure, monkeypatch, tmp_path):
        monkeypatch.setenv("AWS_CREDENTIAL_FILE", str(tmp_path / "none"))
        assert "(AWS_CREDENTIAL_FILE)" in failure(None, "us-east-1").detail

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ((CASES / "aws-config-with-bom.ini").read_bytes(), "byte order mark (BOM)"),
            (b"\xef\xbb\xbf# a comment\n[default]\n", "byte order mark (BOM)"),
            ("[default]\nregion = us-east-1\n".encode("utf-16"), "UTF-16"),
            ((CASES / "aws-config-duplicate-section.ini").read_bytes(), "line 5: the section"),
        ],
    )
    @pytest.mark.parametrize("variable", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
    def test_that_botocore_cannot_parse(
        self, connect, failure, monkeypatch, tmp_path, data, words, variable
    ):
        file = tmp_path / "file"
        file.write_bytes(data)
        monkeypatch.setenv(variable, str(file))
        error = failure(None)
        assert error.title == "An AWS config file is malformed"
        assert str(file) in error.detail
        assert words in error.detail


def test_a_profile_of_aws_login_says_which_extra_to_add(monkeypatch, failure):
    file = CASES / "aws-config-login-session.ini"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.setattr("botocore.credentials.EC", None)
    error = failure(None)
    assert f"{file}, line 3" in error.detail
    assert "hsmtui[login]" in str(error.remedy)


class OddError(Exception):
    """What nobody has thought of."""


@pytest.mark.parametrize(
    "error",
    [OddError("odd"), KeyError("odd"), ValueError("odd"), IndexError("odd"), RecursionError("odd")],
)
class TestAnythingElse:
    """A fault of botocore itself."""

    @pytest.fixture(autouse=True)
    def broken(self, monkeypatch, connect, error) -> None:
        def fail(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr(botocore.session.Session, "get_config_variable", fail)

    def test_is_an_error_of_the_connection(self, error):
        opening = begin(Place("demo"), {}, 25, Terms(lambda *_: ""))
        for future in (opening.connection, opening.first_page):
            failed = future.exception(PATIENCE)
            assert isinstance(failed, HsmtuiError)
            assert f"{type(error).__name__}: " in failed.detail
            assert "odd" in failed.detail
            assert "profile demo" in str(failed.remedy)

    def test_is_the_one_message_of_check(self, error, capsys):
        assert cli.main(["-p", "demo", "check"]) == 4
        assert f"{type(error).__name__}: " in capsys.readouterr().err


class TestEmptyVariables:
    @pytest.mark.parametrize(
        "case", ["env-profile-empty", "env-default-profile-empty", "env-default-region-empty"]
    )
    def test_are_as_if_not_set(self, write, monkeypatch, capsys, case):
        write(f"[default]\nregion = us-east-1\n{KEYS}[profile x]\n{KEYS}")
        monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
        for line in (CASES / f"{case}.env").read_text().splitlines():
            name, _, value = line.partition("=")
            monkeypatch.setenv(name, value)
        for name in ("AWS_CA_BUNDLE", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "HTTPS_PROXY"):
            monkeypatch.setenv(name, "")
        assert cli.main(["check", "--format", "json", "-r", "us-east-1"]) == 0
        profile = "x" if case == "env-default-profile-empty" else "default"
        assert f'"profile": "{profile}"' in capsys.readouterr().out


KEYS = "endpoint_url = URL\naws_access_key_id = AKIADEMO111111111111\naws_secret_access_key = b\n"
