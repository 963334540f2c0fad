"""Reading the roots that the settings name."""

import codecs
import os
import re
from pathlib import Path

from hsmtui.config.file import Trust
from hsmtui.config.private_file import open_regular
from hsmtui.model.certificates.pem import as_pem, rewritten
from hsmtui.model.certificates.roots import RootFile, Roots

LARGEST_ROOTS = 1_000_000
"""Bytes of a file that are read; a bundle of roots has a few thousand."""

_CERTIFICATE = re.compile(
    r"-----BEGIN ((?:X509 )?CERTIFICATE)-----[A-Za-z0-9+/=\s]+-----END \1-----"
)
_NONE = "holds no certificate in PEM (a block that begins BEGIN CERTIFICATE)"
_TRUSTED = (
    "holds no certificate in PEM, but a TRUSTED CERTIFICATE of openssl: make it one with "
    "openssl x509 -in FILE -out NEWFILE"
)


def read_roots(trust: Trust, folder: Path) -> Roots:
    """What the files hold; a name that is not absolute is looked for in the folder.

    Only certificates are taken, not the keys that may stand beside them. A file that cannot be
    used says why. Blocks as long as the file system does.
    """
    return Roots(
        None if trust.aws_root is None else _read(trust.aws_root, folder),
        tuple(_read(name, folder) for name in trust.manufacturer_roots),
    )


def _read(name: str, folder: Path) -> RootFile:
    path = folder / os.path.expanduser(name)  # noqa: PTH111 - Path's raises where no home is known
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            content = file.read(LARGEST_ROOTS)
    except OSError as error:
        return RootFile(str(path), problem=f"cannot be read: {error.strerror or error}")
    except ValueError as error:  # such as a NUL in the name
        return RootFile(str(path), problem=f"cannot be read: {error}")
    if is_der(content):
        return RootFile(str(path), (as_pem("CERTIFICATE", content),))
    text = text_of(content)
    pems = tuple(rewritten(match[0]) for match in _CERTIFICATE.finditer(text))
    problem = _TRUSTED if "-----BEGIN TRUSTED CERTIFICATE-----" in text else _NONE
    return RootFile(str(path), pems, "" if pems else problem)


def is_der(content: bytes) -> bool:
    """Whether it may be one certificate in DER: a sequence that is as long as the file."""
    return content[:2] == b"\x30\x82" and int.from_bytes(content[2:4]) == len(content) - 4


def text_of(content: bytes) -> str:
    """What a file says; some editors and shells write UTF-16, and mark it."""
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if marked else "ascii", "replace")
