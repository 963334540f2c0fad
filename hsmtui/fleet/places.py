"""Which places are asked for: profiles × regions, with lists and patterns resolved."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from hsmtui.aws.place import Place
from hsmtui.config.file import SettingsError
from hsmtui.config.settings import AskedPlaces
from hsmtui.model.names import is_plain, names_matching, nearest_names, split_names


def places_for(asked: AskedPlaces, endpoint_url: str | None) -> tuple[Place, ...]:
    """The places, each once, all regions of a profile together; at least one.

    The AWS files are read only where lists or patterns are asked for. Raises SettingsError where
    they cannot be read, and for a pattern that matches nothing.
    """
    if is_plain(asked.profiles) and is_plain(asked.regions):
        profile = next(iter(asked.profiles), asked.profile)
        pairs = [(profile, next(iter(asked.regions), _usual_region(asked)))]
    else:
        pairs = list(dict.fromkeys(_pairs(asked)))
    explicit, starting = bool(asked.profiles), len(pairs) == 1
    return tuple(Place(*pair, endpoint_url, explicit, starting) for pair in pairs)


def _usual_region(asked: AskedPlaces) -> str | None:
    return asked.region or asked.default_region


def _pairs(asked: AskedPlaces) -> Iterable[tuple[str | None, str | None]]:
    """Profiles and regions."""
    own = _configured()
    profiles: Sequence[str | None] = (asked.profile,)
    if asked.profiles:
        profiles = _all_matching(_profile_of_files(), asked.profiles, tuple(own))
    if asked.regions:
        return _with_regions(profiles, asked, own)
    if len(profiles) == 1:
        return [(profiles[0], _usual_region(asked))]
    return [
        (each, asked.region or own.get(each or "default") or asked.default_region)
        for each in profiles
    ]


def _with_regions(
    profiles: Sequence[str | None], asked: AskedPlaces, own: Mapping[str, str | None]
) -> Iterable[tuple[str | None, str | None]]:
    """Each profile with the regions asked for that its partition has."""
    from hsmtui.aws.regions import partition_of, service_regions

    known = {
        each: service_regions(partition_of(own.get(each or "default") or _usual_region(asked)))
        for each in profiles
    }
    everywhere = tuple(dict.fromkeys(chain(*known.values())))
    _all_matching("region with CloudHSM", asked.regions, everywhere)
    return [
        (each, region)
        for each in profiles
        for name in split_names(asked.regions, ())
        for region in names_matching(name, known[each])
    ]


def _all_matching(what: str, words: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The names that lists and patterns give. Raises SettingsError where one gives none."""
    names = split_names(words, known)
    if not names:
        raise SettingsError(f'"{words[0]}" names no {what}; expected names or patterns')
    for name in names:
        if not names_matching(name, known):
            raise SettingsError(f'no {what} matches "{name}"; {nearest_names(name, known)}')
    return tuple(dict.fromkeys(chain(*(names_matching(name, known) for name in names))))


def _profile_of_files() -> str:
    from hsmtui.aws.config_files import config_file, credentials_file

    return f"profile in {config_file()} or {credentials_file()}"


def _configured() -> Mapping[str, str | None]:
    """The region of each profile in the AWS files."""
    from hsmtui.aws.errors import HsmtuiError
    from hsmtui.aws.profiles import profile_regions

    try:
        return profile_regions()
    except HsmtuiError as error:
        raise SettingsError(f"{str(error).removesuffix('.')}. {error.remedy}") from error
