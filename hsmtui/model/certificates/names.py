"""Names compared as X.509 says, and as openssl does it."""

from collections.abc import Iterator
from typing import TypeAlias

from cryptography import x509

_CODECS = {
    0x0C: "utf-8",  # UTF8String
    0x13: "latin-1",  # PrintableString
    0x14: "latin-1",  # T61String
    0x16: "latin-1",  # IA5String
    0x1A: "latin-1",  # VisibleString
    0x1C: "utf-32-be",  # UniversalString
    0x1E: "utf-16-be",  # BMPString
}
"""How the text is encoded in a value, by its tag; values of other types are compared as bytes."""

_Value: TypeAlias = tuple[bytes, int, bytes]


def same_name(name: x509.Name, other: x509.Name) -> bool:
    """Whether two names are equal, whatever types of string they are written in.

    As RFC 5280 (7.1) says: neither case nor blanks at the ends count, and several blanks within
    count as one. As in openssl that holds for ASCII alone, and other letters are compared exactly.
    """
    return _canonical(name) == _canonical(other)


def elements(der: bytes) -> Iterator[tuple[int, bytes]]:
    """The tags and contents of DER that lie one after the other; it is known to be valid."""
    at = 0
    while at < len(der):
        tag, length, at = der[at], der[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(der[at : at + size]), at + size
        yield tag, der[at : at + length]
        at += length


def _canonical(name: x509.Name) -> tuple[tuple[_Value, ...], ...]:
    """The parts in their order, and the values of each part, which have none, in one."""
    ((_, parts),) = elements(name.public_bytes())
    return tuple(
        tuple(sorted(_value(attribute) for _, attribute in elements(part)))
        for _, part in elements(parts)
    )


def _value(attribute: bytes) -> _Value:
    """The object id, the tag and the content of a value, those of text all under one tag."""
    (_, oid), (tag, content) = elements(attribute)
    if tag not in _CODECS:
        return oid, tag, content
    return oid, 0x0C, b" ".join(content.decode(_CODECS[tag]).encode().split()).lower()
