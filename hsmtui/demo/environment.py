"""The environment of the demo: a home of its own, whose profiles ask the demo's server."""

import re
from collections.abc import Mapping
from pathlib import Path

from hsmtui.demo.estate import BILLING, CUSTODY, PAYMENTS, PKI, SANDBOX

STARTING_PROFILE = "demo"
"""The profile of the well-filled account."""


def root_file(name: str) -> Path:
    """The file with a root that the demo's certificates end in: aws.crt or manufacturer.crt."""
    return Path(__file__).parent / "roots" / Path(name).name


_PROFILES = {
    STARTING_PROFILE: ("111111111111", "us-east-1"),
    "demo-staging": ("222222222222", "eu-central-1"),
    "demo-payments": (PAYMENTS, "us-east-1"),
    "demo-sandbox": (SANDBOX, "us-east-1"),
    "demo-gov": ("444444444444", "us-gov-west-1"),
    "demo-auditor": ("AUDITOR111111111111", "us-east-1"),
    "demo-denied": (f"BILLING{BILLING}", "us-east-1"),
}
"""For each profile the end of its access key, which ends in the account, and its region."""

_SIGN_IN = """\
[profile demo-mfa]
region = us-east-1
endpoint_url = {url}
role_arn = arn:aws:iam::111111111111:role/MfaTriage
source_profile = demo
mfa_serial = arn:aws:iam::111111111111:mfa/demo-user

[profile demo-pki]
region = eu-central-1
endpoint_url = {url}
role_arn = arn:aws:iam::{pki}:role/MfaPki
source_profile = demo
mfa_serial = arn:aws:iam::111111111111:mfa/demo-user

[profile demo-sso]
region = eu-central-1
endpoint_url = {url}
sso_session = demo
sso_account_id = 222222222222
sso_role_name = Triage

[profile demo-custody]
region = eu-west-1
endpoint_url = {url}
sso_session = demo
sso_account_id = {custody}
sso_role_name = Triage

[sso-session demo]
sso_start_url = {url}/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
"""
"""Profiles for which a person has to sign in."""

_FOREIGN = ("AWS_", "BOTO_")
_PROXIES = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}


def demo_environment(environ: Mapping[str, str], home: Path, url: str) -> dict[str, str]:
    """The environment without anything of AWS or a proxy, and with the demo's files.

    Writes an AWS config file below `home`, which also stands in for the home folder: botocore
    looks there for files that no variable names.
    """
    config = home / "config"
    sections = [_section(name, url) for name in _PROFILES]
    config.write_text(
        "\n".join([*sections, _SIGN_IN.format(url=url, pki=PKI, custody=CUSTODY)]), encoding="utf-8"
    )
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith(_FOREIGN) and name.lower() not in _PROXIES
    }
    return kept | {
        "HOME": str(home),
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
    }


def demo_profiles() -> tuple[str, ...]:
    """The names of the profiles, those for which a person has to sign in at the end."""
    return (*_PROFILES, *re.findall(r"^\[profile (.+)\]$", _SIGN_IN, re.MULTILINE))


def _section(name: str, url: str) -> str:
    key, region = _PROFILES[name]
    return (
        f"[profile {name}]\nregion = {region}\nendpoint_url = {url}\n"
        f"aws_access_key_id = AKIADEMO{key}\naws_secret_access_key = demo\n"
    )
