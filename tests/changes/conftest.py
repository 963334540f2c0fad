# ruff: noqa: F811 - arguments have the names of the fixtures that are imported
"""Changes without a screen: asked of a control plane over HTTP, as the app does."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from shlex import quote
from typing import Any

import boto3
import pytest

from hsmtui.aws.clusters import Position, fetch_page
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.changes.audit import Audit, AuditError, Record
from hsmtui.changes.change import Change
from hsmtui.changes.context import ChangeContext
from hsmtui.demo.protocols import query_answer
from hsmtui.demo.records import Cluster, KeyStore
from tests.aws.conftest import asked, connect, connection, open_place, server  # noqa: F401
from tests.recorded import read_audit
from tests.scripted import Refuse, Reply, ScriptedPlane

ACCOUNT, OTHER = "111111111111", "222222222222"
HERE = (ACCOUNT, "us-east-1")
TRIAGE = f"arn:aws:sts::{ACCOUNT}:assumed-role/Triage/demo"
DESCRIBE, IDENTITY = "DescribeClusters", "GetCallerIdentity"
BACKUPS, STORES = "DescribeBackups", "DescribeCustomKeyStores"
SILENT = Refuse("ServiceUnavailable", "No STS today.", 503)
WRITES = (
    "CopyBackupToRegion",
    "CreateCluster",
    "CreateHsm",
    "DeleteBackup",
    "DeleteCluster",
    "DeleteHsm",
    "InitializeCluster",
    "ModifyBackupAttributes",
    "ModifyCluster",
    "RestoreBackup",
    "TagResource",
    "UntagResource",
)


@dataclass
class Desk:
    """What one change, or several, are given and tell, and what reached the service."""

    plane: ScriptedPlane
    path: Path
    errors: list[HsmtuiError] = field(default_factory=list)
    read: list[Any] = field(default_factory=list)
    accepted: list[Any] = field(default_factory=list)
    unrecorded: list[AuditError] = field(default_factory=list)

    def context(self, connection: Connection, **more: Any) -> ChangeContext[Any]:
        context: ChangeContext[Any] = ChangeContext(
            connection,
            "DEMO",
            self.plane.clock.now,
            poll_seconds=0,
            audit=Audit(self.path, self.plane.clock.now),
            on_unrecorded=self.unrecorded.append,
            on_error=self.errors.append,
            on_read=self.read.append,
            on_accepted=lambda: self.accepted.append(len(self.read)),
        )
        return replace(context, **more)

    @property
    def sent(self) -> list[str]:
        """The operations so far that change something."""
        return [name for name in self.operations if name in WRITES]

    @property
    def operations(self) -> list[str]:
        return [request.operation for request in self.plane.requests]

    @property
    def records(self) -> tuple[Record, ...]:
        reading = read_audit(self.path)
        assert reading.problems == ()
        return reading.records


@pytest.fixture
def plane() -> ScriptedPlane:
    """Its clock follows the system: here, too, credentials are issued."""
    return ScriptedPlane(clusters=3)


@pytest.fixture
def read_timeout() -> float:
    """What is held in a test is not given up, however busy the machine is."""
    return 60.0


@pytest.fixture
def desk(plane: ScriptedPlane, tmp_path: Path) -> Desk:
    return Desk(plane, tmp_path / "state" / "audit.jsonl")


@pytest.fixture
def cluster(plane: ScriptedPlane) -> Cluster:
    """A cluster without HSMs, which nothing keeps from being deleted."""
    found = plane.clusters(*HERE)[0]
    found.hsms, found.state, found.tag_list = [], "ACTIVE", []
    return found


@pytest.fixture
def known(connection: Connection) -> Connection:
    """A connection that has listed, and of which STS has named the caller."""
    return listed(connection)


@pytest.fixture
def nameless(connection: Connection, plane: ScriptedPlane) -> Connection:
    """A connection of which STS has not named the caller when the first page came."""
    plane.script(IDENTITY, SILENT)
    listed(connection)
    plane.clear_scripts()
    assert connection.known_caller is None
    return connection


def listed(connection: Connection) -> Connection:
    """The connection after what the app does with each: the first page, then STS."""
    fetch_page(connection, Position())
    connection.ask_caller()
    return connection


def ruled(connection: Connection, rule: Callable[[], str]) -> Connection:
    """The connection where this rule says what forbids changes."""
    return replace(connection, terms=replace(connection.terms, rules=lambda *_: rule()))


def watched(change: Change[Any, Any, Any]) -> Change[Any, Any, Any]:
    """A change that somebody looks at, and sees whole."""
    change.on_change = lambda: None
    change.is_shown_whole = lambda: True
    return change


def named_by_sts(account: str, role: str = "Triage") -> Reply:
    """STS says that somebody of this account asks."""
    arn = f"arn:aws:sts::{account}:assumed-role/{role}/demo"
    who = f"<Account>{account}</Account><Arn>{arn}</Arn><UserId>A</UserId>"
    return Reply(query_answer(IDENTITY, who, "r-1"), content_type="text/xml")


def use(plane: ScriptedPlane, cluster: Cluster, name: str) -> None:
    """Have a key store of this name use the cluster."""
    store = KeyStore(
        custom_key_store_id=f"cks-{name}",
        custom_key_store_name=name,
        cloud_hsm_cluster_id=cluster.cluster_id,
        custom_key_store_type="AWS_CLOUDHSM",
        connection_state="CONNECTED",
        creation_date=0.0,
    )
    plane.place(*HERE).key_stores.append(store)


@dataclass(frozen=True)
class Vault:
    """A profile whose keys a program prints, and may change from one request to the next."""

    keys: Path
    connection: Connection

    def write(self, role: str, account: str = ACCOUNT) -> None:
        sts: Any = boto3.Session(profile_name="demo").client("sts")
        issued = sts.assume_role(
            RoleArn=f"arn:aws:iam::{account}:role/{role}",
            RoleSessionName="alice",
            DurationSeconds=900,
        )["Credentials"]
        soon = issued.pop("Expiration").isoformat()
        self.keys.write_text(json.dumps({"Version": 1, "Expiration": soon, **issued}))


@pytest.fixture
def vault(
    plane: ScriptedPlane,
    server: Any,
    connect: Callable[..., Connection],
    tmp_path: Path,
) -> Vault:
    """Its keys are those of the role Operator. They last for less than botocore wants to have in
    hand, so that the program is asked again for every request."""
    keys = tmp_path / "keys.json"
    with Path(os.environ["AWS_CONFIG_FILE"]).open("a") as file:
        file.write(
            f"\n[profile vault]\nregion = us-east-1\nendpoint_url = {server.url}\n"
            f"credential_process = cat {quote(str(keys))}\n"
        )
    plane.session_seconds = 300
    Vault(keys, None).write("Operator")  # type: ignore[arg-type]
    return Vault(keys, connect("vault"))
