"""A Connection: one place, and whoever asks there."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.credentials import ReadOnlyCredentials

from hsmtui.aws.caller import Caller
from hsmtui.aws.errors import HsmtuiError, Where
from hsmtui.aws.guard import let_write
from hsmtui.aws.place import SERVICE, Place, Terms
from hsmtui.aws.profile_session import ProfileSession, asking, known, pending
from hsmtui.aws.regions import is_opt_in
from hsmtui.aws.request_log import RequestLog
from hsmtui.model.origin import SavedSource

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from mypy_boto3_cloudhsmv2 import CloudHSMV2Client


@dataclass(frozen=True, eq=False)
class Connection:
    """One place and whoever asks there; no two are equal, a switch makes a new one.

    `place` is what was asked for. `endpoint` is set where it is not AWS's own. `credentials` says
    where the keys come from where the named profile is not what gave them. `requests` has what was
    answered last, to pinned ones too. The keys, and their caller, are those of all the places of a
    profile that were gone to together.
    """

    place: Place
    terms: Terms
    profile: str | None
    region: str
    partition: str
    endpoint: str | None
    credentials: str | None
    requests: RequestLog = field(repr=False)
    _url: str = field(repr=False)
    _session: ProfileSession = field(repr=False)
    _keys: ReadOnlyCredentials | None = field(default=None, repr=False)
    _caller: Future[Caller] | None = field(default=None, repr=False)
    _why_late: Callable[[], str] = field(default=lambda: "", repr=False)

    @property
    def client(self) -> "CloudHSMV2Client":
        """Reads, with botocore's standard retries. One that was not used for long is made anew."""
        clients = self._session.shared.clients
        client = clients.of(self)
        if client is None:
            client = self._new_client(SERVICE)
            clients.keep(self, client)
        return client

    @property
    def caller(self) -> Future[Caller]:
        """Who is asking, when STS says so, or an HsmtuiError."""
        return self._caller or self._session.caller

    @property
    def known_caller(self) -> Caller | None:
        """Who is asking, where STS has said so already."""
        return known(self.caller)

    @property
    def account(self) -> str | None:
        """The account, where STS has said it already."""
        caller = self.known_caller
        return caller.account if caller else None

    @property
    def is_recorded(self) -> bool:
        """Whether it stands for what a file has: nobody can be asked then."""
        return self.source is not None

    @property
    def source(self) -> SavedSource | None:
        """The file that has what it stands for; None where AWS is asked."""
        return self._session.source

    @property
    def profile_name(self) -> str:
        """The profile as botocore calls it, or what stands in for one."""
        return self.profile or self.credentials or "default"

    @property
    def why_read_only(self) -> str:
        """What forbids changes here, as far as is known of the account; "" where nothing does."""
        keys = self._keys or self.last_keys
        return self.terms.why_read_only(self.place, self.profile, self.account, keys)

    @property
    def access_key_end(self) -> str | None:
        """The last four characters of the access key id that signs, where the keys are pinned."""
        keys = self._keys
        return keys.access_key[-4:] if keys is not None and keys.access_key else None

    @property
    def has_first_keys(self) -> bool:
        """Whether it is pinned to the very keys of which STS was asked when the first page came."""
        return self._keys is not None and self._keys == self._session.credentials.asked_about

    @contextmanager
    def asking(self, operation: str, client: "BaseClient | None" = None) -> Iterator[None]:
        """A request: any failure becomes an HsmtuiError, and what it waits for is shown.

        `client` is the one that asks, if that is not the connection's own.
        """
        url, service = self._url, SERVICE
        if client is not None:
            url, service = client.meta.endpoint_url, client.meta.service_model.endpoint_prefix
        where = Where(operation, self.profile, self.region, urlsplit(url).hostname, service)
        with asking(self.terms.prompter, where):
            yield

    def pinned(self) -> "Connection":
        """The same place with the keys of this moment for good; its caller is to be asked.

        Raises HsmtuiError, also where the keys have become another caller's.
        """
        with self.asking("sign in"):
            keys = self._session.credentials.pin()
        return replace(self, _keys=keys, _caller=pending())

    def unless_late(self, why_late: Callable[[], str]) -> "Connection":
        """The same for one change: `why_late` says, just before the request is signed, why it is
        too late to send it, "" where it is not."""
        return replace(self, _why_late=why_late)

    def writing_client(self, operation: str) -> "CloudHSMV2Client":
        """A client for one change: it sends this operation once, whatever happens to it.

        Where the connection is read-only, or it is too late, it refuses before anything is signed.
        """
        client: CloudHSMV2Client = self._new_client(SERVICE, once=True)
        let_write(client.meta.events, operation, lambda: self.why_read_only, self._why_late)
        return client

    def reading_client(self, service: str, operation: str) -> Any:
        """A client for this request to another service; like all clients that read, it can do
        nothing else. Raises HsmtuiError."""
        with self.asking(operation):
            return self._new_client(service)

    def _new_client(self, service: str, *, once: bool = False) -> Any:
        client = self._session.client(service, self.region, self._keys, once=once)
        self.requests.listen(client.meta.events)
        return client

    def reconsider(self) -> None:
        """The person asks for something: they may be asked again to sign in."""
        self._session.credentials.reconsider()

    @property
    def last_keys(self) -> ReadOnlyCredentials | None:
        """Those that signed last."""
        return self._session.credentials.last

    def renew(self, before: ReadOnlyCredentials | None) -> bool:
        """Look for credentials again after AWS refused these as ended; whether there are others.

        Pinned ones stay. Raises HsmtuiError.
        """
        if self._keys is not None:
            return False
        with self.asking("sign in"):
            return self._session.credentials.renew(before)

    def is_not_enabled(self, error: HsmtuiError, before: ReadOnlyCredentials | None) -> bool:
        """Whether AWS refused the keys because the account has not enabled the region.

        It is so of an opt-in region that never answered, while STS names the caller of these keys.
        `before` are those that were given last before the request: of others that have come since
        it is not known whether they are those that were refused.
        """
        if not (error.expired and error.unknown_keys and is_opt_in(self.region)):
            return False
        keys = self._keys or self.last_keys
        if self._keys is None and before is not None and before != keys:
            return False
        return not self.requests.answered and self._session.knows_caller_of(keys)

    def ask_caller(self) -> None:
        """Ask STS whose the keys are that signed last, or that are pinned; `caller` gets the answer
        or the HsmtuiError. Where it is being asked already, wait for that."""
        if self._caller is None:
            self._session.ask_caller()
        else:
            self._session.answer(self._caller, self._keys)
