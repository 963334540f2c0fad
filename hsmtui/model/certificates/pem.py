"""The blocks of a PEM text."""

import base64
import re
from collections.abc import Iterator
from typing import NamedTuple

CERTIFICATE_LABELS = ("CERTIFICATE", "X509 CERTIFICATE")
REQUEST_LABELS = ("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")

_BEGIN = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,60})-----")
_LINE = 64


class UnreadablePemError(ValueError):
    """A text that holds no certificate or request that can be decoded; says why in a few words."""


class Block(NamedTuple):
    """A certificate or a request of a PEM text, as DER."""

    label: str
    der: bytes

    @property
    def is_request(self) -> bool:
        """Whether it is said to be a request."""
        return self.label in REQUEST_LABELS


def blocks(text: str) -> list[Block]:
    """The certificates and requests of a text, at least one; what else is in it is left there.

    Raises UnreadablePemError where there is none, or where one of them is no PEM.
    """
    if not text.strip():
        raise UnreadablePemError("the text is empty")
    labels, found = [], []
    for label, content in _labelled(text):
        labels.append(label)
        if label in CERTIFICATE_LABELS + REQUEST_LABELS:
            found.append(Block(label, _decoded(content)))
    if found:
        return found
    if labels:
        what = f"a PEM block of {labels[0]}, expected a certificate or a request"
        raise UnreadablePemError(what)
    raise UnreadablePemError("not PEM: it has no BEGIN line")


def holds_several(text: str) -> str:
    """What a text holds beside its first certificate or request, in words; "" where it is alone.

    Raises UnreadablePemError.
    """
    found = blocks(text)
    if len(found) == 1:
        return ""
    requests = sum(block.is_request for block in found)
    kinds = {0: "certificates", len(found): "requests"}.get(requests, "certificates and requests")
    return f"holds {len(found)} {kinds}; the first is shown"


def as_pem(label: str, der: bytes) -> str:
    """One block, in lines as openssl writes and reads them."""
    content = base64.b64encode(der).decode()
    lines = [content[start : start + _LINE] for start in range(0, len(content), _LINE)]
    return "\n".join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""))


def rewritten(text: str) -> str:
    """The same certificates and requests in a form that openssl reads.

    It does not read a block that is in one line, or indented. A text that cannot be read stays.
    """
    try:
        return "".join(as_pem(*block) for block in blocks(text))
    except UnreadablePemError:
        return text


def _labelled(text: str) -> Iterator[tuple[str, str | None]]:
    """Each block's label and what is between its lines; None where its END line is missing."""
    at = 0
    while begin := _BEGIN.search(text, at):
        end_line = f"-----END {begin[1]}-----"
        end = text.find(end_line, begin.end())
        yield begin[1], None if end < 0 else text[begin.end() : end]
        at = begin.end() if end < 0 else end + len(end_line)


def _decoded(content: str | None) -> bytes:
    if content is None:
        raise UnreadablePemError("the PEM block is cut off: it has no END line")
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except ValueError as error:
        raise UnreadablePemError("the PEM block is not base64") from error
