"""Profiles and regions that are asked for by name and do not exist: bad usage, before anything is
asked."""

from collections.abc import Iterable, Mapping, Sequence

from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.mistakes import no_profile
from hsmtui.aws.place import Place
from hsmtui.aws.profiles import profile_regions
from hsmtui.aws.regions import known_regions
from hsmtui.config.file import SettingsError
from hsmtui.config.settings import Flags, Settings
from hsmtui.model.names import is_pattern, nearest_names, split_names
from hsmtui.model.text import visible

_HOW = "-r or AWS_REGION set it, such as -r us-east-1"

_DEFAULT = "default"
"""The profile that is one also where no file has it."""


def check_names(settings: Settings, flags: Flags, places: Iterable[Place]) -> None:
    """Raise SettingsError where a profile or region that is named, and not by a pattern, does not
    exist, or where there is no region at all.

    It says which, where it is named, and the nearest that there is. At an endpoint of its own every
    region may be.
    """
    asked, scope = settings.asked, f"--scope {flags.scope}"
    try:
        own = profile_regions()
    except HsmtuiError:
        return  # the files cannot be read: each of their places says why
    if asked.profiles:
        _check_profiles(asked.profiles, "-p" if flags.profiles else scope, own)
    elif asked.profile:
        _check_profiles((asked.profile,), "AWS_PROFILE or config.toml", own)
    if not any(place.region or own.get(place.profile or _DEFAULT) for place in places):
        raise SettingsError(f"no region: neither the command nor the profile names one; {_HOW}")
    if settings.endpoint_url is not None:
        return
    if asked.regions:
        _check_regions(asked.regions, "-r" if flags.regions else scope)
    elif asked.region:
        _check_regions((asked.region,), "AWS_REGION or AWS_DEFAULT_REGION")


def _check_profiles(words: Sequence[str], where: str, own: Mapping[str, str | None]) -> None:
    for name in _unknown(words, (*own, _DEFAULT)):
        title, detail, remedy = no_profile(name)
        raise SettingsError(visible(f"{where}: {title}: {detail} {remedy}"))


def _check_regions(words: Sequence[str], where: str) -> None:
    known = known_regions()
    for name in _unknown(words, known):
        near = nearest_names(name, known)
        raise SettingsError(visible(f'{where}: there is no region "{name}"; {near}'))


def _unknown(words: Sequence[str], known: Sequence[str]) -> Iterable[str]:
    names = split_names(words, known)
    return (name for name in names if name not in known and not is_pattern(name))
