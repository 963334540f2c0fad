"""What a document says of certificates and of roots."""

from hsmtui.model.certificates.certificate import decode_pem
from hsmtui.model.certificates.facts import described, described_roots
from hsmtui.model.certificates.roots import RootFile, Roots
from hsmtui.model.cluster import Certificates
from tests.pems import END, START, certificate, hardware, request


def test_each_certificate_of_a_cluster_has_its_names_dates_and_fingerprints():
    pem = certificate()
    csr, hsm = described(Certificates(cluster_csr=request(), hsm_certificate=pem))
    whole = decode_pem(pem)
    assert (csr.kind, hsm.kind) == ("ClusterCsr", "HsmCertificate")
    assert (hsm.subject, hsm.issuer, hsm.serial) == (whole.subject, whole.issuer, "01")
    assert (hsm.not_before, hsm.not_after) == (START, END)
    assert (hsm.sha256, hsm.public_key_sha256) == (whole.fingerprint, whole.public_key_fingerprint)
    assert csr.public_key_sha256 == hsm.public_key_sha256
    assert (csr.issuer, csr.serial, csr.not_before, csr.not_after, csr.sha256) == (None,) * 5


def test_one_that_cannot_be_decoded_says_why():
    (facts,) = described(Certificates(cluster_certificate="rubbish"))
    assert facts == ("ClusterCertificate", *(None,) * 7, "not PEM: it has no BEGIN line")
    assert described(Certificates()) == described(None) == ()


def test_each_file_of_roots_has_its_roots_or_what_is_wrong_with_it():
    root = hardware("AWS root")
    roots = Roots(
        RootFile("/aws", problem="cannot be read: Permission denied"),
        (RootFile("/maker\x1b", (root, "rubbish")),),
    )
    aws, maker, rubbish = described_roots(roots)
    assert aws == ("/aws", None, None, None, "cannot be read: Permission denied")
    assert maker.sha256 == decode_pem(root).fingerprint
    assert (maker.subject, maker.not_after) == ("CN=HSM:RCN2345B07362", END)
    assert maker.file.isprintable()
    assert rubbish.problem == "not PEM: it has no BEGIN line"
    assert described_roots(Roots()) == ()
