"""The demo control plane as the aws command sees it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hsmtui.check.recorded_file import open_file
from hsmtui.demo.control_plane import ControlPlane
from hsmtui.demo.records import Cluster
from hsmtui.demo.server import DemoServer
from tests.parts import part_of

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


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("settings", "more"),
    part_of(
        [
            ("", ()),
            ("cli_timestamp_format = iso8601", ()),
            ("cli_timestamp_format = wire", ("--no-paginate",)),
            ("", ("--max-items", "30")),
            ("", ("--page-size", "12", "--filters", "states=ACTIVE")),
        ]
    ),
)
def test_what_it_lists_can_be_opened(
    plane: ControlPlane, aws: Aws, tmp_path: Path, settings: str, more: tuple[str, ...]
) -> None:
    """As it is printed, whatever form the times have and however many pages it took."""
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text(f"[default]\n{settings}\n")
    printed = aws.run("cloudhsmv2", "describe-clusters", *more)
    assert (printed.returncode, printed.stderr) == (0, "")
    saved = tmp_path / "clusters.json"
    saved.write_text(printed.stdout)
    recorded = open_file(str(saved)).recorded
    (place,) = recorded.places
    read = {each.cluster.cluster_id: each.cluster for each in place.clusters}
    assert list(read) == ids(json.loads(printed.stdout))
    records = {each.cluster_id: each for each in listed(plane)}
    for cluster_id, cluster in read.items():
        assert (cluster.odd, cluster.create_timestamp) == ((), _second(records[cluster_id]))
        assert [hsm.hsm_id for hsm in cluster.hsms or ()] == [
            hsm.hsm_id for hsm in records[cluster_id].hsms
        ]
    goes_on = {"--max-items", "--no-paginate"} & set(more)
    assert (place.region, bool(place.problems)) == (REGION, bool(goes_on))
    assert recorded.source.how == "file of"


def _second(record: Cluster) -> datetime:
    """When it was made, as exactly as the service tells it."""
    return datetime.fromtimestamp(record.create_timestamp, UTC)


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


@pytest.mark.in_parts
@pytest.mark.parametrize("told", part_of([signal.SIGINT, signal.SIGTERM]))
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
