"""What a connection sends, and what it refuses to sign."""

from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from hsmtui.aws.clusters import delete_cluster, fetch_page
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Position
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.prompter import Prompter, Question
from hsmtui.aws.session import open_connection
from hsmtui.demo.server import DemoServer
from tests.scripted import ScriptedPlane

READ_ONLY = "a rule of the test"
OPERATIONS = botocore.session.Session().get_service_model("cloudhsmv2").operation_names
READS = {"DescribeBackups", "DescribeClusters"}
WRITES = {
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
}


@pytest.fixture
def plane(monkeypatch: pytest.MonkeyPatch) -> ScriptedPlane:
    """Nobody waits between two questions for a token."""
    plane = ScriptedPlane(clusters=3)
    plane.device_interval = 0
    monkeypatch.setattr("hsmtui.aws.sso.SLOWER", 0.01)
    return plane


@pytest.fixture
def opened(server: Any, aws_files: Any) -> Iterator[Any]:
    aws_files(server.url)
    connections: list[Connection] = []

    def opened(why: str) -> Connection:
        terms = Terms(lambda *_: why)
        connections.append(open_connection(Place("demo", explicit=True), Future(), terms))
        return connections[-1]

    yield opened
    for connection in connections:
        connection.client.close()


def sends(client: Any, operation: str, plane: ScriptedPlane) -> bool:
    """Whether the client sends a request of this operation; what it refuses it does not sign."""
    signed: list[str] = []
    client.meta.events.register("before-sign", lambda **_: signed.append(operation))
    before = len(plane.requests)
    shape = client.meta.service_model.operation_model(operation).input_shape
    values = {"string": "cluster-aaaaaaaaaaa", "list": ["a"], "boolean": True, "structure": {}}
    given = {name: values[shape.members[name].type_name] for name in shape.required_members}
    if operation == "TagResource":
        given["TagList"] = [{"Key": "a", "Value": "b"}]
    refusal: HsmtuiError | None = None
    try:
        getattr(client, xform_name(operation))(**given)
    except HsmtuiError as error:
        refusal = error
    except client.exceptions.ClientError as error:  # sent, and refused by the service
        assert error.operation_name == operation  # noqa: PT017 - whether it was sent is asserted
    sent = len(plane.requests) - before
    assert len(signed) == sent == (0 if refusal else 1)
    if refusal:
        assert (refusal.unsent, refusal.code, refusal.operation) == (True, "ReadOnly", operation)
    return bool(sent)


def test_the_client_of_a_connection_only_reads(opened: Any, plane: ScriptedPlane) -> None:
    for why in ("", READ_ONLY):
        connection = opened(why)
        assert {op for op in OPERATIONS if sends(connection.client, op, plane)} == READS
        pinned = connection.pinned()
        assert {op for op in OPERATIONS if sends(pinned.client, op, plane)} == READS


def test_the_client_for_a_change_makes_that_once_and_no_other(
    opened: Any, plane: ScriptedPlane
) -> None:
    for connection in (opened(""), opened("").pinned()):
        for change in WRITES:
            client = connection.writing_client(change)
            assert {op for op in OPERATIONS if sends(client, op, plane)} == READS | {change}
            assert not sends(client, change, plane)


def test_a_read_only_connection_makes_none_and_says_why(opened: Any, plane: ScriptedPlane) -> None:
    for connection in (opened(READ_ONLY), opened(READ_ONLY).pinned()):
        client = connection.writing_client("DeleteCluster")
        assert {op for op in OPERATIONS if sends(client, op, plane)} == READS
        with pytest.raises(HsmtuiError, match=READ_ONLY) as caught:
            delete_cluster(connection, "cluster-aaaaaaaaaaa")
        assert caught.value.unsent


def test_what_is_learnt_of_the_account_counts_at_once(server: Any, aws_files: Any) -> None:
    """The rule is asked when the request is made, with the account that its own keys have."""
    aws_files(server.url)
    terms = Terms(lambda _, __, account: READ_ONLY if account == "111111111111" else "")
    connection = open_connection(Place("demo", explicit=True), Future(), terms)
    pinned = connection.pinned()
    pinned.ask_caller()
    with pytest.raises(HsmtuiError, match=READ_ONLY):
        delete_cluster(pinned, "cluster-aaaaaaaaaaa")
    assert connection.why_read_only == ""
    connection.client.close()
    pinned.client.close()


@pytest.mark.parametrize("profile", ["demo-mfa", "demo-sso"])
def test_signing_in_stays_possible(aws_files: Any, profile: str) -> None:
    plane = ScriptedPlane(clusters=3)  # its clock follows the system
    with DemoServer(plane) as here:
        aws_files(here.url)
        prompter = Prompter()
        answered: set[Question] = set()

        def answer() -> None:
            question = prompter.question
            if question is None or question in answered:
                return
            answered.add(question)
            if profile == "demo-mfa":
                question.answer(plane.mfa_code)
            else:
                plane.approve(plane.user_codes[0])

        prompter.on_change = answer
        terms = Terms(lambda *_: READ_ONLY, prompter)
        connection = open_connection(Place(profile, explicit=True), Future(), terms)
        assert fetch_page(connection, Position()).entries
        connection.client.close()
