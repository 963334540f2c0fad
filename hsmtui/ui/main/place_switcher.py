"""Going to another place: what the profile and region pickers offer, and what becomes of it."""

from collections.abc import Sequence

from hsmtui.aws import config_files
from hsmtui.aws.connect import open_places
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.place import Place
from hsmtui.aws.profiles import profile_names, profile_region
from hsmtui.aws.regions import service_regions
from hsmtui.aws.threads import offload
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.pick import CURRENT, Choice, PickDialog
from hsmtui.ui.host import AppHost, PlaceHost, WorkHost, start

DEFAULT_CHAIN = ""
"""What the picker answers for botocore's default chain."""

_CHAIN = Choice(DEFAULT_CHAIN, "default chain", "environment, default profile, instance role")

OTHER_REGION = "not in botocore's list; asked all the same"
"""The remark on a region that was typed."""


class RegionDialog(PickDialog):
    """Offers the regions of a partition, and takes any other."""

    def __init__(self, choices: list[Choice], partition: str) -> None:
        super().__init__("Region", choices, free=OTHER_REGION)
        self._partition = partition

    def empty_text(self) -> str:
        if self._choices:
            return super().empty_text()
        return f"botocore knows no region of {visible(self._partition)} with CloudHSM: type one"


class PlaceSwitcher:
    """Asks for a profile or a region, and has the screen leave for it; works as `node`."""

    def __init__(self, node: WorkHost, app: AppHost, screen: PlaceHost) -> None:
        self._node = node
        self._app = app
        self._screen = screen
        self._first = screen.location.opening.place

    def to_profile(self) -> None:
        """Let a profile be chosen."""
        self._app.hold_keys()
        start(self._node, self._to_profile, group="switch", exclusive=True)

    def to_region(self) -> None:
        """Let a region be chosen."""
        self._app.hold_keys()
        start(self._node, self._to_region, group="switch", exclusive=True)

    async def _to_profile(self) -> None:
        app, current = self._app, self._screen.location.profile
        try:
            names = await offload(profile_names)
        except HsmtuiError as error:
            app.record(error, tell=True)
            # botocore cannot read the files: the profiles that are written in them
            names = await offload(config_files.written_profile_names)
            if not names:
                app.drop_keys()
                return
        recent = app.remembered.state.recent_profiles
        choices = [*_choices(names, recent, current), _CHAIN]
        name: str | None = await app.push_screen_wait(PickDialog("Profile", choices))
        if name is None:
            return
        app.hold_keys()  # they are for the place that is gone to
        await self._go_to_profile(None if name == DEFAULT_CHAIN else name)

    async def _go_to_profile(self, profile: str | None) -> None:
        app = self._app
        try:
            region = await offload(profile_region, profile) or self._screen.location.region
        except HsmtuiError as error:
            app.drop_keys()
            app.record(error, tell=True)
        else:
            self.go(profile, region)
            await app.release_keys()

    async def _to_region(self) -> None:
        app, location = self._app, self._screen.location
        recent = app.remembered.state.recent_regions
        partition = await offload(lambda: location.partition)
        regions = await offload(service_regions, partition)
        choices = _choices(regions, recent, location.region)
        region = await app.push_screen_wait(RegionDialog(choices, partition))
        if region is not None:
            self.go(self._screen.location.opening.place.profile, region)

    def go(self, profile: str | None, region: str | None) -> None:
        """Leave what is shown at once and ask at the new place; late answers are dropped."""
        settings, old, first = self._app.settings, self._screen.location.opening, self._first
        explicit = profile is not None and (old.place.explicit or profile != old.place.profile)
        # the same profile with other credentials, as chosen by name, is not the starting one
        starting = (profile, explicit) == (first.profile, first.explicit)
        place = Place(profile, region, settings.endpoint_url, explicit, starting)
        filters = self._screen.filters
        self._app.prompter.give_up()
        size, parallel = settings.page_size, settings.parallel
        self._screen.leave_for(open_places((place,), filters, size, old.terms, parallel))


def _choices(names: Sequence[str], recent: Sequence[str], current: str | None) -> list[Choice]:
    """Recent ones first, then the others in their order."""
    first = [name for name in recent if name in names]
    rest = [name for name in names if name not in first]

    def remark(name: str) -> str:
        return CURRENT if name == current else "recent" if name in first else ""

    return [Choice(name, name, remark(name)) for name in (*first, *rest)]
