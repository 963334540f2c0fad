"""Why a service could not be reached, as far as the client can tell, and what to look for."""

import os
import re
import ssl
from typing import Final, NamedTuple

from botocore import exceptions as boto
from urllib3.exceptions import LocationParseError

from hsmtui.model.advice import Advice, Step

_OWN: Final = re.compile(
    r"(?P<service>[a-z0-9.-]+)\.(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)"
    r"\.(?P<domain>amazonaws\.com|api\.aws|amazonaws\.com\.cn)"
)
"""AWS's own host names."""

_DOMAINS: Final = (".amazonaws.com", ".api.aws", ".amazonaws.com.cn")

_PROXIES: Final = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY")

_ALL: Final = ("ALL_PROXY", "all_proxy")

_FOREIGN: Final = re.compile(r"http://(?P<scheme>[a-z][a-z0-9+.-]*)://")
"""What botocore makes of a proxy's URL that is not one of HTTP: a host named like the scheme."""

_PRIVATE: Final = {"cloudhsmv2", "cloudtrail", "kms", "monitoring", "sts", "sts-fips"}
"""The hosts with a private endpoint (AWS PrivateLink), which is named like them."""

_NEVER_CONNECTED = (
    boto.EndpointConnectionError,
    boto.ConnectTimeoutError,
    boto.ProxyConnectionError,
)

_MAY_HAVE_BEEN_SENT = (boto.HTTPClientError, boto.ConnectionError)


def is_of_aws(host: str | None) -> bool:
    """Whether it is known that AWS itself is there."""
    return host is not None and host.endswith(_DOMAINS)


def never_sent(error: boto.BotoCoreError) -> bool:
    """Whether it is certain that no request reached anybody."""
    if isinstance(error, _NEVER_CONNECTED) or not isinstance(error, _MAY_HAVE_BEEN_SENT):
        return True
    cause = cause_of(error)
    if isinstance(error, boto.SSLError):
        # a certificate is checked, and its bundle read, before the first byte of a request
        return isinstance(cause, (ssl.SSLCertVerificationError, ValueError)) or _no_bundle(cause)
    return unsendable(error) is not None


class UnsendableRequest(NamedTuple):
    """What keeps a request from being written, in words that hold no secret."""

    detail: str
    remedy: str


_IN_A_HEADER = UnsendableRequest(
    "An access key or the session token has a character that no request can carry.",
    "Look for line breaks and blanks in AWS_SESSION_TOKEN, the access keys and the profile.",
)
_IN_THE_PROXY = UnsendableRequest(
    "The proxy's address is not a URL.",
    "HTTPS_PROXY and HTTP_PROXY hold the URL of a proxy; in its name and password everything but "
    "letters and digits is written as %XX.",
)


def unsendable(error: boto.BotoCoreError) -> UnsendableRequest | None:
    """The mistake in a header or in the proxy's address, which errors quote with its secrets."""
    cause = cause_of(error)
    if isinstance(cause, (LocationParseError, UnicodeEncodeError)):
        return _IN_THE_PROXY
    if isinstance(cause, ValueError) and str(cause).startswith("Invalid IPv6"):
        return _IN_THE_PROXY
    if isinstance(cause, ValueError) and str(cause).startswith("Invalid header"):
        return _IN_A_HEADER
    return None


def cause_of(error: boto.BotoCoreError) -> object:
    """What urllib3 or Python raised, below what botocore makes of it."""
    cause = error.kwargs.get("error")
    arguments = getattr(cause, "args", ())
    if isinstance(error, boto.SSLError) and arguments and isinstance(arguments[0], Exception):
        return arguments[0]
    return getattr(cause, "original_error", cause)


def proxy_of(error: boto.BotoCoreError) -> str:
    """Host and port of the proxy; botocore leaves the password of some addresses readable."""
    address = str(error.kwargs.get("proxy_url", "")).rpartition("@")[2]
    return address.rpartition("//")[2].partition("/")[0]


class ForeignProxy(NamedTuple):
    """A proxy of a kind that botocore does not know, and the variable that names it."""

    kind: str
    address: str
    variable: str


def foreign_proxy(error: boto.BotoCoreError) -> ForeignProxy | None:
    """The proxy whose URL botocore took for the name of a host, if that is why it failed."""
    match = _FOREIGN.match(str(error.kwargs.get("proxy_url", "")))
    if match is None:
        return None
    scheme = match["scheme"]
    named = (name for name in _PROXIES if os.environ.get(name, "").startswith(f"{scheme}:"))
    kind = "SOCKS" if scheme.startswith("socks") else scheme
    return ForeignProxy(kind, f"{scheme}://{proxy_of(error)}", next(named, "The proxy"))


def proxy_remedy(reason: str) -> str:
    """What to do about a proxy that answers with this, or does not answer."""
    if "407" in reason:
        return "The proxy wants a name and password: put them before its host in HTTPS_PROXY."
    return (
        "Check HTTPS_PROXY and HTTP_PROXY, and whether the proxy lets this host through; "
        "NO_PROXY names the hosts that are reached without it."
    )


def tls_remedy(error: boto.BotoCoreError) -> str:
    """What to do about a connection whose other end could not be trusted."""
    if _no_bundle(cause_of(error)):
        return "AWS_CA_BUNDLE, or the profile's ca_bundle, must name a readable PEM file."
    return (
        "Behind a proxy that inspects TLS, set AWS_CA_BUNDLE, or the profile's ca_bundle, "
        "to a PEM file with its certificate."
    )


def route_remedy(host: str | None, region: str | None, service: str) -> str | Advice:
    """What to look for where nothing answers: also the private endpoint, where there is one."""
    if not any(map(os.environ.get, _PROXIES)) and any(map(os.environ.get, _ALL)):
        return "botocore does not read ALL_PROXY: set HTTPS_PROXY to the URL of an HTTP proxy."
    own = _OWN.fullmatch(host or "")
    if own is None:
        where = f"com.amazonaws.{region or '<region>'}.{service}"
        return (
            "Check the network, and that the endpoint URL is right and up. AWS's own endpoint is "
            f"reached directly, through a proxy, or through the private endpoint {where}."
        )
    name, region = own["service"], own["region"]
    words = "Check the network and the proxy"
    if name in _PRIVATE and own["domain"] != "amazonaws.com.cn":
        words += f"; from a VPC without a way out, the private endpoint com.amazonaws.{region}."
        words += f"{name}"
    if name == "cloudhsmv2":
        words += f". The service may not exist in {region}: "
        return Advice(
            words,
            Step("{} chooses another region", "region.switch", "-r names another region"),
            ".",
        )
    if name == "cloudhsmv2-fips":
        return (
            f"{words}. Few regions have a FIPS endpoint of CloudHSM, most of them only together "
            "with AWS_USE_DUALSTACK_ENDPOINT=true."
        )
    return f"{words}."


def _no_bundle(cause: object) -> bool:
    if isinstance(cause, ssl.SSLError):
        return cause.library == "X509"
    return isinstance(cause, OSError)
