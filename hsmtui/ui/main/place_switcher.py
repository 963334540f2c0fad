"""Going to other places: what becomes of what is chosen in the profile and region pickers."""

from collections.abc import Mapping, Sequence
from itertools import chain

from hsmtui.aws import config_files
from hsmtui.aws.connect import open_places
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.place import Place
from hsmtui.aws.profiles import profile_names, profile_regions, profile_summaries
from hsmtui.aws.regions import partition_of, region_city, service_regions
from hsmtui.aws.threads import offload
from hsmtui.config.file import SettingsError
from hsmtui.fleet.location import Location
from hsmtui.fleet.places import places_for
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.pick import Choice
from hsmtui.ui.dialogs.pick_places import (
    DEFAULT_CHAIN,
    ProfileDialog,
    RegionDialog,
    profile_choices,
    region_choices,
    scope_choices,
    scope_named,
)
from hsmtui.ui.host import AppHost, PlaceHost, start


class PlaceSwitcher:
    """Asks for profiles or regions, and has the screen leave for them.

    One that is chosen replaces what is listed. Several profiles are listed in the regions that are
    listed now or, where that is one, each in its own or else that one; regions count for all
    profiles that are listed.
    """

    def __init__(self, app: AppHost, screen: PlaceHost) -> None:
        self._app = app
        self._screen = screen
        self._first = screen.location.opening.place

    def to_profile(self) -> None:
        """Let profiles or a scope be chosen."""
        self._app.hold_keys()
        start(self._screen, self._to_profile, group="switch", exclusive=True)

    def to_region(self) -> None:
        """Let regions be chosen."""
        self._app.hold_keys()
        start(self._screen, self._to_region, group="switch", exclusive=True)

    @property
    def _listed(self) -> list[Location]:
        """The places that are listed, that of the row under the cursor first."""
        here = self._screen.location
        others = (loader.location for loader in self._screen.fleet.loaders)
        return [here, *(each for each in others if each.opening is not here.opening)]

    async def _to_profile(self) -> None:
        try:
            names = await offload(profile_names)
        except HsmtuiError as error:
            self._app.record(error, tell=True)
            names = await offload(config_files.written_profile_names)
            if not names:
                self._app.drop_keys()
                return
        scopes, profiles = await self._choices_of(names)
        chosen = await self._app.push_screen_wait(ProfileDialog([*scopes, *profiles]))
        if chosen is not None:
            await self.go_to_profiles(chosen)

    async def profile_choices(self) -> tuple[list[Choice], list[Choice]]:
        """The scopes and the profiles; where botocore cannot read the files those that are written
        in them."""
        try:
            names = await offload(profile_names)
        except HsmtuiError:
            names = await offload(config_files.written_profile_names)
        return await self._choices_of(names)

    async def _choices_of(self, names: Sequence[str]) -> tuple[list[Choice], list[Choice]]:
        recent = self._app.remembered.state.recent_profiles
        listed = [each.profile for each in self._listed]
        profiles = profile_choices(names, recent, listed, await offload(profile_summaries))
        return scope_choices(self._app.settings.scopes), profiles

    async def go_to_profiles(self, chosen: Sequence[str]) -> None:
        """Go to what was chosen of profiles and scopes; where it cannot be read that is said."""
        app = self._app
        app.hold_keys()  # they are for the place that is gone to
        try:
            await self._go_to_profiles(chosen)
        except HsmtuiError as error:
            app.drop_keys()
            app.record(error, tell=True)
        except SettingsError as error:
            app.drop_keys()
            app.notify(visible(str(error)), severity="error", markup=False)
        else:
            await app.release_keys()

    async def _go_to_profiles(self, chosen: Sequence[str]) -> None:
        """Raises HsmtuiError where the files cannot be read, SettingsError where a scope names what
        is not there."""
        regions = await offload(profile_regions)
        if len(chosen) == 1 and scope_named(chosen[0]) is None:
            profile = None if chosen[0] == DEFAULT_CHAIN else chosen[0]
            self.go(profile, regions.get(profile or "default") or self._screen.location.region)
            return
        shown = self._screen.location.region
        places = await offload(self._places_of_all, chosen, regions, shown)
        name = scope_named(chosen[0]) if len(chosen) == 1 else None
        self._open(places, name or "")

    def _places_of_all(
        self, chosen: Sequence[str], regions: Mapping[str, str | None], shown: str | None
    ) -> Sequence[Place]:
        each = (self._places_of(value, regions, shown) for value in chosen)
        return tuple(dict.fromkeys(chain.from_iterable(each)))

    def _places_of(
        self, value: str, regions: Mapping[str, str | None], shown: str | None
    ) -> Sequence[Place]:
        """The places of a choice among several."""
        settings, scope = self._app.settings, scope_named(value)
        if scope is not None:
            places = places_for(settings.scopes[scope], settings.endpoint_url)
            return [place._replace(starting=False) for place in places]
        profile = None if value == DEFAULT_CHAIN else value
        own = regions.get(profile or "default") or shown
        there = [each for each in self._regions if partition_of(each) == partition_of(own)]
        return [
            Place(profile, region, settings.endpoint_url, explicit=profile is not None)
            for region in (there if len(self._regions) > 1 and there else [own])
        ]

    @property
    def _regions(self) -> list[str]:
        """The regions that are listed, each once."""
        regions = (loader.location.region for loader in self._screen.fleet.loaders)
        return list(dict.fromkeys(region for region in regions if region))

    async def _to_region(self) -> None:
        partitions, choices = await self._regions_to_choose()
        regions = await self._app.push_screen_wait(RegionDialog(choices, partitions))
        if regions is not None:
            self.go_to_regions(regions)

    async def region_choices(self) -> list[Choice]:
        """The regions of the partitions that are listed."""
        return (await self._regions_to_choose())[1]

    async def _regions_to_choose(self) -> tuple[Sequence[str], list[Choice]]:
        listed = self._listed
        partitions, cities = await offload(_regions_of, listed)
        shown, recent = [e.region for e in listed], self._app.remembered.state.recent_regions
        return partitions, region_choices(cities, recent, shown, self._screen.fleet)

    def go_to_regions(self, regions: Sequence[str]) -> None:
        """All profiles that are listed in each of the regions that their partition has."""
        listed = self._listed
        profiles = {e.opening.place._replace(region=None): e for e in reversed(listed)}
        if len(profiles) == len(regions) == 1:
            self.go(listed[0].opening.place.profile, regions[0])
            return
        openings = [loader.opening for loader in self._screen.fleet.loaders]
        ordered = dict.fromkeys(opening.place._replace(region=None) for opening in openings)
        pairs = [(place, region) for place in ordered for region in regions]
        fitting = [
            (place, region)
            for place, region in pairs
            if partition_of(region) == profiles[place].partition
        ]
        self._open(
            tuple(
                place._replace(region=region, starting=False) for place, region in fitting or pairs
            )
        )

    def go(self, profile: str | None, region: str | None) -> None:
        """Leave what is shown at once and ask at the new place; late answers are dropped."""
        old, first = self._screen.location.opening.place, self._first
        explicit = profile is not None and (old.explicit or profile != old.profile)
        # the same profile with other credentials, as chosen by name, is not the starting one
        starting = first.starting and (profile, explicit) == (first.profile, first.explicit)
        endpoint_url = self._app.settings.endpoint_url
        self._open((Place(profile, region, endpoint_url, explicit, starting),))

    def _open(self, places: Sequence[Place], name: str = "") -> None:
        """Leave what is shown for these places; `name` is what they are called together."""
        settings, terms = self._app.settings, self._screen.location.opening.terms
        filters = self._screen.filters
        self._screen.fleet.give_up()  # first: a thread of these places may be about to ask
        self._app.prompter.give_up()
        size, parallel = settings.page_size, settings.parallel
        self._screen.leave_for(open_places(places, filters, size, terms, parallel, name))


def _regions_of(listed: Sequence[Location]) -> tuple[Sequence[str], Mapping[str, str]]:
    """The partitions of these places, and the regions of those, each with its city."""
    partitions = tuple(dict.fromkeys(each.partition for each in listed))
    known = (region for each in partitions for region in service_regions(each))
    return partitions, {region: region_city(region) for region in known}
