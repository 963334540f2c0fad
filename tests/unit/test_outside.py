"""The commands of others that can be copied for what was found."""

import shlex

import pytest

from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.findings.finding import Finding
from hsmtui.model.findings.outside import outside_commands
from hsmtui.model.findings.remedies import NOT_IN_USE, Outside, what_to_do
from hsmtui.model.findings.severity import Severity
from hsmtui.model.origin import Origin

ID = "cluster-7qsltqrczv5"
ORIGIN = Origin("aws", "eu-central-1", "441709238812", "arn:x", "", "prod-pki", None, None)
CASE = Outside.SUPPORT_CASE.value
USERS = Outside.USERS.value


def finding(rule, remedy=None, title="seen", seen=(("State", "DEGRADED"),)):
    return Finding(rule, Severity.HIGH, title, seen, "why", remedy or what_to_do(rule))


def offered(*found, state="DEGRADED", origin=ORIGIN, hsms=(), cluster_id=ID):
    return dict(
        outside_commands(Cluster(cluster_id=cluster_id, state=state, hsms=hsms), found, origin)
    )


def test_one_support_case_is_about_all_that_needs_one():
    case = offered(finding("CL-DEGRADED"), finding("STUCK"), finding("RETENTION"))[CASE]
    told = f"Cluster arn:aws:cloudhsm:eu-central-1:441709238812:cluster/{ID}. "
    assert shlex.split(case) == [
        *("aws", "support", "create-case", "--subject", f"CloudHSM {ID}: CL-DEGRADED, STUCK"),
        "--communication-body",
        f"{told}CL-DEGRADED: seen; State DEGRADED. STUCK: seen; State DEGRADED.",
        *("--region", "us-east-1", "--profile", "prod-pki"),
    ]


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        (
            {"partition": "aws-us-gov", "region": "us-gov-east-1"},
            "us-gov-west-1 --profile prod-pki",
        ),
        ({"partition": "aws-cn", "region": "cn-northwest-1"}, "cn-north-1 --profile prod-pki"),
        ({"partition": "aws-iso", "region": "us-iso-east-1"}, "us-iso-east-1 --profile prod-pki"),
        ({"profile": None}, "us-east-1"),
        ({"endpoint": "https://vpce.example"}, "us-east-1 --profile prod-pki"),
        (
            {"endpoint": "http://127.0.0.1:1", "config_file": "/a b"},
            "us-east-1 --profile prod-pki --endpoint-url http://127.0.0.1:1",
        ),
    ],
)
def test_a_support_case_goes_where_support_answers(changes, end):
    case = offered(finding("STUCK"), origin=ORIGIN._replace(**changes))[CASE]
    assert case.endswith(f" --region {end}")
    assert case.startswith("AWS_CONFIG_FILE='/a b' aws " if "config_file" in changes else "aws ")


def test_nobody_is_asked_about_a_demo_that_has_gone():
    assert CASE not in offered(finding("STUCK"), origin=ORIGIN._replace(endpoint="DEMO"))


@pytest.mark.parametrize("text", ["$(touch x)", "'; touch x; '", "`x`", "a\nb", "\x1b[2J\u202e"])
def test_no_text_from_outside_becomes_a_command_or_a_line_of_its_own(text):
    found = [finding(rule, None, text, ((text, text),)) for rule in ("STUCK", "NOT-ACTIVATED")]
    hsms = (Hsm(hsm_id=text, state="ACTIVE"),)
    lines = offered(*found, hsms=hsms, cluster_id=text, origin=ORIGIN._replace(region=text))
    assert all(line.isprintable() for lines in lines.values() for line in lines.split("\n"))
    words = shlex.split(lines[CASE])
    assert (words[:4], len(words)) == (["aws", "support", "create-case", "--subject"], 11)
    for name in (Outside.ACTIVATION.value, USERS):
        (configure,) = (each for each in lines[name].split("\n") if "configure-cli" in each)
        assert len(shlex.split(configure)) == 6


def test_a_case_is_no_longer_than_support_takes():
    seen = tuple((f"HsmId{n}", "x" * 100) for n in range(200))
    assert len(shlex.split(offered(finding("STUCK", seen=seen))[CASE])[6]) == 4_000


def test_activation_and_users_and_a_certificate_have_their_commands():
    configure = f"sudo /opt/cloudhsm/bin/configure-cli --cluster-id {ID} --region eu-central-1"
    cli = "/opt/cloudhsm/bin/cloudhsm-cli"
    active = (Hsm(hsm_id="hsm-1", state="ACTIVE"),)
    waiting = offered(finding("NOT-ACTIVATED"), state="INITIALIZED", hsms=active)
    certificate = "sudo cp customerCA.crt /opt/cloudhsm/etc/customerCA.crt"
    activation = f"{certificate}\n{configure}\n{cli} interactive\ncluster activate"
    assert waiting == {Outside.ACTIVATION.value: activation}
    assert offered(state="ACTIVE", hsms=active) == {USERS: f"{configure}\n{cli} user list"}
    assert offered(state="ACTIVE", origin=ORIGIN, hsms=None) == {}
    expired = offered(finding("CERT-EXPIRY"))[Outside.CERTIFICATE.value]
    assert expired.startswith(f"openssl x509 -in {ID}_ClusterCertificate.crt -noout ")


def test_an_old_cluster_that_is_not_in_use_is_made_anew_in_its_subnets():
    old = finding("HSM1-EOS", what_to_do("HSM1-EOS", NOT_IN_USE))
    subnets = {"eu-central-1a": "subnet-1", "eu-central-1b": "$(subnet-2)"}
    waiting = Cluster(cluster_id=ID, state="UNINITIALIZED", subnet_mapping=subnets)
    new = dict(outside_commands(waiting, [old], ORIGIN))[Outside.NEW_CLUSTER.value]
    assert shlex.split(new) == [
        *("aws", "cloudhsmv2", "create-cluster", "--hsm-type", "hsm2m.medium", "--subnet-ids"),
        *("subnet-1", "$(subnet-2)", "--region", "eu-central-1", "--profile", "prod-pki"),
    ]
    assert offered(old, state="UNINITIALIZED") == {}
    assert dict(outside_commands(waiting, [old], ORIGIN._replace(endpoint="DEMO"))) == {}


def test_a_finding_of_a_file_has_the_commands_of_its_words():
    assert CASE in offered(finding("STUCK", str(what_to_do("STUCK"))))
    assert CASE not in offered(finding("STUCK", "Words of another version."))
    assert CASE not in offered(finding("A-RULE-OF-LATER", "Open a support case."))
