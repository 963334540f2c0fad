"""The step that comes next for a cluster that is not in use yet, and the commands for it."""

import shlex

import pytest

from hsmtui.fleet.recorded import RecordedCluster
from hsmtui.model.certificates.openssl import (
    CUSTOMER_CA,
    signed_name,
    signing_commands,
    signing_page,
)
from hsmtui.model.cloudhsm_cli import activation_commands
from hsmtui.model.cluster import Certificates, Cluster, Hsm
from hsmtui.model.initialization import Stage, next_step, stage_of
from hsmtui.ui.widgets.certificates_tab import certificates
from hsmtui.ui.widgets.detail_view import DetailView, RelatedData
from hsmtui.ui.widgets.shell_lines import shell_lines
from tests.conftest import NOON

ID = "cluster-aslyoof26eq"
CSR = Certificates(cluster_csr="a CSR")


def cluster(state="UNINITIALIZED", *hsms: Hsm, **more) -> Cluster:
    return Cluster(cluster_id=ID, state=state, hsms=hsms, **more)


@pytest.mark.parametrize(
    ("of", "is_trusted", "stage"),
    [
        (cluster(), False, Stage.NO_HSM),
        (cluster("UNINITIALIZED", Hsm(hsm_id="hsm-1")), False, Stage.NO_CSR),
        (cluster(certificates=CSR), False, Stage.UNPROVEN),
        (cluster(certificates=CSR), True, Stage.CLAIMABLE),
        (cluster("INITIALIZE_IN_PROGRESS"), False, Stage.IN_PROGRESS),
        (cluster("INITIALIZED"), False, Stage.INITIALIZED),
        (cluster("ACTIVE"), True, None),
        (cluster("CREATE_IN_PROGRESS"), True, None),
        (cluster(None), True, None),
    ],
)
def test_where_a_cluster_is(of, is_trusted, stage):
    assert stage_of(of, is_trusted=is_trusted) is stage


@pytest.mark.parametrize("stage", Stage)
def test_each_stage_has_a_step_with_a_key(stage):
    assert next_step(stage).spelt(lambda command: f"<{command}>").count("<") == 1


def test_a_client_is_configured_by_the_address_of_the_hsm_if_that_is_known():
    by_address = cluster("INITIALIZED", Hsm(hsm_id="hsm-1", eni_ip="10.0.0.1"))
    assert activation_commands(by_address, "us-east-1")[1].endswith("configure-cli -a 10.0.0.1")
    by_id = activation_commands(cluster("INITIALIZED"), "us-east-1")[1]
    assert by_id.endswith(f"--cluster-id {ID} --region us-east-1")
    nowhere = activation_commands(cluster("INITIALIZED"), None)[1]
    assert nowhere.endswith(f"--cluster-id {ID}")


def test_what_comes_from_outside_is_quoted_for_the_shell():
    hostile = cluster("INITIALIZED", Hsm(hsm_id="hsm-1", eni_ip="$(evil)\n; evil\x1b[1m"))
    for command in activation_commands(hostile, "us-east-1"):
        assert "\n" not in command
        assert "\x1b" not in command
    assert len(shlex.split(activation_commands(hostile, "us-east-1")[1])) == 4


def test_the_page_beside_the_csr_has_the_commands_and_the_names():
    page = signing_page(ID)
    for each in (*signing_commands(ID), signed_name(ID), CUSTOMER_CA):
        assert each in page


def test_the_tab_says_it_first_with_the_key_of_this_run_and_not_of_a_file():
    of = cluster("INITIALIZED")
    view = DetailView(of, 80, NOON, {"cluster.initialize": "f7"})
    (first, *_) = certificates(view)
    assert first.text.plain.startswith("→ Next: activate the cluster with CloudHSM CLI; f7 shows")
    recorded = RelatedData(recorded=RecordedCluster(of, NOON))
    assert not certificates(view._replace(related=recorded))[0].text.plain.startswith("→ Next")


@pytest.mark.parametrize("width", [10, 40, 76, 200])
def test_broken_lines_are_one_command_still(width):
    for command in [*signing_commands(ID), "openssl x509 -in a.crt -pubkey > a.pub"]:
        lines = shell_lines(command, width)
        assert all(line.endswith(" \\") for line in lines[:-1])
        joined = " ".join(line.removesuffix("\\") for line in lines)
        assert joined.split() == command.split()
