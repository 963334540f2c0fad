"""Telling of rules that make no profile read-only: a typo leaves writable what was meant."""

from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.session import profile_names
from hsmtui.aws.threads import offload
from hsmtui.model.text import visible
from hsmtui.ui.host import AppHost

_SHOWN_SECONDS = 15
"""Seconds that it is shown."""


async def tell_unmatched_rules(app: AppHost) -> None:
    """Compare the rules of the settings with the profiles, which the AWS files alone know."""
    try:
        names = await offload(profile_names)
    except HsmtuiError as error:
        app.record(error)
        return
    for words in app.settings.unmatched_rules(names):
        app.notify(visible(words), severity="warning", markup=False, timeout=_SHOWN_SECONDS)
