"""Secrets are taken out of texts that others word: error messages, logs, crash reports.

Values that were seen are known, and found wherever they stand; what has the shape of a secret is
taken out as well.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

MASK = "********"
"""What stands in place of a secret."""

SHORTEST = 6
"""Characters of a value that is looked for: shorter ones are parts of too many words."""

LONGEST_CODE = 8
"""Digits of a code that somebody types."""


class _Seen(set[str]):
    """Values that are known as secrets; none is ever taken out."""

    _sorted: tuple[str, ...] = ()

    @property
    def longest_first(self) -> tuple[str, ...]:
        """All of them; they are sorted only where some have come since, maybe on another thread."""
        known = self._sorted
        if len(known) != len(self):
            self._sorted = known = tuple(sorted(self.copy(), key=len, reverse=True))
        return known


_seen = _Seen()

_NAMES = (
    "secret_?access_?key|session_?token|security[_-]token|access_?token|refresh_?token|id_?token"
    "|client_?secret|device_?code|token_?code|pre_?co_?password|password"
)
_SECRET_NAME = re.compile(
    r"(?i)secret|passw|passphrase|token|credential|private_?key|authorization"
)
_QUOTE = r"\\{0,9}[\"']"
"""As it stands around a text of JSON, also where that JSON is a text of other JSON."""
_SHAPES = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{12,}"  # ids of access keys
    r"|\beyJ[\w-]{8,}+\.[\w-]++(?:\.[\w-]*+)?"  # JSON web tokens
    r"|(?<=://)[^/\s@]{1,500}(?=@)"  # user and password of a URL
    rf"|(?P<name>(?i:{_NAMES})(?:{_QUOTE})?\s{{0,9}}[:=]\s{{0,9}}(?P<quote>{_QUOTE})?)"
    r"(?(quote)(?:(?!(?P=quote))(?:\\.|.)){1,2000}|[^\s\"'&,;<>)}]+)"
    r"|(?<![\w/+-])(?P<key>[A-Za-z0-9/+]{40})(?![\w/+-])"  # secret access keys
    r"|(?P<token>(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{65,}+={0,2}|(?<![\w-])[\w-]{65,}+)",
    re.DOTALL,
)
"""Names of roles, sessions and users have at most 64 characters: longer runs are tokens."""


def remember(*secrets: str | None) -> None:
    """Know these values as secrets from now on."""
    for value in secrets:
        if value and len(value) >= SHORTEST:
            _seen.update((value, quote(value, safe="", errors="surrogatepass")))


class Secret:
    """A value that no text form of it shows; `reveal` is the one way to see it.

    Texts that are redacted do not show it either.
    """

    __slots__ = ("_value",)

    MASK = MASK

    def __init__(self, value: str) -> None:
        self._value = value
        remember(value)

    def reveal(self) -> str:
        """The value itself, for a screen that was asked to show it."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return self.MASK


def without(text: str, secret: str) -> str:
    """The text with this secret masked, where it is long enough to be looked for."""
    return text.replace(secret, MASK) if len(secret) >= SHORTEST else text


def known_secrets() -> tuple[str, ...]:
    """The values that are known as secrets, the longest first."""
    return _seen.longest_first


def redact(text: str) -> str:
    """The text without secrets: those that are known, and what has the shape of one."""
    for secret in known_secrets():
        if secret in text:
            text = _masked_in(text, secret)
    return _SHAPES.sub(_masked, text)


def is_secret_name(name: str) -> bool:
    """Whether what stands under this name may be secret: of a request that somebody else made."""
    return _SECRET_NAME.search(name) is not None


_AS_THEY_CAME = frozenset({"ClusterId", "HsmId", "State", "Certificates"})
"""Members that hold no secret, though what is in them may look like one."""


def redacted(
    value: Any, said: Callable[[str], str], kept: Callable[[str], str] = lambda text: text
) -> Any:
    """JSON with its texts as `said` has them, such as `redact`; what the members have that hold no
    secret, and what members are called, is as `kept` has it."""
    if isinstance(value, str):
        return said(value)
    if isinstance(value, (list, tuple)):
        return [redacted(each, said, kept) for each in value]
    if isinstance(value, dict):
        return {
            kept(key): redacted(each, kept if key in _AS_THEY_CAME else said, kept)
            for key, each in value.items()
        }
    return value


def _masked_in(text: str, secret: str) -> str:
    """The text without this secret. A short number, such as the code of a device, is masked where
    it stands alone: as a part of an account id it tells nothing, and that would be lost."""
    if secret.isdecimal() and len(secret) <= LONGEST_CODE:
        return re.sub(rf"(?<!\d){secret}(?!\d)", MASK, text)
    return text.replace(secret, MASK)


def _masked(match: re.Match[str]) -> str:
    random = match["key"] or match["token"]
    if random and not _is_mixed(random):  # a digest, a path, a word with many dashes
        return random
    return f"{match['name'] or ''}{MASK}"


def _is_mixed(text: str) -> bool:
    """Whether there are digits, capital and small letters, as in what is random."""
    return all(re.search(kind, text) for kind in ("[0-9]", "[A-Z]", "[a-z]"))
