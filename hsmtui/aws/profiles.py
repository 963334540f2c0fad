"""Profiles: which there are, and what the AWS files say of them without asking anybody."""

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

import botocore.session

from hsmtui.aws import config_files
from hsmtui.aws.config_files import ConfigEntry
from hsmtui.aws.errors import Where, failures_of

ProfileKind: TypeAlias = Literal[
    "role", "web identity", "SSO", "keys", "login", "process", "instance"
]
"""Where the credentials come from; ``instance`` where the profile has none of its own, so that
those of the container or the instance count."""


class ProfileSummary(NamedTuple):
    """A profile as the files describe it; "" is what they do not say."""

    name: str
    kind: ProfileKind
    account: str = ""
    """Its id."""
    principal: str = ""
    """The name of the role or user, ``root`` for the account itself."""
    region: str = ""
    source: str = ""
    """What a role is assumed with: a profile, or a `credential_source` such as ``Environment``."""


def profile_regions() -> Mapping[str, str | None]:
    """The profiles of the config and credentials files, in their order, and the region that each
    configures, whatever the environment says. Raises HsmtuiError.

    The names in files that botocore cannot read are `config_files.written_profile_names`.
    """
    with failures_of(lambda: Where("profiles", None, None)):
        profiles = botocore.session.Session().full_config["profiles"]
        regions = {name: own.get("region") for name, own in profiles.items()}
        return {name: value if isinstance(value, str) else None for name, value in regions.items()}


def profile_names() -> tuple[str, ...]:
    """The profiles of the config and credentials files. Raises HsmtuiError."""
    return tuple(profile_regions())


def profile_summaries() -> tuple[ProfileSummary, ...]:
    """All profiles that the files name, in their order, also where botocore refuses a file."""
    profiles: dict[str, dict[str, ConfigEntry]] = {}
    for section in config_files.sections():
        if section.profile is not None:
            profiles.setdefault(section.profile, {}).update(section.entries)
    return tuple(_summary(name, entries) for name, entries in profiles.items())


def _summary(name: str, entries: Mapping[str, ConfigEntry]) -> ProfileSummary:
    own = {key: entry.value for key, entry in entries.items()}
    kind = _kind(entries)
    account, principal = _identity(kind, own)
    return ProfileSummary(
        name=name,
        kind=kind,
        account=account or own.get("aws_account_id", ""),
        principal=principal,
        region=own.get("region", ""),
        source=own.get("source_profile", own.get("credential_source", ""))
        if kind == "role"
        else "",
    )


def _kind(own: Mapping[str, ConfigEntry]) -> ProfileKind:
    """The first that applies, in the order in which botocore looks."""
    key = own.get("aws_access_key_id")
    ordered: tuple[tuple[ProfileKind, bool], ...] = (
        ("role", "role_arn" in own and "web_identity_token_file" not in own),
        ("web identity", "web_identity_token_file" in own),
        ("SSO", "sso_account_id" in own or "sso_role_name" in own),
        ("keys", key is not None and key.file == config_files.credentials_file()),
        ("login", "login_session" in own),
        ("process", "credential_process" in own),
        ("keys", key is not None),
    )
    return next((kind for kind, applies in ordered if applies), "instance")


_ARN: Final = re.compile(
    r"arn:[^:]+:(?:iam|sts)::(?P<account>[0-9]{12}):(?P<kind>[a-z-]+)(?:/(?P<path>.+))?"
)


def _identity(kind: ProfileKind, own: Mapping[str, str]) -> tuple[str, str]:
    """Account and principal."""
    match kind:
        case "SSO":
            return own.get("sso_account_id", ""), own.get("sso_role_name", "")
        case "role" | "web identity":
            return _named_in(own.get("role_arn", ""))
        case "login":
            return _named_in(own.get("login_session", ""))
        case "keys":
            return _named_in(own.get("mfa_serial", ""))[0], ""
        case _:
            return "", ""


def _named_in(arn: str) -> tuple[str, str]:
    match = _ARN.fullmatch(arn)
    if match is None:
        return "", ""
    path = (match["path"] or match["kind"]).split("/")
    return match["account"], path[0 if match["kind"] == "assumed-role" else -1]
