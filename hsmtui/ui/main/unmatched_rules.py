"""Telling of rules that make no profile read-only: a typo leaves writable what was meant."""

from typing import TYPE_CHECKING

from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.session import profile_names
from hsmtui.aws.threads import offload
from hsmtui.model.text import visible
from hsmtui.ui.working import start

if TYPE_CHECKING:
    from hsmtui.ui.app import HsmtuiApp

SHOWN = 15
"""Seconds that it is shown."""


class UnmatchedRules:
    """Looks once, when the first rows are there: the profiles are known to the AWS files alone."""

    def __init__(self, app: "HsmtuiApp") -> None:
        self._app = app
        self._is_due = app.settings.has_profile_rules and not app.demo

    def once(self) -> None:
        """Look, unless that was done."""
        if self._is_due:
            self._is_due = False
            start(self._app, self._look, group="unmatched")

    async def _look(self) -> None:
        try:
            names = await offload(profile_names)
        except HsmtuiError as error:
            self._app.record(error)
            return
        for words in self._app.settings.unmatched_rules(names):
            self._app.notify(visible(words), severity="warning", markup=False, timeout=SHOWN)
