"""Reading one certificate from a file that a person named."""

import re
from pathlib import Path

from hsmtui.config.private_file import NO_HOME, read_regular
from hsmtui.config.trust import is_der, text_of
from hsmtui.model.certificates.certificate import load_certificate
from hsmtui.model.certificates.pem import Block, UnreadablePemError, as_pem, blocks

LARGEST_FILE = 100_000
"""Bytes of a file that is read; one certificate has one or two thousand."""

_PRIVATE_KEY = re.compile("-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----")
_TRUSTED = "-----BEGIN TRUSTED CERTIFICATE-----"


class CertificateFileError(Exception):
    """A file is not one certificate; says why in plain words, and nothing of what it holds."""


def read_certificate(path: Path) -> str:
    """The one certificate of a file, as openssl writes PEM; DER is taken, too.

    What stands beside it is not taken, line ends and marks of the encoding are not kept. Raises
    CertificateFileError. Blocks as long as the file system does.
    """
    try:
        content = read_regular(path, LARGEST_FILE)
    except OSError as error:
        raise CertificateFileError(_why_unread(error)) from error
    except ValueError as error:  # such as a NUL in the name
        raise CertificateFileError("that is no name of a file") from error
    return _certificate_in(content)


def _why_unread(error: OSError) -> str:
    words: dict[type[OSError], str] = {
        FileNotFoundError: "there is no such file",
        IsADirectoryError: "that is a folder, expected a file",
        PermissionError: "you may not read it",
        NotADirectoryError: "a part of the path is a file, expected a folder",
    }
    if error.strerror == NO_HOME:
        return NO_HOME
    return words.get(type(error), "") or error.strerror or str(error)


def _certificate_in(content: bytes) -> str:
    """What is said of a file never repeats what it holds: that may be a secret."""
    if is_der(content):
        return _fit(Block("CERTIFICATE", content))
    text = text_of(content)
    if _PRIVATE_KEY.search(text):
        raise CertificateFileError("it holds a private key, expected a certificate alone")
    if _TRUSTED in text:
        raise CertificateFileError(
            "it holds a TRUSTED CERTIFICATE of openssl: make it one with "
            "openssl x509 -in FILE -out NEWFILE"
        )
    if not text.strip():
        raise CertificateFileError("it is empty")
    try:
        found = blocks(text)
    except UnreadablePemError as error:
        raise CertificateFileError(_why_no_pem(str(error))) from None
    if len(found) > 1:
        raise CertificateFileError(f"it holds {len(found)} certificates or requests, expected one")
    return _fit(found[0])


def _why_no_pem(why: str) -> str:
    return "it holds no certificate in PEM" if why.startswith("not PEM") else why


def _fit(block: Block) -> str:
    if block.is_request:
        raise CertificateFileError("it holds a request (CSR), expected a certificate")
    pem = as_pem("CERTIFICATE", block.der)
    try:
        load_certificate(pem)
    except UnreadablePemError:
        raise CertificateFileError("it holds no certificate that can be read") from None
    return pem
