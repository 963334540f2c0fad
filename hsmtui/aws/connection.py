"""A Connection: one place, and whoever asks there."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypedDict
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials

from hsmtui.aws.caller import Caller, another_caller
from hsmtui.aws.credentials import LastingCredentials
from hsmtui.aws.errors import HsmtuiError, Where, failures_of
from hsmtui.aws.guard import let_write
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.prompter import Prompter
from hsmtui.aws.request_log import RequestLog

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from mypy_boto3_cloudhsmv2 import CloudHSMV2Client
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_sts import STSClient

SERVICE: Final = "cloudhsmv2"


@dataclass(frozen=True, eq=False)
class Connection:
    """One place and whoever asks there; no two are equal, a switch makes a new one.

    `place` is what was asked for. `endpoint` is set where it is not AWS's own. `credentials` says
    where the keys come from where the named profile is not what gave them. `client` reads, with
    botocore's standard retries. `requests` has what was answered last, to pinned ones too.
    """

    place: Place
    terms: Terms
    profile: str | None
    region: str
    partition: str
    endpoint: str | None
    credentials: str | None
    client: "CloudHSMV2Client"
    caller: Future[Caller]
    requests: RequestLog = field(repr=False)
    _session: boto3.Session = field(repr=False)
    _credentials: LastingCredentials = field(repr=False)
    _keys: ReadOnlyCredentials | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def known_caller(self) -> Caller | None:
        """Who is asking, where STS has said so already."""
        if self.caller.done() and self.caller.exception() is None:
            return self.caller.result()
        return None

    @property
    def account(self) -> str | None:
        """The account, where STS has said it already."""
        caller = self.known_caller
        return caller.account if caller else None

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
        return self._keys is not None and self._keys == self._credentials.asked_about

    @contextmanager
    def asking(self, operation: str, client: "BaseClient | None" = None) -> Iterator[None]:
        """A request: any failure becomes an HsmtuiError, and what it waits for is shown.

        `client` is the one that asks, if that is not the connection's own.
        """
        meta = (client or self.client).meta
        host = urlsplit(meta.endpoint_url).hostname
        service = meta.service_model.service_name
        where = Where(operation, self.profile, self.region, host, service)
        with asking(self.terms.prompter, where):
            yield

    def pinned(self) -> "Connection":
        """The same place with the keys of this moment for good; its caller is to be asked.

        Raises HsmtuiError, also where the keys have become another caller's.
        """
        with self.asking("sign in"):
            keys = self._credentials.pin()
        return self._with(keys)

    def writing_client(self) -> "CloudHSMV2Client":
        """A client that sends each request once, whatever happens to it, and may change things.

        Where the connection is read-only it refuses, before anything is signed.
        """
        once = Config(retries={"mode": "standard", "total_max_attempts": 1})
        with self._lock:  # a Session is not thread-safe
            client = self._session.client(SERVICE, config=once, **_explicit(self._keys))
        let_write(client.meta.events, lambda: self.why_read_only)
        return client

    def kms_client(self) -> "KMSClient":
        """A client for reading what KMS knows; like all clients that read, it can do nothing else.

        Raises HsmtuiError.
        """
        with self.asking("DescribeCustomKeyStores"), self._lock:
            return self._session.client("kms", **_explicit(self._keys))

    def reconsider(self) -> None:
        """The person asks for something: they may be asked again to sign in."""
        self._credentials.reconsider()

    @property
    def last_keys(self) -> ReadOnlyCredentials | None:
        """Those that signed last."""
        return self._credentials.last

    def renew(self, before: ReadOnlyCredentials | None) -> bool:
        """Look for credentials again after AWS refused these as ended; whether there are others.

        Pinned ones stay. Raises HsmtuiError.
        """
        if self._keys is not None:
            return False
        with self.asking("sign in"):
            return self._credentials.renew(before)

    def ask_caller(self) -> None:
        """Ask STS whose the keys are that signed last, or that are pinned; `caller` gets the answer
        or the HsmtuiError."""
        keys = self._keys or self.last_keys
        if self._keys is None:
            self._credentials.asked_about = keys
            self.terms.write_grant.bind()
        try:
            caller = self._ask_caller(keys)
        except HsmtuiError as error:
            self.caller.set_exception(error)
        else:
            self.terms.write_grant.named(keys, caller.account)
            self.caller.set_result(caller)

    def _ask_caller(self, keys: ReadOnlyCredentials | None) -> Caller:
        where = Where("GetCallerIdentity", self.profile, self.region, None, "sts")
        with asking(self.terms.prompter, where):
            with self._lock:
                sts: STSClient = self._session.client("sts", **_explicit(keys))
            answer = sts.get_caller_identity()
            return Caller.of(answer["Account"], answer["Arn"])

    def _with(self, keys: ReadOnlyCredentials) -> "Connection":
        with self._lock:
            client = self._session.client(SERVICE, **_explicit(keys))
        caller: Future[Caller] = Future()
        caller.set_running_or_notify_cancel()
        return replace(self, client=client, caller=caller, _keys=keys)

    def _check_keys(self, keys: ReadOnlyCredentials) -> bool:
        """Whether keys are those of the caller that is known; of the first ones nobody is yet.

        Where STS is being asked about those before, its answer is waited for. Raises HsmtuiError
        where they are another's.
        """
        if self.place.starting:
            self.terms.write_grant.signed(keys)
        if self._credentials.asked_about is not None:
            wait([self.caller])
        known = self.known_caller
        if known is None:
            return True
        renewed = self._with(keys)
        renewed.ask_caller()
        now = renewed.known_caller
        if now is not None and not now.is_same_as(known):
            raise another_caller(known, now)
        return now is not None


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
