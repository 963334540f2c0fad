import subprocess
import sys

import msgspec
import pytest

from hsmtui.model.certificates.kinds import KINDS, why_missing
from hsmtui.model.cluster import Certificates, Cluster, Hsm
from hsmtui.model.state import CLUSTER_STATES

CLUSTER_CERTIFICATE, *OTHERS = KINDS


def test_the_kinds_are_the_fields_of_the_answer():
    fields = {field.name: field.encode_name for field in msgspec.structs.fields(Certificates)}
    assert {kind.field: kind.api_name for kind in KINDS} == fields
    assert [kind.title for kind in KINDS] == [
        "Cluster certificate",
        "Cluster CSR",
        "HSM certificate",
        "AWS hardware certificate",
        "Manufacturer hardware certificate",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_the_pem_of_a_kind(kind):
    assert kind.pem(Certificates(**{kind.field: "text"})) == "text"
    assert kind.pem(Certificates(**{kind.field: ""})) is None
    assert kind.pem(Certificates()) is None
    assert kind.pem(None) is None


@pytest.mark.parametrize(
    ("state", "count", "reason"),
    [
        ("UNINITIALIZED", 0, "made with the first HSM, and this cluster has none"),
        ("UNINITIALIZED", None, "made with the first HSM, and the answer had no HSM list"),
        ("UNINITIALIZED", 1, "made with the first HSM, and the answer had none yet"),
        ("CREATE_IN_PROGRESS", 0, "only while the cluster is UNINITIALIZED and has had an HSM"),
        ("ACTIVE", 2, "only while the cluster is UNINITIALIZED and has had an HSM"),
        (None, None, "only while the cluster is UNINITIALIZED and has had an HSM"),
    ],
)
def test_why_those_from_before_initializing_are_missing(state, count, reason):
    hsms = None if count is None else (Hsm(),) * count
    cluster = Cluster(state=state, hsms=hsms)
    assert {why_missing(kind, cluster) for kind in OTHERS} == {reason}


@pytest.mark.parametrize("state", [*CLUSTER_STATES, "HIBERNATING", None])
def test_why_the_cluster_certificate_is_missing(state):
    expected = state in {
        "INITIALIZED",
        "ACTIVE",
        "UPDATE_IN_PROGRESS",
        "MODIFY_IN_PROGRESS",
        "ROLLBACK_IN_PROGRESS",
    }
    assert why_missing(CLUSTER_CERTIFICATE, Cluster(state=state, hsms=(Hsm(),))) == (
        "expected in this state, but the answer had none"
        if expected
        else "once the cluster has been initialized"
    )


def test_the_kinds_are_known_without_loading_cryptography():
    code = "import sys, hsmtui.model.certificates.kinds; sys.exit('cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
