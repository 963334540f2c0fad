"""Which accounts have how many clusters in which regions, and what is odd about some places."""

from collections.abc import Mapping
from random import Random

from hsmtui.demo.plan import HSM1, BackupPlan, Plan

PAYMENTS = "730418265590"
PKI = "519203847716"
CUSTODY = "862094173325"
BILLING = "304957118462"
SANDBOX = "333333333333"

WELL_FILLED = ("111111111111", "us-east-1")
"""The account and region with the large fleet, in which the showcase stands."""

SIZES = {
    WELL_FILLED: 312,
    ("111111111111", "us-west-2"): 14,
    ("111111111111", "eu-west-1"): 9,
    ("111111111111", "ap-southeast-1"): 2,
    ("111111111111", "eu-central-1"): 1,
    ("222222222222", "eu-central-1"): 6,
    ("222222222222", "us-east-1"): 4,
    ("222222222222", "us-west-2"): 3,
    ("222222222222", "eu-west-1"): 1,
    ("444444444444", "us-gov-west-1"): 5,
    ("444444444444", "us-gov-east-1"): 2,
}
"""How many clusters are left to chance, in accounts that have some in these regions only."""

PLANS: Mapping[tuple[str, str], tuple[Plan, ...]] = {
    (PAYMENTS, "us-east-1"): (
        Plan(
            name="payments-signing-prod",
            hsms=("ACTIVE",) * 3,
            team="payments-core",
            age_days=640,
            backups=BackupPlan(30),
            key_store="CONNECTED",
        ),
        Plan(name="card-issuing-prod", team="payments-core", age_days=402, backups=BackupPlan(14)),
        Plan(
            name="tokenization-prod",
            hsms=("ACTIVE",) * 3,
            team="payments-core",
            age_days=233,
            network_type="DUALSTACK",
            certificate_days=96,
            backups=BackupPlan(14),
        ),
        Plan(
            name="pin-verification-staging",
            hsms=("ACTIVE",),
            team="payments-core",
            environment="staging",
            age_days=71,
            retention="7",
            backups=BackupPlan(7),
        ),
    ),
    (PAYMENTS, "us-west-2"): (
        Plan(
            name="payments-signing-dr",
            state="DEGRADED",
            hsms=("ACTIVE", "DEGRADED", "DEGRADED"),
            hsm_type=HSM1,
            team="payments-core",
            environment="dr",
            age_days=1471,
            certificate_days=-9,
            retention=None,
            backups=BackupPlan(4, newest=219.0),
            key_store="DISCONNECTED",
        ),
        Plan(name="card-issuing-dr", hsms=(), team="payments-core", environment="dr", age_days=388),
        Plan(
            name="ledger-prod",
            hsms=("ACTIVE",) * 3,
            team="payments-core",
            age_days=310,
            backups=BackupPlan(10),
        ),
    ),
    (PAYMENTS, "eu-west-1"): (
        Plan(
            name="settlement-prod",
            team="payments-core",
            zones=1,
            age_days=540,
            backups=BackupPlan(20),
        ),
        Plan(
            name="open-banking-signing-prod",
            hsms=("ACTIVE",) * 3,
            team="digital-banking",
            age_days=707,
            certificate_days=21,
            backups=BackupPlan(12),
        ),
    ),
    (PAYMENTS, "ap-southeast-1"): (
        Plan(
            name="atm-gateway-prod",
            hsms=("ACTIVE",) * 3,
            team="payments-core",
            age_days=455,
            backups=BackupPlan(9),
        ),
        Plan(
            name="mobile-wallet-prod",
            hsms=("ACTIVE",) * 3,
            team="digital-banking",
            age_days=289,
            backups=BackupPlan(5, newest=61.0),
        ),
    ),
    (PKI, "us-east-1"): (
        Plan(
            name="code-signing-prod",
            hsms=("ACTIVE",) * 3,
            team="pki-operations",
            age_days=520,
            backups=BackupPlan(15),
            key_store="CONNECTED",
        ),
        Plan(
            name="timestamping-prod",
            hsms=("ACTIVE",),
            team="pki-operations",
            age_days=166,
            backups=BackupPlan(8),
        ),
    ),
    (PKI, "eu-central-1"): (
        Plan(
            name="ca-root",
            hsm_type=HSM1,
            team="pki-operations",
            age_days=1630,
            certificate_days=44,
            retention="365",
            backups=BackupPlan(60),
        ),
        Plan(
            name="ca-issuing-01",
            hsms=("ACTIVE",) * 3,
            team="pki-operations",
            age_days=812,
            backups=BackupPlan(30),
        ),
        Plan(
            name="ocsp-responder-prod",
            team="pki-operations",
            age_days=345,
            backups=BackupPlan(10),
        ),
    ),
    (PKI, "eu-west-1"): (
        Plan(
            name="ca-root-dr",
            hsms=(),
            team="pki-operations",
            environment="dr",
            age_days=930,
            backups=BackupPlan(3, newest=31.0, pending=(40.0,)),
        ),
    ),
    (PKI, "ap-southeast-1"): (
        Plan(
            name="firmware-signing-prod",
            state="UNINITIALIZED",
            hsms=("ACTIVE",),
            team="pki-operations",
            age_days=5.4,
            flaw="chain",
        ),
    ),
    (CUSTODY, "us-east-1"): (
        Plan(
            name="custody-hot-wallet-prod",
            hsms=("ACTIVE",) * 4,
            team="digital-banking",
            age_days=377,
            certificate_days=9,
            backups=BackupPlan(12),
        ),
        Plan(name="treasury-prod", team="treasury-it", age_days=611, backups=BackupPlan(22)),
    ),
    (CUSTODY, "us-west-2"): (
        Plan(
            name="custody-hot-wallet-dr",
            state="INITIALIZED",
            hsms=("ACTIVE",),
            team="digital-banking",
            environment="dr",
            age_days=3.1,
        ),
    ),
    (CUSTODY, "eu-west-1"): (
        Plan(
            name="custody-vault-01",
            hsms=("ACTIVE",) * 3,
            team="digital-banking",
            age_days=590,
            backups=BackupPlan(30),
        ),
        Plan(
            name="custody-vault-02",
            state="DEGRADED",
            hsms=("ACTIVE", "ACTIVE", "DEGRADED"),
            team="digital-banking",
            age_days=590,
            backups=BackupPlan(30),
        ),
        Plan(
            name="key-escrow-prod",
            hsm_type=HSM1,
            state="MODIFY_IN_PROGRESS",
            team="treasury-it",
            age_days=1204,
            backups=BackupPlan(18),
        ),
        Plan(name=None, hsms=("ACTIVE",), age_days=97, backups=BackupPlan(6)),
    ),
}
"""Accounts in which no cluster is left to chance. Each has something to be seen to; the worst
cluster of all places is payments-signing-dr."""

LISTED = {SANDBOX, *(account for account, _ in (*SIZES, *PLANS))}
"""Accounts that have no clusters but those that are given here; that of the sandbox has none."""

USUAL_REGIONS = ("us-east-1", "us-west-2", "eu-central-1", "eu-west-1", "ap-southeast-1")
"""Where every other account has its clusters."""

QUOTA = 4
"""The clusters that an account may have in a region unless AWS grants it more."""

PARKED = Plan(name="migration-parked", hsms=(), age_days=415, backups=BackupPlan(4, newest=9.0))
"""A cluster that may be deleted: every account that is not listed has one."""

SLOW = {(PAYMENTS, "ap-southeast-1"): 7.0}
"""Places that take their time for each answer, in seconds."""

NOT_ENABLED = {(PAYMENTS, "af-south-1")}
"""Regions that an account has not enabled: no service knows the account's keys there."""


def plans_of(seed: int, account: str, region: str) -> tuple[int, Mapping[int, Plan]]:
    """How many clusters the place has, and the plans of those that are not left to chance."""
    here = (account, region)
    plans = PLANS.get(here, ())
    if account in LISTED:
        return SIZES.get(here, len(plans)), dict(enumerate(plans))
    random = Random(f"{seed}/{account}")  # noqa: S311 - a demo's sizes, not secrets
    sizes = dict(zip(random.sample(USUAL_REGIONS, QUOTA + 1), range(QUOTA + 1), strict=True))
    size = sizes.get(region, 0)
    return size, {0: PARKED} if size == QUOTA else {}
