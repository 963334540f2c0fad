"""Plans of clusters: what is decided about one before its ids, addresses and times are made."""

from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

Choice = TypeVar("Choice")

HSM1 = "hsm1.medium"
HSM2 = "hsm2m.medium"

FAILED = "HSM creation failed. Please delete this HSM and try again."
INITIALIZING = "Cluster is initializing. State will change to INITIALIZED upon completion."
DELETING = "The cluster is being deleted."

GARBLED = "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTAN\n-----END CERTIFICATE-----\n"
"""A certificate that was cut short."""

MIGRATING = {"MODIFY_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"}
"""States in which a cluster moves between the types of HSM."""

NEW_HARDWARE_DAYS = 800.0
"""Clusters older than this were created with hsm1.medium; not all have moved since."""

SERVICES = (
    "payments",
    "card-issuing",
    "atm-gateway",
    "pin-verification",
    "settlement",
    "ledger",
    "tokenization",
    "open-banking",
    "pki-root-ca",
    "pki-issuing-ca",
    "code-signing",
    "firmware-signing",
    "document-signing",
    "timestamping",
    "dnssec",
    "tls-offload",
    "kms-custom-key-store",
    "vault-unseal",
    "oracle-tde",
    "sqlserver-tde",
    "key-escrow",
    "identity-tokens",
    "saml-signing",
    "mobile-wallet",
    "fraud-scoring",
    "kyc-archive",
    "treasury",
    "custody",
    "health-records",
    "loyalty-cards",
    "iot-provisioning",
    "billing",
)

TEAMS = {
    "payments-core": "CC-4410",
    "platform-security": "CC-1020",
    "pki-operations": "CC-1035",
    "data-platform": "CC-2207",
    "identity": "CC-3140",
    "digital-banking": "CC-4475",
    "treasury-it": "CC-5108",
}
"""Teams and the cost centres that pay for them."""

OWNERS = (
    "a.okafor",
    "m.lindqvist",
    "j.hernandez",
    "s.iyer",
    "t.nakamura",
    "k.novak",
    "l.moreau",
    "r.fitzgerald",
    "d.stein",
    "José.Muñoz",
    "田中.健太",
    "Ł.Wójcik",
)

CLASSES = ("restricted", "confidential", "internal")


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """The backups that a cluster is to have, one a day.

    `newest` is the age of the newest in hours. The oldest ones are due for deletion: `pending`
    says how many hours after the start each of them is gone for good. Before them come as many
    `copies` from another region.
    """

    count: int
    newest: float = 7.0
    pending: tuple[float, ...] = ()
    copies: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a cluster is to be like. `name` None means a cluster without any tags."""

    name: str | None
    state: str = "ACTIVE"
    message: str | None = None
    hsms: tuple[str, ...] = ("ACTIVE", "ACTIVE")
    hsm_type: str = HSM2
    age_days: float = 200.0
    environment: str = "prod"
    team: str = "platform-security"
    tags: dict[str, str] = field(default_factory=dict)
    mode: str = "FIPS"
    network_type: str = "IPV4"
    zones: int = 3
    retention: str | None = "90"
    restored: bool = False
    certificate_days: float | None = None
    """Days until the cluster certificate ends; None leaves it to chance."""
    flaw: str | None = None
    """What is wrong with the certificates of the HSM: "key" or "chain"."""
    retires: tuple[float, ...] = ()
    """For each HSM, how many seconds after the start it is gone."""
    backups: BackupPlan | None = None
    """None leaves them to chance."""
    certificate: str | None = None
    """The cluster certificate where it is to be none of the demo's own."""
    key_store: str | None = None
    """The connection state of the custom key store that uses the cluster, if one does."""


STATES = {
    "ACTIVE": 880,
    "INITIALIZED": 25,
    "UNINITIALIZED": 25,
    "UPDATE_IN_PROGRESS": 20,
    "MODIFY_IN_PROGRESS": 15,
    "CREATE_IN_PROGRESS": 10,
    "DEGRADED": 10,
    "DELETE_IN_PROGRESS": 6,
    "ROLLBACK_IN_PROGRESS": 4,
    "INITIALIZE_IN_PROGRESS": 3,
    "DELETED": 2,
}
"""How often each state is met, in clusters of a thousand."""

ENVIRONMENTS = {"prod": 50, "staging": 18, "dev": 14, "qa": 8, "dr": 6, "perf": 4}
SIZES = {0: 4, 1: 11, 2: 45, 3: 30, 4: 6, 6: 4}
RETENTIONS = {"90": 70, "30": 8, "7": 5, "180": 7, "365": 6, "379": 4}


def random_plan(random: Random) -> Plan:
    """A plan as they come: mostly healthy, older ones on older hardware."""
    state = _weighted(random, STATES)
    age = _random_age_days(random, state)
    old_hardware = age > NEW_HARDWARE_DAYS and (state in MIGRATING or random.random() < 0.8)
    environment = _weighted(random, ENVIRONMENTS)
    number = f"-{random.randint(1, 12):02}" if random.random() < 0.7 else ""
    modern = not old_hardware
    return Plan(
        name=f"{random.choice(SERVICES)}-{environment}{number}",
        state=state,
        message=_message(state),
        hsms=_random_hsms(random, state),
        hsm_type=HSM1 if old_hardware else HSM2,
        age_days=age,
        environment=environment,
        team=random.choice(tuple(TEAMS)),
        mode="NON_FIPS" if modern and random.random() < 0.08 else "FIPS",
        network_type="DUALSTACK" if modern and random.random() < 0.1 else "IPV4",
        zones=2 if random.random() < 0.2 else 3,
        retention=_weighted(random, RETENTIONS),
        restored=random.random() < 0.12,
    )


def _random_age_days(random: Random, state: str) -> float:
    if state in {"CREATE_IN_PROGRESS", "INITIALIZE_IN_PROGRESS"}:
        return random.uniform(0.002, 0.02)
    if state in {"UNINITIALIZED", "INITIALIZED"}:
        return random.uniform(0.05, 4.0)
    youngest = NEW_HARDWARE_DAYS if state in MIGRATING else 2.0
    return random.triangular(youngest, 2000.0, max(300.0, youngest))


def _random_hsms(random: Random, state: str) -> tuple[str, ...]:
    if state in {"CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETED"}:
        return ()
    if state in {"UNINITIALIZED", "INITIALIZE_IN_PROGRESS", "INITIALIZED"}:
        return ("ACTIVE",) if state != "UNINITIALIZED" or random.random() < 0.6 else ()
    size = _weighted(random, SIZES)
    if state == "ACTIVE":
        return ("ACTIVE",) * size
    if state == "UPDATE_IN_PROGRESS":
        return (*("ACTIVE",) * size, "CREATE_IN_PROGRESS")
    if state == "DEGRADED":
        return (*("ACTIVE",) * size, "DEGRADED")
    return ("ACTIVE",) * max(2, size)


def _message(state: str) -> str | None:
    return {"INITIALIZE_IN_PROGRESS": INITIALIZING, "DELETE_IN_PROGRESS": DELETING}.get(state)


def _weighted(random: Random, weights: dict[Choice, int]) -> Choice:
    return random.choices(tuple(weights), tuple(weights.values()))[0]
