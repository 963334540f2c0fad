"""Every request that changes something is sent once, and its failure says what is known of it."""

import pytest

from hsmtui.aws.backups import copy_backup, delete_backup, modify_backup, restore_backup
from hsmtui.aws.clusters import (
    create_cluster,
    create_hsm,
    delete_cluster,
    delete_hsm,
    initialize_cluster,
    modify_retention,
    tag_resource,
    untag_resource,
)
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.guard import WRITING
from hsmtui.model.cluster import Tag
from hsmtui.model.new_cluster import NewCluster
from tests.scripted import Refuse, Reply, Reset

CLUSTER, HSM, BACKUP = "cluster-aaaaaaaaaaa", "hsm-aaaaaaaaaaa", "backup-aaaaaaaaaaa"
NEW = NewCluster(("subnet-12345678",), "FIPS", "IPV4")
CHANGES = {
    "CreateHsm": lambda connection: create_hsm(connection, CLUSTER, "us-east-1a", ()),
    "CreateCluster": lambda connection: create_cluster(connection, BACKUP, CLUSTER, NEW),
    "DeleteCluster": lambda connection: delete_cluster(connection, CLUSTER),
    "DeleteHsm": lambda connection: delete_hsm(connection, CLUSTER, HSM),
    "InitializeCluster": lambda connection: initialize_cluster(connection, CLUSTER, "a", "b"),
    "ModifyCluster": lambda connection: modify_retention(connection, CLUSTER, 31),
    "RestoreBackup": lambda connection: restore_backup(connection, BACKUP, CLUSTER),
    "ModifyBackupAttributes": lambda connection: modify_backup(
        connection, BACKUP, never_expires=True
    ),
    "CopyBackupToRegion": lambda connection: copy_backup(connection, BACKUP, "eu-central-1"),
    "DeleteBackup": lambda connection: delete_backup(connection, BACKUP),
    "TagResource": lambda connection: tag_resource(connection, CLUSTER, Tag("key", "value")),
    "UntagResource": lambda connection: untag_resource(connection, CLUSTER, ["key"]),
}


def test_none_is_left_out():
    assert {f"cloudhsmv2:{operation}" for operation in CHANGES} == WRITING


@pytest.mark.parametrize("operation", CHANGES)
@pytest.mark.parametrize(
    ("fault", "refused"),
    [
        (Refuse("ThrottlingException"), True),
        (Refuse("ExpiredTokenException"), True),
        (Refuse("CloudHsmInternalFailureException", status=500), False),
        (Reply(b"<html/>", 503, "text/html"), False),
        (Reset(), False),
        (Reset(sent=3), False),
    ],
)
def test_whatever_comes_of_it(connection, plane, asked, operation, fault, refused, monkeypatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "7")
    plane.script(operation, fault)
    with pytest.raises(HsmtuiError) as caught:
        CHANGES[operation](connection)
    assert (caught.value.unsent, caught.value.refused) == (False, refused)
    assert caught.value.operation == operation
    assert len(asked(operation)) == 1


@pytest.mark.parametrize("body", [b'{"State": null}', b"{}"])
def test_a_claim_that_was_taken_needs_no_state_in_its_answer(connection, plane, body):
    plane.script("InitializeCluster", Reply(body))
    assert CHANGES["InitializeCluster"](connection).entry == ""
