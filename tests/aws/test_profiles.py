"""What the AWS files say of profiles without asking anybody."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hsmtui.aws.profiles import ProfileSummary, profile_names, profile_summaries

ACCOUNT = "111122223333"
ARN = f"arn:aws:iam::{ACCOUNT}"

Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write both AWS files."""
    paths = {"config": tmp_path / "aws-config", "credentials": tmp_path / "aws-credentials"}
    monkeypatch.setenv("AWS_CONFIG_FILE", str(paths["config"]))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(paths["credentials"]))

    def write_files(**texts: str | bytes) -> None:
        for name, text in texts.items():
            paths[name].write_bytes(text if isinstance(text, bytes) else text.encode())

    return write_files


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("", ProfileSummary("p", "instance")),
        ("region = eu-west-1", ProfileSummary("p", "instance", region="eu-west-1")),
        (
            f"role_arn = {ARN}:role/team/Triage\nsource_profile = base\nregion = us-east-1",
            ProfileSummary("p", "role", ACCOUNT, "Triage", "us-east-1", "base"),
        ),
        (
            "role_arn = arn:aws-us-gov:iam::111122223333:role/R\ncredential_source = Environment",
            ProfileSummary("p", "role", ACCOUNT, "R", source="Environment"),
        ),
        ("role_arn = nonsense\nsource_profile = p", ProfileSummary("p", "role", source="p")),
        (f"role_arn = {ARN}:role", ProfileSummary("p", "role", ACCOUNT, "role")),
        (
            f"role_arn = {ARN}:role/R\nweb_identity_token_file = f\nsource_profile = base",
            ProfileSummary("p", "web identity", ACCOUNT, "R"),
        ),
        (
            "sso_session = s\nsso_account_id = 111122223333\nsso_role_name = View",
            ProfileSummary("p", "SSO", ACCOUNT, "View"),
        ),
        (
            "sso_start_url = https://x\nsso_region = eu-west-1\nsso_account_id = 111122223333",
            ProfileSummary("p", "SSO", ACCOUNT),
        ),
        ("sso_session = s", ProfileSummary("p", "instance")),
        (f"login_session = {ARN}:user/al", ProfileSummary("p", "login", ACCOUNT, "al")),
        (f"login_session = {ARN}:root", ProfileSummary("p", "login", ACCOUNT, "root")),
        (
            "login_session = arn:aws:sts::111122223333:assumed-role/Admin/al",
            ProfileSummary("p", "login", ACCOUNT, "Admin"),
        ),
        ("credential_process = x", ProfileSummary("p", "process")),
        ("AWS_ACCESS_KEY_ID = a", ProfileSummary("p", "keys")),
        (
            f"aws_access_key_id = a\nmfa_serial = {ARN}:mfa/phone",
            ProfileSummary("p", "keys", ACCOUNT),
        ),
        (
            "aws_access_key_id = a\naws_account_id = 111122223333",
            ProfileSummary("p", "keys", ACCOUNT),
        ),
        ("credential_process = x\naws_access_key_id = a", ProfileSummary("p", "process")),
    ],
)
def test_a_profile(write: Write, section: str, expected: ProfileSummary) -> None:
    write(config=f"[profile p]\n{section}\n")
    assert profile_summaries() == (expected,)


def test_both_files_describe_a_profile_and_the_credentials_file_wins(write: Write) -> None:
    write(
        config="[default]\nregion = a\n[profile p]\ncredential_process = x\nregion = b\n"
        "[sso-session s]\nsso_region = c\n[services s]\nx = y\n",
        credentials="[p]\naws_access_key_id = a\nregion = c\n[q]\naws_access_key_id = a\n",
    )
    assert profile_summaries() == (
        ProfileSummary("default", "instance", region="a"),
        ProfileSummary("p", "keys", region="c"),
        ProfileSummary("q", "keys"),
    )
    assert tuple(each.name for each in profile_summaries()) == profile_names()


def test_a_file_that_botocore_refuses_is_told_of_as_far_as_it_can_be_read(write: Write) -> None:
    write(
        config=b"key = before\n[profile a]\nregion\n[profile 'b]\n[profile a]\nregion = \xff\n",
        credentials="[c]\n[c]\naws_access_key_id = a\n",
    )
    assert profile_summaries() == (
        ProfileSummary("a", "instance", region="\ufffd"),
        ProfileSummary("c", "keys"),
    )


def test_no_file_and_a_folder_are_no_profiles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert profile_summaries() == ()
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path))
    assert profile_summaries() == ()


@given(
    st.binary(max_size=80),
    st.lists(st.sampled_from(["[profile a]", "role_arn = x", "=", "[", "\x00"])),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_files_hold(write: Write, noise: bytes, lines: list[str]) -> None:
    text = "\n".join(lines).encode() + noise
    write(config=text, credentials=noise + text)
    for summary in profile_summaries():
        assert all(isinstance(value, str) for value in summary)
