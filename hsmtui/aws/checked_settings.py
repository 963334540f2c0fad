"""Values in AWS's files and variables that botocore fails on without saying where they stand.

Others it takes for something else in silence: every word but ``true`` is false to it.
"""

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from hsmtui.aws import config_files
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.mistakes import CORRECT_IT

if TYPE_CHECKING:
    from botocore.session import Session

_SWITCHES: Final = (
    *("use_fips_endpoint", "use_dualstack_endpoint", "ignore_configured_endpoint_urls"),
    *("ec2_metadata_v1_disabled", "imds_use_ipv6", "disable_request_compression"),
    *("disable_host_prefix_injection", "tcp_keepalive", "s3_disable_express_session_auth"),
)
_WORDS: Final = ("true", "false", "no", "off", "0")
"""What botocore takes as it is meant; ``yes`` and ``1`` are false to it."""

_NUMBERS: Final = {
    "max_attempts": range(1, 1_000),
    "metadata_service_timeout": range(1, 3_600),
    "metadata_service_num_attempts": range(1, 1_000),
    "request_min_compression_size_bytes": range(1, 1_048_577),
    "duration_seconds": range(900, 43_201),
}
_CHOICES: Final = {
    "retry_mode": ("standard", "adaptive", "legacy"),
    "defaults_mode": ("legacy", "standard", "in-region", "cross-region", "mobile", "auto"),
    "sts_regional_endpoints": ("regional", "legacy"),
    "ec2_metadata_service_endpoint_mode": ("ipv4", "ipv6"),
    "account_id_endpoint_mode": ("preferred", "disabled", "required"),
    "request_checksum_calculation": ("when_supported", "when_required"),
    "response_checksum_validation": ("when_supported", "when_required"),
}


def check_settings(core: "Session") -> None:
    """Raises HsmtuiError for the first value that cannot be what is meant."""
    for profile, key, value, variable in _settings(core):
        if value is None or not (expected := _expected(key, value)):
            continue
        entry = config_files.settings(profile).get(key)
        place = variable or f"profile {profile}, {entry.place if entry else 'config file'}"
        raise HsmtuiError(
            title=f"{variable or key} cannot be {value}",
            detail=f"{place}: {variable or key} = {value}; expected {expected}.",
            remedy="Set it in the shell that starts hsmtui, and start it again."
            if variable
            else CORRECT_IT,
            operation="sign in",
            code="InvalidSetting",
            unsent=True,
        )


def _settings(core: "Session") -> Iterator[tuple[str, str, str | None, str]]:
    """Profile, key and value of what is effective, and the variable where that sets it."""
    name: str = core.get_config_variable("profile") or "default"
    own: Mapping[str, str] = core.get_scoped_config()
    for logical in (*_SWITCHES, *_NUMBERS, *_CHOICES):
        variable = str(core.SESSION_VARIABLES.get(logical, ("", ""))[1])
        given = os.environ.get(variable) or None
        yield name, logical, own.get(logical) if given is None else given, variable if given else ""
    seen = {name}
    while (name := own.get("source_profile", name)) not in seen:
        seen.add(name)
        own = core.full_config["profiles"].get(name, {})
        yield name, "duration_seconds", own.get("duration_seconds"), ""


def _expected(key: str, value: str) -> str:
    """What the value of a key has to be; "" where it is that."""
    word = value.strip().lower()
    if key in _SWITCHES:
        return "" if word in _WORDS else "true or false"
    if numbers := _NUMBERS.get(key):
        is_number = word.isascii() and word.isdecimal() and int(word[:9]) in numbers
        return "" if is_number else f"a whole number from {numbers[0]} to {numbers[-1]}"
    choices = _CHOICES[key]
    return "" if word in choices else f"{', '.join(choices[:-1])} or {choices[-1]}"
