"""Reading the roots that the settings name."""

import os
import re
from pathlib import Path

from hsmtui.config.file import Trust
from hsmtui.config.private_file import open_regular
from hsmtui.model.certificates.roots import RootFile, Roots

LARGEST_ROOTS = 1_000_000
"""Bytes of a file that are read; a bundle of roots has a few thousand."""

_CERTIFICATE = re.compile(
    r"-----BEGIN ((?:X509 )?CERTIFICATE)-----[A-Za-z0-9+/=\s]+-----END \1-----"
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
        text = _text(path)
    except OSError as error:
        return RootFile(str(path), problem=f"cannot be read: {error.strerror or error}")
    except ValueError as error:  # such as a NUL in the name
        return RootFile(str(path), problem=f"cannot be read: {error}")
    pems = tuple(match[0] + "\n" for match in _CERTIFICATE.finditer(text))
    problem = "" if pems else "holds no certificate in PEM (a block that begins BEGIN CERTIFICATE)"
    return RootFile(str(path), pems, problem)


def _text(path: Path) -> str:
    """The beginning of a file, which a bundle of roots fits into."""
    with os.fdopen(open_regular(path), "rb") as file:
        return file.read(LARGEST_ROOTS).decode("ascii", "replace")
