"""The demo control plane as the aws command sees it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hsmtui.demo.control_plane import ControlPlane
from hsmtui.demo.records import Cluster
from hsmtui.demo.server import DemoServer

ACCOUNT = "111111111111"
REGION = "us-east-1"


class Aws:
    """The aws command of this environment, pointed at a demo server and at nothing else."""

    def __init__(self, url: str, home: Path) -> None:
        self._command = [str(Path(sys.executable).parent / "aws"), "--endpoint-url", url]
        self._environment = {
            "HOME": str(home),
            "PATH": os.defpath,
            "AWS_ACCESS_KEY_ID": f"AKIADEMO{ACCOUNT}",
            "AWS_SECRET_ACCESS_KEY": "not a secret",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1",
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._command, *arguments, "--output", "json"],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def json(self, *arguments: str) -> Any:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def plane() -> ControlPlane:
    return ControlPlane(clusters=40)


@pytest.fixture
def aws(plane: ControlPlane, tmp_path: Path) -> Iterator[Aws]:
    with DemoServer(plane) as server:
        yield Aws(server.url, tmp_path)


def listed(plane: ControlPlane) -> list[Cluster]:
    return plane.place(ACCOUNT, REGION).listed()


def ids(answer: Any) -> list[str]:
    return [cluster["ClusterId"] for cluster in answer["Clusters"]]


def test_it_pages(plane: ControlPlane, aws: Aws) -> None:
    answer = aws.json("cloudhsmv2", "describe-clusters", "--page-size", "12", "--max-items", "30")
    assert ids(answer) == [cluster.cluster_id for cluster in listed(plane)][:30]
    assert "NextToken" in answer
    assert [request.parameters["MaxResults"] for request in plane.requests] == [12, 12, 12]


def test_it_filters(plane: ControlPlane, aws: Aws) -> None:
    sample = next(cluster for cluster in listed(plane) if cluster.state == "DEGRADED")
    for name, value in (
        ("clusterIds", sample.cluster_id),
        ("vpcIds", sample.vpc_id),
        ("states", sample.state),
    ):
        answer = aws.json("cloudhsmv2", "describe-clusters", "--filters", f"{name}={value}")
        expected = [
            cluster.cluster_id
            for cluster in listed(plane)
            if value in {cluster.cluster_id, cluster.vpc_id, cluster.state}
        ]
        assert ids(answer) == expected


def test_a_delete_is_refused_while_there_are_hsms(plane: ControlPlane, aws: Aws) -> None:
    target = next(cluster for cluster in listed(plane) if cluster.hsms)
    done = aws.run("cloudhsmv2", "delete-cluster", "--cluster-id", target.cluster_id)
    # Version 1 of the command says 255, version 2 says 254.
    assert done.returncode in {254, 255}
    assert "(CloudHsmInvalidRequestException)" in done.stderr


def test_a_delete_goes_through(plane: ControlPlane, aws: Aws) -> None:
    target = next(cluster for cluster in listed(plane) if cluster.name == "legacy-tde")
    answer = aws.json("cloudhsmv2", "delete-cluster", "--cluster-id", target.cluster_id)
    assert answer["Cluster"]["State"] == "DELETE_IN_PROGRESS"
    assert target.state == "DELETE_IN_PROGRESS"


def test_kms_names_the_key_stores_of_a_cluster(plane: ControlPlane, aws: Aws) -> None:
    answer = aws.json("kms", "describe-custom-key-stores")
    (store,) = (s for s in answer["CustomKeyStores"] if "CloudHsmClusterId" in s)
    (cluster,) = (c for c in listed(plane) if c.cluster_id == store["CloudHsmClusterId"])
    assert store["CustomKeyStoreName"] == f"{cluster.name}-keys"


def test_it_says_who_it_is(aws: Aws) -> None:
    identity = aws.json("sts", "get-caller-identity")
    assert identity["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Triage/demo"


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_the_served_command_prints_its_url_and_stops_when_told(tmp_path: Path, told: int) -> None:
    program = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from hsmtui.demo.control_plane import ControlPlane; "
        "from hsmtui.demo.server import DemoServer, serve; "
        "serve(DemoServer(ControlPlane(clusters=3)), lambda url: print(url, flush=True))"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    answer = Aws(url, tmp_path).json("cloudhsmv2", "describe-clusters")
    server.send_signal(told)
    rest, errors = server.communicate(timeout=10)
    assert (len(ids(answer)), rest, errors, server.returncode) == (3, "", "", 0)
