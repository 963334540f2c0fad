import base64
import os

import pytest

from hsmtui.config.file import Trust
from hsmtui.config.trust import LARGEST_ROOTS, read_roots
from hsmtui.demo.environment import root_file
from hsmtui.model.certificates.roots import RootFile, Roots

AWS, MAKER = (root_file(name).read_text() for name in ("aws.crt", "manufacturer.crt"))
KEY = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"


def read(folder, name):
    return read_roots(Trust(aws_root=name), folder).aws


def test_settings_without_roots_give_none(tmp_path):
    assert read_roots(Trust(), tmp_path) == Roots(None, ())


def test_names_are_looked_for_beside_the_settings_file(tmp_path, monkeypatch):
    (tmp_path / "aws.crt").write_text(AWS)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "maker.crt").write_text(MAKER)
    monkeypatch.chdir("/")
    trust = Trust(aws_root="aws.crt", manufacturer_roots=("sub/maker.crt",))
    assert read_roots(trust, tmp_path) == Roots(
        RootFile(str(tmp_path / "aws.crt"), (AWS,)),
        (RootFile(str(tmp_path / "sub" / "maker.crt"), (MAKER,)),),
    )


def test_names_may_be_absolute_or_begin_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "aws.crt").write_text(AWS)
    for name in (str(tmp_path / "aws.crt"), "~/aws.crt"):
        assert read(tmp_path / "elsewhere", name) == RootFile(str(tmp_path / "aws.crt"), (AWS,))


def test_a_bundle_has_several_and_what_else_is_in_it_is_left_there(tmp_path):
    crlf = MAKER.replace("\n", "\r\n")
    (tmp_path / "b").write_bytes(f"# roots\n{AWS}{KEY}\xff\n{crlf}end".encode("latin-1"))
    found = read(tmp_path, "b")
    assert [pem.split() for pem in found.pems] == [AWS.split(), MAKER.split()]
    assert "PRIVATE" not in repr(found)
    assert found.problem == ""


@pytest.mark.parametrize(
    "content", [b"", b"\x30\x82\x03\x8e binary", KEY.encode(), AWS.encode()[:-30]]
)
def test_a_file_without_certificates_says_so(tmp_path, content):
    (tmp_path / "aws.crt").write_bytes(content)
    found = read(tmp_path, "aws.crt")
    assert found.pems == ()
    assert "holds no certificate in PEM" in found.problem


@pytest.mark.parametrize(
    "content",
    [
        AWS.encode("utf-8-sig"),
        AWS.encode("utf-16"),
        AWS.replace("\n", "").encode(),
        AWS.replace("\n", "\n  ").encode(),
        base64.b64decode("".join(AWS.splitlines()[1:-1])),
    ],
    ids=["a byte order mark", "UTF-16", "one line", "indented", "DER"],
)
def test_a_root_in_another_form_is_read_and_given_as_openssl_reads_it(tmp_path, content):
    (tmp_path / "aws.crt").write_bytes(content)
    assert read(tmp_path, "aws.crt").pems == (AWS,)


def test_a_trusted_certificate_of_openssl_is_told_as_one(tmp_path):
    (tmp_path / "aws.crt").write_text(AWS.replace(" CERTIFICATE", " TRUSTED CERTIFICATE"))
    problem = read(tmp_path, "aws.crt").problem
    assert "TRUSTED CERTIFICATE of openssl" in problem
    assert "openssl x509 -in FILE" in problem


@pytest.mark.parametrize(
    "name", ["missing", "a\0b", "folder", "pipe", "x" * 300, "~no-such-user/x"]
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, name):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")  # which nobody writes to: reading it would not end
    found = read(tmp_path, name)
    assert found.pems == ()
    assert found.path.startswith(str(tmp_path))
    assert found.problem.startswith("cannot be read: ")


def test_a_huge_file_is_not_read_to_its_end(tmp_path):
    (tmp_path / "aws.crt").write_text(" " * LARGEST_ROOTS + AWS)
    assert "holds no certificate" in read(tmp_path, "aws.crt").problem
