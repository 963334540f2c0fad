"""A file that is named as a certificate: each form of it is the same PEM, what is none says why."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from hsmtui.config.certificate_file import (
    LARGEST_FILE,
    CertificateFileError,
    read_certificate,
)
from tests.claims import openssl, quick_claim, root_of
from tests.conftest import NOON
from tests.pems import request

SIGNED, ROOT = (pem.encode() for pem in quick_claim(request(), NOON))
KEY_LINE = b"MC4CAQAwBQYDK2VwBCIEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
KEY = b"-----BEGIN PRIVATE KEY-----\n" + KEY_LINE + b"\n-----END PRIVATE KEY-----\n"


def by_openssl(path: Path, *words: str) -> bytes:
    made = path.with_suffix(".made")
    openssl("x509", "-in", path, *words, "-out", made)
    return made.read_bytes()


FORMS: dict[str, Callable[[Path], bytes]] = {
    "as it is": lambda _: SIGNED,
    "CRLF": lambda _: SIGNED.replace(b"\n", b"\r\n"),
    "BOM": lambda _: b"\xef\xbb\xbf" + SIGNED,
    "UTF-16": lambda _: SIGNED.decode().encode("utf-16"),
    "no last line end": lambda _: SIGNED.rstrip(),
    "comments": lambda _: b"# a comment\n" * 500 + SIGNED,
    "in one line": lambda _: SIGNED.replace(b"\n", b"").replace(b"E-----M", b"E-----\nM"),
    "X509 CERTIFICATE": lambda _: SIGNED.replace(b"N CERTIFICATE", b"N X509 CERTIFICATE").replace(
        b"D CERTIFICATE", b"D X509 CERTIFICATE"
    ),
    "text": lambda path: by_openssl(path, "-text"),
    "DER": lambda path: by_openssl(path, "-outform", "der"),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_the_same_pem(form, tmp_path):
    path = tmp_path / "signed.crt"
    path.write_bytes(SIGNED)
    path.write_bytes(FORMS[form](path))
    assert read_certificate(path) == SIGNED.decode()


NONE: dict[bytes, str] = {
    b"": "it is empty",
    b" \r\n": "it is empty",
    b"Dear colleague, here it is.\n": "it holds no certificate in PEM",
    SIGNED + ROOT: "it holds 2 certificates or requests, expected one",
    SIGNED * 3: "it holds 3 certificates",
    request().encode(): "it holds a request (CSR), expected a certificate",
    KEY: "it holds a private key, expected a certificate alone",
    SIGNED + KEY: "it holds a private key",
    KEY.replace(b"PRIVATE", b"ENCRYPTED PRIVATE"): "it holds a private key",
    KEY.replace(b"PRIVATE", b"OPENSSH PRIVATE"): "it holds a private key",
    KEY.decode().encode("utf-16"): "it holds a private key",
    SIGNED[:200]: "the PEM block is cut off",
    SIGNED.replace(b"MII", b"M!!"): "the PEM block is not base64",
    SIGNED.replace(b"MII", b"MIJ"): "it holds no certificate that can be read",
    SIGNED.replace(b"CERTIFICATE", b"TRUSTED CERTIFICATE"): "it holds a TRUSTED CERTIFICATE",
    SIGNED.replace(b"CERTIFICATE", b"PKCS7"): "a PEM block of PKCS7, expected a certificate",
    b"\x30\x82\x00\x04abcd": "it holds no certificate that can be read",
    b"\0" * 500: "it holds no certificate in PEM",
    b"#" * (LARGEST_FILE + 1): "it is too large; expected 100,000 bytes at most",
}


@pytest.mark.parametrize("content", NONE, ids=NONE.values())
def test_what_is_no_certificate_says_why_and_nothing_of_what_it_holds(content, tmp_path):
    path = tmp_path / "any.crt"
    path.write_bytes(content)
    with pytest.raises(CertificateFileError) as caught:
        read_certificate(path)
    assert str(caught.value).startswith(NONE[content])
    assert KEY_LINE.decode() not in str(caught.value)


def test_a_key_in_der_is_no_certificate(tmp_path):
    key, der = root_of(tmp_path).with_suffix(".key"), tmp_path / "key.der"
    openssl("rsa", "-in", key, "-outform", "der", "-out", der)
    with pytest.raises(CertificateFileError, match="no certificate that can be read"):
        read_certificate(der)


def test_what_is_no_file_says_so(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(SIGNED)
    os.mkfifo(tmp_path / "pipe")
    for path, why in {
        tmp_path / "nowhere.crt": "there is no such file",
        tmp_path: "that is a folder, expected a file",
        tmp_path / "file" / "x": "a part of the path is a file, expected a folder",
        tmp_path / "pipe": "it is not a regular file",
        Path("/dev/zero"): "it is not a regular file",
        tmp_path / "a\0b": "that is no name of a file",
        Path("below-no-home"): "there is no home folder",
        tmp_path / ("x" * 300): "File name too long",
    }.items():
        with pytest.raises(CertificateFileError) as caught:
            read_certificate(path)
        assert str(caught.value).startswith(why), path

    def denied(path: Path, largest: int) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("hsmtui.config.certificate_file.read_regular", denied)
    with pytest.raises(CertificateFileError, match="you may not read it"):
        read_certificate(tmp_path / "file")
