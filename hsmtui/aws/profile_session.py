"""What the places of a profile have in common: its files, its keys, and whose they are."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypedDict

from botocore.config import Config
from botocore.credentials import CredentialResolver, Credentials, ReadOnlyCredentials

from hsmtui.aws.botocore_session import CoreSession
from hsmtui.aws.caller import Caller, another_caller
from hsmtui.aws.checked_settings import check_settings
from hsmtui.aws.credentials import LastingCredentials
from hsmtui.aws.errors import HsmtuiError, Where, failures_of
from hsmtui.aws.http_sessions import HttpSessions
from hsmtui.aws.kept_clients import KeptClients
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.prompter import Prompter
from hsmtui.aws.regions import ALWAYS_ENABLED, is_opt_in
from hsmtui.aws.request_log import RequestLog
from hsmtui.aws.threads import Pool, away, turns
from hsmtui.model.origin import SavedSource

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient

_ONCE: Final = Config(retries={"mode": "standard", "total_max_attempts": 1})
_SIGNING_IN: Final = ("sts", "sso", "sso-oidc", "signin")
"""The services whose answers belong to the profile, not to one of its places."""

making = threading.Lock()
"""Sessions and clients are made one after the other, which botocore's sessions expect."""


class Shared(NamedTuple):
    """What connections of several profiles may share."""

    connections: HttpSessions
    clients: KeptClients


class ProfileSession:
    """A session of botocore, the keys that it signs with, and their caller.

    `region` is where STS is asked, None where nobody names one. `caller` has the answer or an
    HsmtuiError; where it has that for want of keys, another one takes its place when keys come.
    With a `pool` STS is asked by itself, once there are keys. `source` is the file of
    one that asks nobody.
    """

    source: SavedSource | None = None

    def __init__(
        self,
        place: Place,
        terms: Terms,
        shared: Shared,
        caller: Future[Caller],
        pool: Pool | None = None,
    ) -> None:
        """Read the user's files. Raises HsmtuiError, and what botocore raises."""
        self.place = place
        self.terms = terms
        self.shared = shared
        self.caller = caller
        self.requests = RequestLog()
        self.order = 0
        self._lock = threading.Lock()
        self._confirming = threading.Lock()
        self._pool = pool
        self._is_asked = pool is not None
        self._is_told = False
        self._has_no_keys = False
        self._confirmed: ReadOnlyCredentials | None = None
        self._core = self._new_core()
        check_settings(self._core)
        self.profile: str | None = self._core.profile
        self.own_region: str | None = self._core.get_config_variable("region")
        self.region = self.own_region

    def sign_in_at(self, region: str | None) -> None:
        """Ask STS there, also for a role."""
        self.place = self.place._replace(region=region)
        self.region = region
        self._core.set_config_variable("region", region)

    def find_keys(self) -> None:
        """Go through botocore's chain. Raises HsmtuiError, and what botocore raises."""
        prompter = self.terms.prompter
        self.credentials = LastingCredentials(self._core, self._new_core, prompter)
        self.credentials.check = self._check
        self._core.register_component("credential_provider", _Ready(self.credentials))

    def client(
        self,
        service: str,
        region: str | None,
        keys: ReadOnlyCredentials | None = None,
        *,
        order: int = 0,
        once: bool = False,
    ) -> Any:
        """A client, which signs with these keys or with those of the profile.

        `once` has it send each request once, on a connection of its own. `order` is its turn among
        the clients that are to be made. Raises what botocore raises.
        """
        with turns.turn(order), making:
            return self._core.create_client(
                service,
                region_name=region,
                config=_ONCE if once else None,
                own_connections=once,
                **_explicit(keys),
            )

    @property
    def known_caller(self) -> Caller | None:
        """Who is asking, where STS has said so already."""
        return known(self.caller)

    def ask_caller(self) -> None:
        """Have STS say whose the keys are that signed last; `caller` has the answer then."""
        with self._lock:
            is_asked, self._is_asked = self._is_asked, True
        if is_asked:
            with away():
                wait([self.caller])
        else:
            self._ask_first(self.credentials.last)

    def tell_of_keys(self, error: BaseException | None) -> None:
        """There are keys, or there are none for this reason until somebody signs in.

        The first time STS is asked in the pool, or `caller` gets the error.
        """
        if self._pool is None or self._is_told:
            return
        self._is_told = True
        if error is None:
            self._have_asked(self._pool, self.credentials.last)
        else:
            self._has_no_keys = True
            self.caller.set_exception(error)

    def answer(self, caller: Future[Caller], keys: ReadOnlyCredentials | None) -> None:
        """Ask STS whose these keys are; `caller` gets the answer or the HsmtuiError."""
        try:
            named = self._caller_of(keys, self.region)
        except HsmtuiError as error:
            caller.set_exception(error)
        else:
            self.terms.write_grant.named(keys, named.account)
            caller.set_result(named)

    def knows_caller_of(self, keys: ReadOnlyCredentials | None) -> bool:
        """Whether STS names a caller for these keys, where every account may ask."""
        with away(), self._confirming:
            if self._is_asked:
                wait([self.caller])
            is_first = self.known_caller is not None and keys == self.credentials.asked_about
            if is_first or keys == self._confirmed:
                return True
            elsewhere = ALWAYS_ENABLED if is_opt_in(self.region or "") else self.region
            try:
                self._caller_of(keys, elsewhere)
            except HsmtuiError:
                return False
            self._confirmed = keys
            return True

    def _ask_first(self, keys: ReadOnlyCredentials | None) -> None:
        self.credentials.asked_about = keys
        self.terms.write_grant.bind()
        self.answer(self.caller, keys)

    def _caller_of(self, keys: ReadOnlyCredentials | None, region: str | None) -> Caller:
        where = Where("GetCallerIdentity", self.profile, region, None, "sts")
        with asking(self.terms.prompter, where):
            sts: STSClient = self.client("sts", region, keys, order=self.order)
            answer = sts.get_caller_identity()
            return Caller.of(answer["Account"], answer["Arn"])

    def _check(self, keys: ReadOnlyCredentials) -> bool:
        """Whether keys are those of the caller that is known; of the first ones nobody is yet.

        Where STS is being asked about those before, its answer is waited for. Raises HsmtuiError
        where they are another's.
        """
        if self.place.starting:
            self.terms.write_grant.signed(keys)
        if self.credentials.asked_about is not None:
            wait([self.caller])
        before = self.known_caller
        if before is None:
            self._ask_after_all(keys)
            return True
        try:
            now = self._caller_of(keys, self.region)
        except HsmtuiError:
            return False
        self.terms.write_grant.named(keys, now.account)
        if not now.is_same_as(before):
            raise another_caller(before, now)
        self._confirmed = keys
        return True

    def _ask_after_all(self, keys: ReadOnlyCredentials) -> None:
        """Keys have come after there were none."""
        if self._pool is not None and self._has_no_keys:
            self._has_no_keys = False
            self.caller = pending()
            self._have_asked(self._pool, keys)

    def _have_asked(self, pool: Pool, keys: ReadOnlyCredentials | None) -> None:
        """Have STS asked in the pool; other keys wait for its answer from now on."""
        self.credentials.asked_about = keys
        pool.submit(self._ask_first, keys)

    def _new_core(self) -> CoreSession:
        core = CoreSession(self.place, self.terms, self.shared.connections)
        for service in _SIGNING_IN:
            self.requests.listen(core.get_component("event_emitter"), service)
        return core


class _Ready(CredentialResolver):
    """A chain that gives these credentials and looks no further."""

    def __init__(self, credentials: Credentials) -> None:
        super().__init__([])
        self._credentials = credentials

    def load_credentials(self) -> Credentials:
        return self._credentials


def pending() -> Future[Any]:
    """A future that who gives up waiting for it cancels for nobody else."""
    future: Future[Any] = Future()
    future.set_running_or_notify_cancel()
    return future


def known(caller: Future[Caller]) -> Caller | None:
    """The caller, where STS has named one already."""
    return caller.result() if caller.done() and caller.exception() is None else None


@contextmanager
def asking(prompter: Prompter, where: Where) -> Iterator[None]:
    """A request: any failure becomes an HsmtuiError. At its end its progress is said no more."""
    before = prompter.tell("")
    try:
        with failures_of(lambda: where):
            yield
    finally:
        prompter.tell(before)


class _Keys(TypedDict, total=False):
    """What makes a client sign with keys of its own instead of asking the session."""

    aws_access_key_id: str
    aws_secret_access_key: str
    aws_session_token: str | None


def _explicit(keys: ReadOnlyCredentials | None) -> _Keys:
    if keys is None or keys.access_key is None or keys.secret_key is None:
        return {}
    return {
        "aws_access_key_id": keys.access_key,
        "aws_secret_access_key": keys.secret_key,
        "aws_session_token": keys.token,
    }
