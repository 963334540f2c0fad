"""What each change that repairs reads, sends, and makes of the answer."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from hsmtui.aws.backups import read_backups_in
from hsmtui.aws.connection import Connection
from hsmtui.changes.change import STILL_UNKNOWN, Change, Phase
from hsmtui.changes.copy_backup import COPIES_UNCHECKED, CopyBackup
from hsmtui.changes.delete_backup import DeleteBackup
from hsmtui.changes.initialize_cluster import InitializeCluster
from hsmtui.changes.modify_backup import ModifyBackup
from hsmtui.changes.modify_hsm_type import ModifyHsmType
from hsmtui.changes.modify_retention import ModifyRetention
from hsmtui.demo.environment import root_file
from hsmtui.demo.plan import HSM1, HSM2, BackupPlan
from hsmtui.demo.records import Cluster, Hsm, RetentionPolicy
from hsmtui.model.certificates.roots import RootFile, Roots
from hsmtui.model.gates.gate import Reason
from hsmtui.model.gates.initialize_cluster import Claim
from tests.changes.conftest import (
    BACKUPS,
    DESCRIBE,
    HERE,
    IDENTITY,
    STORES,
    Desk,
    use,
    watched,
)
from tests.scripted import At, Refuse, Reset, Run, ScriptedPlane, reply_json

THERE = "eu-central-1"
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Customer CA")])
CA_KEY = ec.derive_private_key(17, ec.SECP256R1())


class Kind(NamedTuple):
    """A change that was looked at, what it is to send, and what it reads before that."""

    change: Change[Any, Any, Any]
    sent: dict[str, Any]
    reads: tuple[str, ...]
    words: str
    """What the record says of it beside operation and target."""


class Bench(NamedTuple):
    known: Connection
    desk: Desk
    plane: ScriptedPlane
    cluster: Cluster


@pytest.fixture
def bench(known, desk, plane, cluster) -> Bench:
    cluster.create_timestamp = 0.0
    plane.place(*HERE).backup_plans[cluster.cluster_id] = BackupPlan(3)
    return Bench(known, desk, plane, cluster)


def retention(bench: Bench) -> Kind:
    bench.cluster.backup_retention_policy = RetentionPolicy("DAYS", "90")
    of = bench.cluster.cluster_id
    policy = {"Type": "DAYS", "Value": "31"}
    return Kind(
        ModifyRetention(bench.desk.context(bench.known), of, 31),
        {"ClusterId": of, "BackupRetentionPolicy": policy},
        (IDENTITY, DESCRIBE),
        "backups kept for 31 days",
    )


def hsm_type(bench: Bench) -> Kind:
    of = bench.cluster.cluster_id
    bench.cluster.hsm_type = HSM1
    bench.cluster.hsms[:] = [Hsm("hsm-aaaaaaaaaaa", "us-east-1a", hsm_type=HSM1, state="ACTIVE")]
    return Kind(
        ModifyHsmType(bench.desk.context(bench.known), of, HSM2),
        {"ClusterId": of, "HsmType": HSM2},
        (STORES, IDENTITY, DESCRIBE),
        "HSM type hsm2m.medium",
    )


def newest_backup(bench: Bench) -> str:
    return read_backups_in(bench.known, bench.cluster.cluster_id, "READY")[0].backup_id


def never_expires(bench: Bench) -> Kind:
    of = newest_backup(bench)
    bench.plane.done_elsewhere("ModifyBackupAttributes", *HERE, BackupId=of, NeverExpires=False)
    return Kind(
        ModifyBackup(
            bench.desk.context(bench.known), of, bench.cluster.cluster_id, never_expires=True
        ),
        {"BackupId": of, "NeverExpires": True},
        (IDENTITY, BACKUPS),
        "never expires",
    )


def copy(bench: Bench) -> Kind:
    of = newest_backup(bench)
    return Kind(
        CopyBackup(bench.desk.context(bench.known), of, bench.cluster.cluster_id, THERE),
        {"BackupId": of, "DestinationRegion": THERE},
        (IDENTITY, BACKUPS),
        f"to {THERE}",
    )


def deletion(bench: Bench) -> Kind:
    of = newest_backup(bench)
    return Kind(
        DeleteBackup(bench.desk.context(bench.known), of, bench.cluster.cluster_id),
        {"BackupId": of},
        (IDENTITY, BACKUPS, BACKUPS),
        "",
    )


def signed(key: Any, subject: x509.Name = NAME) -> str:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        NAME, subject, key, 1, now - timedelta(days=1), now + timedelta(days=1)
    ).add_extension(x509.BasicConstraints(True, None), critical=True)
    return builder.sign(CA_KEY, SHA256()).public_bytes(Encoding.PEM).decode()


def demo_roots() -> Roots:
    aws, maker = (root_file(f"{name}.crt") for name in ("aws", "manufacturer"))
    return Roots(
        RootFile(str(aws), (aws.read_text(),)), (RootFile(str(maker), (maker.read_text(),)),)
    )


def claim(bench: Bench) -> Kind:
    cluster = bench.cluster
    cluster.state, cluster.hsm_type = "UNINITIALIZED", HSM2
    cluster.create_timestamp = datetime.now(UTC).timestamp() - 86_400
    cluster.hsms[:] = [Hsm("hsm-aaaaaaaaaaa", "us-east-1a", hsm_type=HSM2, state="ACTIVE")]
    shown = bench.plane.done_elsewhere(
        "DescribeClusters", *HERE, Filters={"clusterIds": [cluster.cluster_id]}
    )["Clusters"][0]
    csr = x509.load_pem_x509_csr(shown.certificates.cluster_csr.encode())
    given = Claim(signed(csr.public_key(), csr.subject), signed(CA_KEY.public_key()))
    context = bench.desk.context(bench.known)
    return Kind(
        InitializeCluster(context, cluster.cluster_id, given, demo_roots),
        {
            "ClusterId": cluster.cluster_id,
            "SignedCert": given.signed,
            "TrustAnchor": given.anchor,
        },
        (IDENTITY, DESCRIBE),
        "certificate ",
    )


KINDS = (retention, hsm_type, never_expires, copy, deletion, claim)


@pytest.fixture(params=KINDS, ids=lambda make: make.__name__)
async def kind(request: pytest.FixtureRequest, bench: Bench) -> Kind:
    made: Kind = request.param(bench)
    watched(made.change)
    await made.change.look()
    await made.change.look_up()
    return made


async def test_sends_one_request_after_the_last_look(kind, desk, plane):
    change = kind.change
    assert change.gate.is_open, change.gate.why_shut
    asked = len(desk.operations)
    await change.confirm(change.target)
    assert desk.operations[asked:] == [*kind.reads, change.operation]
    assert plane.requests[-1].parameters == kind.sent
    assert plane.requests[-1].status == 200
    assert change.phase is Phase.ACCEPTED
    assert change.outcome is not None
    assert change.outcome.certain
    assert not change.gate.is_open
    begun, done = desk.records
    assert begun.operation == change.operation
    assert (begun.change or "").startswith(kind.words)
    assert (done.outcome, done.request_id is not None) == ("done", True)
    await change.confirm(change.target)
    assert desk.sent == [change.operation]


async def test_a_refusal_changes_nothing(kind, desk, plane):
    plane.script(kind.change.operation, Refuse("CloudHsmInvalidRequestException", "No."))
    await kind.change.confirm(kind.change.target)
    assert kind.change.outcome is not None
    assert kind.change.outcome.headline.startswith("The service refused:")
    assert desk.records[-1].outcome == "refused"


async def test_an_answer_about_something_else_is_an_unknown_outcome(kind, plane):
    other = {
        "Cluster": {"ClusterId": "cluster-other234567"},
        "Backup": {"BackupId": "backup-other234567"},
        "DestinationBackup": {"SourceBackup": "backup-other234567"},
    }
    plane.script(kind.change.operation, reply_json(other))
    await kind.change.confirm(kind.change.target)
    if isinstance(kind.change, InitializeCluster):  # its answer names no cluster
        assert kind.change.outcome.detail == "The cluster is without a state."
    else:
        assert kind.change.is_pending


async def test_what_is_stopped_later_says_nothing_of_a_request_that_was_not_answered(
    kind, desk, plane
):
    """Whether it is sent again and refused, or not sent at all: the first may have taken place."""
    change, operation = kind.change, kind.change.operation
    plane.script(operation, Reset(), call=1)
    await change.confirm(change.target)
    assert "UNKNOWN" in change.outcome.headline
    plane.clear_scripts()
    plane.script(operation, Refuse("CloudHsmInvalidRequestException", "No."))
    await change.confirm(change.target)
    assert change.outcome.headline == STILL_UNKNOWN
    assert change.outcome.detail.startswith("This time: The service refused:")
    plane.script(DESCRIBE, reply_json({"Clusters": []}))
    plane.script(BACKUPS, reply_json({"Backups": []}))
    await change.confirm(change.target)
    assert change.outcome.headline == STILL_UNKNOWN
    assert "This time: Nothing was sent." in change.outcome.detail
    assert change.is_pending
    assert not change.outcome.certain
    assert [record.outcome for record in desk.records if record.phase != "before"] == [
        "unknown",
        "refused",
        "blocked",
    ]
    assert desk.sent == [operation] * 2


async def test_a_look_that_lists_nothing_tells_of_nothing(kind, desk, plane):
    read = len(desk.read)
    plane.script(DESCRIBE, reply_json({"Clusters": []}))
    plane.script(BACKUPS, reply_json({"Backups": []}))
    await kind.change.look()
    assert kind.change.gate.reason is Reason.GONE
    assert len(desk.read) == read


CHANGED: dict[Callable[[Bench], Kind], Callable[[Bench], object]] = {
    retention: lambda bench: setattr(bench.cluster.backup_retention_policy, "value", "60"),
    hsm_type: lambda bench: bench.cluster.hsms.append(
        Hsm("hsm-bbbbbbbbbbb", "us-east-1b", hsm_type=HSM1, state="ACTIVE")
    ),
    deletion: lambda bench: bench.plane.place(*HERE).backup_plans.update(
        {bench.cluster.cluster_id: BackupPlan(2)}
    ),
}


@pytest.mark.parametrize("make", CHANGED, ids=lambda make: make.__name__)
async def test_is_withheld_when_it_would_do_something_else(make, bench):
    kind = make(bench)
    change = watched(kind.change)
    await change.look()
    await change.look_up()
    first = DESCRIBE if DESCRIBE in kind.reads else BACKUPS
    bench.plane.script(first, Run(lambda: CHANGED[make](bench)), call=1)
    await change.confirm(change.target)
    assert change.outcome is not None
    assert change.outcome.headline == "Nothing was sent. It has changed since it was shown."
    assert bench.desk.sent == []
    await change.confirm(change.target)
    assert bench.desk.sent == [change.operation]


async def test_a_key_store_that_appears_withholds_a_change_of_the_type(bench):
    change = watched(hsm_type(bench).change)
    await change.look()
    await change.look_up()
    use(bench.plane, bench.cluster, "vault")
    await change.confirm(change.target)
    assert change.outcome is not None
    assert "Used by KMS key store vault" in change.outcome.detail
    assert bench.desk.sent == []


@pytest.fixture
async def copying(bench, connect) -> CopyBackup:
    """To a region that is listed, which has no copy of it."""
    context, of = bench.desk.context(bench.known), newest_backup(bench)
    there = connect(region=THERE)
    change = CopyBackup(context, of, bench.cluster.cluster_id, THERE, there)
    watched(change)
    await change.look()
    await change.look_up()
    assert change.copies.latest.entries == ()
    return change


async def test_a_copy_that_appears_withholds_another_one(bench, copying):
    copied = {"BackupId": copying.target, "DestinationRegion": THERE}
    bench.plane.done_elsewhere("CopyBackupToRegion", *HERE, **copied)
    await copying.confirm(copying.target)
    assert copying.outcome is not None
    (copy,) = copying.kept_copies
    assert copying.outcome.detail == f"{THERE} has a copy of it: {copy.backup_id}."
    assert bench.desk.sent == []
    await copying.confirm(copying.target)
    assert bench.desk.sent == ["CopyBackupToRegion"]


async def test_copies_that_cannot_be_read_any_more_withhold_it(bench, copying):
    bench.plane.script(BACKUPS, Refuse("AccessDeniedException", "No."), at=At(region=THERE))
    await copying.confirm(copying.target)
    assert copying.outcome is not None
    assert copying.outcome.detail == COPIES_UNCHECKED
    assert bench.desk.sent == []


async def test_after_a_lost_answer_the_copies_show_what_came_of_it(bench, copying):
    bench.plane.script("CopyBackupToRegion", Reset(sent=0))
    await copying.confirm(copying.target)
    assert copying.is_pending
    assert len(copying.kept_copies) == 1


async def test_after_a_lost_answer_a_region_that_is_not_listed_is_where_to_look(bench):
    change = watched(copy(bench).change)
    await change.look()
    bench.plane.script("CopyBackupToRegion", Reset(sent=0))
    await change.confirm(change.target)
    assert change.outcome is not None
    assert f"Look for a copy in {THERE} before you decide" in str(change.outcome.remedy)


async def test_a_csr_that_changes_shuts_the_gate(bench):
    """An HSM that is replaced has another key."""
    change = watched(claim(bench).change)
    await change.look()
    renew = partial(setattr, bench.cluster.hsms[0], "hsm_id", "hsm-bbbbbbbbbbb")
    bench.plane.script(DESCRIBE, Run(renew), call=1)
    await change.confirm(change.target)
    assert change.gate.reason is Reason.RULES
    assert "not for the key" in change.gate.why_shut
    assert bench.desk.sent == []


async def test_copies_are_looked_for_where_the_region_is_listed(bench):
    """Here the copies in the region of the backup itself are looked for."""
    backup_id, cluster_id = newest_backup(bench), bench.cluster.cluster_id
    context = bench.desk.context(bench.known)
    change = CopyBackup(context, backup_id, cluster_id, "eu-central-1", bench.known)
    await change.look_up()
    assert change.copies.latest.entries == ()


@pytest.mark.parametrize("odd", [True, False])
async def test_backups_that_cannot_be_read_are_not_known(bench, odd):
    kind = deletion(bench)
    change = watched(kind.change)
    listed = reply_json({"Backups": [{"BackupId": "backup-aaaaaaaaaaa", "CreateTimestamp": "no"}]})
    fault = listed if odd else Refuse("AccessDeniedException", "No.")
    bench.plane.script(BACKUPS, fault, call=2)
    await change.look()
    assert change.gate.warnings == {"It is not known which other backups its cluster has."}
    assert [error.operation for error in bench.desk.errors] == ([] if odd else [BACKUPS])


@pytest.mark.parametrize(
    ("make", "answer", "said"),
    [
        (retention, {"BackupRetentionPolicy": {"Type": "DAYS", "Value": "90"}}, "for 90 days"),
        (retention, {}, "does not say"),
        (never_expires, {"NeverExpires": False}, "does not show it"),
    ],
)
async def test_what_the_answer_does_not_show_is_said(make, answer, said, bench):
    kind = make(bench)
    change = watched(kind.change)
    await change.look()
    entry = {"ClusterId": change.target, "BackupId": change.target, **answer}
    told = {"Cluster": entry} if make is retention else {"Backup": entry}
    bench.plane.script(change.operation, reply_json(told))
    await change.confirm(change.target)
    assert change.outcome is not None
    assert change.outcome.headline == "The service took the request."
    assert said in change.outcome.detail


@pytest.mark.parametrize("make", [retention, hsm_type], ids=lambda make: make.__name__)
async def test_what_the_answer_leaves_out_is_not_taken_to_be_gone(make, bench):
    """The answer to ModifyCluster may show a cluster with HSMs as one without."""
    change = watched(make(bench).change)
    await change.look()
    looks = len(bench.desk.read)
    answer = {"ClusterId": change.target, "State": "ACTIVE", "Hsms": []}
    bench.plane.script(change.operation, reply_json({"Cluster": answer}))
    await change.confirm(change.target)
    assert change.phase is Phase.ACCEPTED
    assert len(bench.desk.read) == looks + 1  # the last look
    assert [len(cluster.hsms) for cluster in bench.desk.read] == [len(bench.cluster.hsms)] * 2


async def test_a_longer_retention_looks_for_no_backups(bench):
    bench.cluster.backup_retention_policy = RetentionPolicy("DAYS", "7")
    context = bench.desk.context(bench.known)
    change = watched(ModifyRetention(context, bench.cluster.cluster_id, 31))
    await change.look_up()
    await change.look()
    await change.look_up()
    assert BACKUPS not in bench.desk.operations


async def test_copies_that_are_there_already_are_looked_up_there(bench, connect):
    of = newest_backup(bench)
    bench.plane.done_elsewhere(
        "CopyBackupToRegion", *HERE, BackupId=of, DestinationRegion="eu-central-1"
    )
    context = bench.desk.context(bench.known)
    there = connect(region="eu-central-1")
    change = CopyBackup(context, of, bench.cluster.cluster_id, "eu-central-1", there)
    await change.look_up()
    listed = change.copies.latest.entries
    assert listed is not None
    assert [(copy.source_backup, copy.source_region) for copy in listed] == [(of, "us-east-1")]
    assert bench.plane.requests[-1].region == "eu-central-1"
    assert bench.desk.sent == []


async def test_one_that_never_expires_can_be_let_expire(bench):
    of = newest_backup(bench)
    bench.plane.done_elsewhere("ModifyBackupAttributes", *HERE, BackupId=of, NeverExpires=True)
    context = bench.desk.context(bench.known)
    change = watched(ModifyBackup(context, of, bench.cluster.cluster_id, never_expires=False))
    await change.look()
    await change.look_up()
    asked = len(bench.desk.operations)
    await change.confirm(of)
    assert bench.desk.operations[asked:] == [DESCRIBE, IDENTITY, BACKUPS, change.operation]
    assert change.outcome is not None
    assert change.outcome.headline == "✓ The backup expires as its cluster's retention says."


@pytest.mark.parametrize("pem", ["", "hello"])
async def test_files_that_hold_no_certificate_are_refused_in_words(bench, pem):
    made = claim(bench)
    csr = made.sent["SignedCert"].replace("CERTIFICATE", "CERTIFICATE REQUEST")
    for given in (Claim(pem, pem), Claim(csr, pem)):
        context = bench.desk.context(bench.known)
        change = watched(InitializeCluster(context, bench.cluster.cluster_id, given, demo_roots))
        await change.look()
        assert change.gate.reason is Reason.RULES
    assert bench.desk.sent == []
