"""What profiles say of how somebody signs in, read from the parsed files: nobody is asked."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from botocore.exceptions import InvalidConfigError

SCOPE = "sso:account:access"
"""The scope of an sso-session that names none; with it the token can be refreshed."""

_ROLE_KEYS = ("role_arn", "mfa_serial", "external_id", "role_session_name", "duration_seconds")
"""What makes two roles of files one to botocore's cache."""


class Portal(NamedTuple):
    """Where a profile signs in. `session` is None in the older form without an sso-session."""

    profile: str
    start_url: str
    region: str
    session: str | None
    scopes: tuple[str, ...]

    @property
    def key(self) -> str:
        """What names its token: one sign-in serves all profiles with the same."""
        return self.session or self.start_url


def portal_of(config: Mapping[str, Any], name: str) -> Portal:
    """The portal of a profile, or of the profile that its role comes from.

    Raises InvalidConfigError where there is none.
    """
    for each, profile in _with_sources(config, name):
        session = profile.get("sso_session")
        section = config.get("sso_sessions", {}).get(session, {}) if session else profile
        if "sso_start_url" in section and "sso_region" in section:
            scopes = section.get("sso_registration_scopes", SCOPE if session else "")
            return Portal(
                profile=each,
                start_url=section["sso_start_url"],
                region=section["sso_region"],
                session=session,
                scopes=tuple(scope.strip() for scope in scopes.split(",") if scope.strip()),
            )
    raise InvalidConfigError(error_msg=f'Profile "{each}" names no sso_start_url and sso_region.')


def served_by_portal(
    config: Mapping[str, Any], portal: Portal, names: Iterable[str]
) -> tuple[str, ...]:
    """Those of the profiles that one sign-in at the portal serves."""

    def is_served(name: str) -> bool:
        try:
            return portal_of(config, name).key == portal.key
        except InvalidConfigError:
            return False

    return tuple(filter(is_served, names))


def served_by_code(
    config: Mapping[str, Any], name: str, device: str, names: Iterable[str]
) -> tuple[str, ...]:
    """Those of the profiles whose role is the one for which `name` needs a code of the device."""
    wanted = {role for role in _roles(config, name) if role[1] == device}
    return tuple(each for each in names if wanted & _roles(config, each))


def _roles(config: Mapping[str, Any], name: str) -> set[tuple[Any, ...]]:
    return {
        tuple(profile.get(key) for key in _ROLE_KEYS)
        for _, profile in _with_sources(config, name)
        if "mfa_serial" in profile
    }


def _with_sources(config: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A profile, and those that its role comes from."""
    seen = set[str]()
    while name not in seen:
        seen.add(name)
        profile = config.get("profiles", {}).get(name, {})
        yield name, profile
        name = profile.get("source_profile", name)
