"""What stands in place of a session where clusters come from a file: it asks nobody."""

from concurrent.futures import Future
from typing import Any, NoReturn

from botocore.credentials import ReadOnlyCredentials

from hsmtui.aws.caller import Caller
from hsmtui.aws.connection import Connection
from hsmtui.aws.credentials import LastingCredentials
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.http_sessions import HttpSessions
from hsmtui.aws.kept_clients import KeptClients
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.profile_session import ProfileSession, Shared, pending
from hsmtui.aws.regions import partition_of
from hsmtui.aws.request_log import RequestLog
from hsmtui.model.origin import SavedSource

WHY_READ_ONLY = "it was opened from a file"
"""What forbids changes of what a file has."""


class _NoKeys(LastingCredentials):
    """Nothing signs: keys are neither looked for nor given."""

    def __init__(self) -> None:
        self._last = None
        self.asked_about = None

    def reconsider(self) -> None:
        """There is nobody to ask."""

    def renew(self, before: ReadOnlyCredentials | None) -> bool:
        """There are never others."""
        return False

    def _give(self, *, must_be_confirmed: bool) -> NoReturn:
        raise _nobody_is_asked()


class RecordedSession(ProfileSession):
    """The session of a place that a file has: whatever is to be asked raises HsmtuiError."""

    def __init__(
        self, place: Place, terms: Terms, caller: Caller | None, source: SavedSource
    ) -> None:
        """`caller` is who asked there, None where the file does not say."""
        self.source = source
        self.place = place
        self.terms = terms
        self.requests = RequestLog()
        self.shared = Shared(HttpSessions(), KeptClients())
        self.credentials = _NoKeys()
        self.caller = pending()
        if caller is not None:
            self.caller.set_result(caller)
        else:
            self.caller.set_exception(_nobody_is_asked("GetCallerIdentity"))

    def client(self, service: str, region: str | None, *_: object, **__: object) -> Any:
        """There is none. Raises HsmtuiError."""
        raise _nobody_is_asked(service)

    def ask_caller(self) -> None:
        """`caller` has what the file says."""

    def answer(self, caller: Future[Caller], keys: ReadOnlyCredentials | None) -> None:
        """Nobody says whose keys these are."""
        caller.set_exception(_nobody_is_asked("GetCallerIdentity"))

    def knows_caller_of(self, keys: ReadOnlyCredentials | None) -> bool:
        """Nobody says whose keys these are."""
        return False


def recorded_connection(
    place: Place,
    terms: Terms,
    source: SavedSource,
    *,
    caller: Caller | None,
    partition: str | None,
    endpoint: str | None,
) -> Connection:
    """The connection of a place that a file has; profile and region are named."""
    region = place.region or ""
    return Connection(
        place=place,
        terms=terms,
        profile=place.profile,
        region=region,
        partition=partition or partition_of(region),
        endpoint=endpoint,
        credentials=None,
        requests=RequestLog(),
        _url="",
        _session=RecordedSession(place, terms, caller, source),
    )


def _nobody_is_asked(operation: str = "sign in") -> HsmtuiError:
    return HsmtuiError(
        title="AWS is not asked: what is shown was opened from a file",
        remedy="Start hsmtui without --from to ask AWS.",
        operation=operation,
        code="OpenedFromFile",
        unsent=True,
    )
