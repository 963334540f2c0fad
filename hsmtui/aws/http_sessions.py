"""The sockets of clients: shared by all that reach their hosts in the same way."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from botocore.httpsession import URLLib3Session

_MOST_HOSTS: Final = 40
"""Hosts of which idle connections are kept: more than AWS has regions."""

_WAY: Final = ("_verify", "_timeout", "_cert_file", "_key_file", "_socket_options")
"""What makes two sessions reach a host differently, beside their proxies."""


class HttpSessions:
    """Of botocore's HTTP sessions that reach hosts in the same way, one stands for all.

    Each has a TLS context of its own, and urllib3 reads the certificates of all authorities into it
    for every connection. Here they are read once. `per_host` is how many idle connections to a host
    are kept.
    """

    def __init__(self, per_host: int = 10) -> None:
        self._per_host = per_host
        self._known: dict[str, URLLib3Session] = {}

    def shared(self, made: URLLib3Session) -> URLLib3Session:
        """The first one of those that are like this. What botocore keeps to itself cannot be looked
        at, or set, in another way."""
        own = vars(made)
        way = repr((*map(own.get, _WAY), vars(own["_proxy_config"])))
        if way not in self._known:
            manager = own["_manager"]
            manager.pools._maxsize = _MOST_HOSTS  # noqa: SLF001
            manager.connection_pool_kw["maxsize"] = self._per_host
            own["_setup_ssl_cert"] = _reads_certificates_once(made)
            self._known[way] = made
        return self._known[way]


def _reads_certificates_once(session: Any) -> Callable[[Any, str, Any], None]:
    """What prepares a pool of connections, in place of botocore's own."""
    prepare, read = session._setup_ssl_cert, set[str]()  # noqa: SLF001

    def prepare_once(pool: Any, url: str, verify: Any) -> None:
        prepare(pool, url, verify)
        file = getattr(pool, "ca_certs", None)
        if file is None or getattr(pool.proxy, "scheme", "") == "https":  # that has its own context
            return
        with suppress(OSError):  # urllib3 says what is wrong with the file, as it does without us
            context = pool.conn_kw["ssl_context"]
            if file not in read:
                context.load_verify_locations(file)
                read.add(file)
            pool.ca_certs = None

    return prepare_once
