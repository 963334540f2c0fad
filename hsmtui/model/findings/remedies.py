"""What to do about each finding: by which command of ours, or by whose where AWS takes no request.

What each rule may advise is declared here, so that it can be listed.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final, NamedTuple

from hsmtui.model.advice import Advice, Step


class Outside(Enum):
    """What is done with a command of others, which can be copied; the value is its name there."""

    SUPPORT_CASE = "support case"
    ACTIVATION = "activation with CloudHSM CLI"
    NEW_CLUSTER = "new cluster with aws"
    CERTIFICATE = "dates of ClusterCertificate with openssl"
    USERS = "users with CloudHSM CLI"


class Remedy(NamedTuple):
    """What to do, and the commands of others that do it."""

    advice: Advice
    outside: tuple[Outside, ...] = ()


BEING_CREATED: Final = "an HSM is being created"
BEING_MIGRATED: Final = "the cluster is being migrated"
BEING_ROLLED_BACK: Final = "the cluster is being rolled back"
HAS_ENDED: Final = "the certificate has ended"
NO_HSM: Final = "the cluster has no HSM"
NOT_IN_USE: Final = "the cluster is not in use yet"
NOT_BACKED_UP: Final = "an added HSM would not be backed up"
ONE_SUBNET: Final = "the cluster has one subnet"
SEVERAL: Final = "a text holds several certificates"
TAKES_NONE: Final = "the cluster takes no HSM now"
SOME_HSMS: Final = "only some HSMs are of the old type"

_CASE = Step(
    "open a support case ({} copies the command).",
    "copy.choose",
    "open a support case: aws support create-case.",
)
_ONLY_A_CASE = Step(
    "Open a support case ({} copies the command).",
    "copy.choose",
    "Open a support case: aws support create-case.",
)
_BY_SUPPORT = (Outside.SUPPORT_CASE,)
_ADD_ELSEWHERE = Step(
    "{} adds one in another availability zone.",
    "cluster.add_hsm",
    "Add an HSM in another availability zone: aws cloudhsmv2 create-hsm.",
)
_MORE_SUBNETS = Step(
    "{} creates a cluster with more subnets from a backup.",
    "cluster.create",
    "Create a cluster with more subnets from a backup: aws cloudhsmv2 create-cluster.",
)
_LATER = Remedy(
    Advice(
        "Wait until the cluster is ACTIVE; ",
        Step(
            "then {} adds an HSM.",
            "cluster.add_hsm",
            "then add an HSM: aws cloudhsmv2 create-hsm.",
        ),
    )
)
_WATCH = Step("; {} watches.", "list.watch", ".")

REMEDIES: Mapping[str, Mapping[str, Remedy]] = MappingProxyType(
    {
        "NO-ACTIVE-HSM": {
            "": Remedy(
                Advice(
                    Step(
                        "{} adds an HSM, which restores the latest backup; ",
                        "cluster.add_hsm",
                        "Create an HSM, which restores the latest backup: aws cloudhsmv2 "
                        "create-hsm. Then ",
                    ),
                    _CASE,
                ),
                _BY_SUPPORT,
            ),
            BEING_CREATED: Remedy(
                Advice(
                    "Wait until the HSM that is being created is ACTIVE; if it fails, ",
                    Step(
                        "{} replaces it.",
                        "hsm.replace",
                        "create another and delete it: aws cloudhsmv2 create-hsm, delete-hsm.",
                    ),
                )
            ),
            TAKES_NONE: Remedy(
                Advice("It takes no HSM while its HSM type is changed. ", _ONLY_A_CASE), _BY_SUPPORT
            ),
        },
        "CL-DEGRADED": {
            "": Remedy(
                Advice(
                    Step(
                        "{} shows the health of its HSMs",
                        "details.health",
                        "Look at its HSMs and their metrics in CloudWatch",
                    ),
                    "; if all of them are well, ",
                    _CASE,
                ),
                _BY_SUPPORT,
            )
        },
        "HSM-DEGRADED": {
            "": Remedy(
                Advice(
                    Step(
                        "{} replaces it: creates one in its zone, then deletes the old one.",
                        "hsm.replace",
                        "Create another in its zone, then delete it: aws cloudhsmv2 create-hsm, "
                        "delete-hsm.",
                    )
                )
            ),
            NOT_IN_USE: Remedy(
                Advice(
                    Step(
                        "{} deletes it; ",
                        "hsm.delete",
                        "Delete it, ",
                    ),
                    Step(
                        "when it is gone, {} adds another.",
                        "cluster.add_hsm",
                        "then create another: aws cloudhsmv2 delete-hsm, create-hsm.",
                    ),
                )
            ),
            TAKES_NONE: Remedy(
                Advice(
                    "Wait until the cluster is ACTIVE; ",
                    Step(
                        "then {} replaces it.",
                        "hsm.replace",
                        "then create another and delete it: aws cloudhsmv2 create-hsm, delete-hsm.",
                    ),
                )
            ),
        },
        "HSM-UNHEALTHY": {
            "": Remedy(
                Advice(
                    "The service replaces it by itself",
                    Step("; {} shows since when", "details.health"),
                    ". If it stays unhealthy, ",
                    _CASE,
                ),
                _BY_SUPPORT,
            )
        },
        "CERT-KEY": {"": Remedy(Advice("Do not sign this CSR. ", _ONLY_A_CASE), _BY_SUPPORT)},
        "STUCK": {
            "": Remedy(
                Advice(
                    Step(
                        "{} shows what was done before",
                        "details.trail",
                        "Look in CloudTrail at what was done before",
                    ),
                    "; ",
                    _CASE,
                ),
                _BY_SUPPORT,
            )
        },
        "CERT-EXPIRY": {
            "": Remedy(
                Advice(
                    "No request of AWS replaces it. Plan that, and test it before this one ends; ",
                    _CASE,
                ),
                (*_BY_SUPPORT, Outside.CERTIFICATE),
            ),
            HAS_ENDED: Remedy(
                Advice("No request of AWS replaces it. ", _ONLY_A_CASE),
                (*_BY_SUPPORT, Outside.CERTIFICATE),
            ),
        },
        "CERT-CHAIN": {
            "": Remedy(Advice("Do not initialize the cluster. ", _ONLY_A_CASE), _BY_SUPPORT)
        },
        "BACKUP-STALE": {
            "": Remedy(
                Advice(
                    Step(
                        "{} adds an HSM, for which AWS makes a backup",
                        "cluster.add_hsm",
                        "Create an HSM, for which AWS makes a backup: aws cloudhsmv2 create-hsm",
                    ),
                    ". Delete none before that is READY; if none comes, ",
                    _CASE,
                ),
                _BY_SUPPORT,
            ),
            NOT_BACKED_UP: Remedy(
                Advice(
                    "Do not delete an HSM of this cluster before there is a READY backup; ", _CASE
                ),
                _BY_SUPPORT,
            ),
            NO_HSM: Remedy(
                Advice(
                    "Do not delete the cluster. ",
                    Step(
                        "{} restores a backup that is PENDING_DELETION",
                        "backup.restore",
                        "Restore a backup that is PENDING_DELETION: aws cloudhsmv2 restore-backup",
                    ),
                    "; if there is none, ",
                    _CASE,
                ),
                _BY_SUPPORT,
            ),
        },
        "SINGLE-HSM": {
            "": Remedy(Advice(_ADD_ELSEWHERE)),
            BEING_CREATED: Remedy(
                Advice("Wait until the HSM that is being created is ACTIVE", _WATCH)
            ),
            TAKES_NONE: _LATER,
            ONE_SUBNET: Remedy(
                Advice(
                    Step(
                        "{} adds one in the same zone. ",
                        "cluster.add_hsm",
                        "Add an HSM: aws cloudhsmv2 create-hsm. ",
                    ),
                    _MORE_SUBNETS,
                )
            ),
        },
        "NEAR-LIMIT": {
            "": Remedy(
                Advice(
                    Step(
                        "{} shows since when; ",
                        "details.health",
                        "Look at its metrics in CloudWatch; ",
                    ),
                    Step(
                        "{} adds an HSM, to spread clients over more.",
                        "cluster.add_hsm",
                        "add an HSM to spread clients over more: aws cloudhsmv2 create-hsm.",
                    ),
                )
            ),
            TAKES_NONE: _LATER,
        },
        "HSM1-EOS": {
            "": Remedy(
                Advice(
                    Step(
                        "{} changes its type to hsm2m.medium, while all its HSMs are ACTIVE.",
                        "cluster.hsm_type",
                        "Migrate the cluster: aws cloudhsmv2 modify-cluster --hsm-type "
                        "hsm2m.medium.",
                    )
                )
            ),
            NOT_IN_USE: Remedy(
                Advice(
                    Step(
                        "{} deletes the cluster; ",
                        "cluster.delete",
                        "Delete the cluster, ",
                    ),
                    Step(
                        "{} copies the command for one of hsm2m.medium.",
                        "copy.choose",
                        "and create one of hsm2m.medium: aws cloudhsmv2 delete-cluster, "
                        "create-cluster.",
                    ),
                ),
                (Outside.NEW_CLUSTER,),
            ),
            SOME_HSMS: Remedy(
                Advice(
                    Step(
                        "{} replaces an HSM of hsm1.medium by one of the type of the cluster.",
                        "hsm.replace",
                        "Replace each HSM of hsm1.medium: aws cloudhsmv2 create-hsm, delete-hsm.",
                    )
                )
            ),
            BEING_MIGRATED: Remedy(
                Advice("It is being migrated to hsm2m.medium: wait until that is done", _WATCH)
            ),
            BEING_ROLLED_BACK: Remedy(
                Advice(
                    "Wait for the roll-back; then ",
                    Step(
                        "{} changes its type to hsm2m.medium.",
                        "cluster.hsm_type",
                        "migrate the cluster: aws cloudhsmv2 modify-cluster --hsm-type "
                        "hsm2m.medium.",
                    ),
                )
            ),
        },
        "NO-HSM": {
            "": Remedy(
                Advice(
                    Step(
                        "{} adds an HSM, which restores the latest backup; ",
                        "cluster.add_hsm",
                        "Create an HSM, which restores the latest backup, ",
                    ),
                    Step(
                        "{} deletes the cluster.",
                        "cluster.delete",
                        "or delete the cluster: aws cloudhsmv2 create-hsm, delete-cluster.",
                    ),
                )
            ),
            TAKES_NONE: _LATER,
        },
        "SINGLE-AZ": {
            "": Remedy(Advice(_ADD_ELSEWHERE)),
            ONE_SUBNET: Remedy(Advice(_MORE_SUBNETS)),
            TAKES_NONE: _LATER,
        },
        "UNINIT-STALE": {
            "": Remedy(
                Advice(
                    Step(
                        "{} initializes it if its chain of trust holds; ",
                        "cluster.initialize",
                        "Sign the CSR if its chain of trust holds, and initialize the cluster, ",
                    ),
                    Step(
                        "{} deletes the HSM.",
                        "hsm.delete",
                        "or delete the HSM: aws cloudhsmv2 initialize-cluster, delete-hsm.",
                    ),
                )
            )
        },
        "NOT-ACTIVATED": {
            "": Remedy(
                Advice(
                    "On a client of the cluster run cloudhsm-cli cluster activate",
                    Step(" ({} copies it).", "copy.choose", "."),
                ),
                (Outside.ACTIVATION,),
            ),
            NO_HSM: Remedy(
                Advice(
                    Step(
                        "{} adds an HSM. ",
                        "cluster.add_hsm",
                        "Create an HSM: aws cloudhsmv2 create-hsm. ",
                    ),
                    "When that is ACTIVE, run cloudhsm-cli cluster activate on a client",
                    Step(" ({} copies it).", "copy.choose", "."),
                ),
                (Outside.ACTIVATION,),
            ),
        },
        "RETENTION": {
            "": Remedy(
                Advice(
                    Step(
                        "{} sets a policy of 7 to 379 days.",
                        "cluster.retention",
                        "Set a policy of 7 to 379 days: aws cloudhsmv2 modify-cluster.",
                    )
                )
            )
        },
        "CERT-UNREADABLE": {
            "": Remedy(
                Advice(
                    Step(
                        "{} reads the cluster again",
                        "list.refresh",
                        "Read the cluster again",
                    ),
                    "; if this stays, ",
                    Step(
                        "{} copies the aws command to compare with.",
                        "copy.choose",
                        "compare with the aws command.",
                    ),
                )
            ),
            SEVERAL: Remedy(
                Advice(
                    "Save the certificates",
                    Step(" ({})", "certificates.save"),
                    " and look at each of them with openssl.",
                )
            ),
        },
        "ONE-SUBNET": {"": Remedy(Advice(_MORE_SUBNETS))},
        "TAGS-MISSING": {
            "": Remedy(
                Advice(
                    Step(
                        "{} adds the tag.",
                        "tags.edit",
                        "Add the tag: aws cloudhsmv2 tag-resource.",
                    )
                )
            )
        },
        "TWO-HSM": {
            "": Remedy(
                Advice(
                    Step(
                        "{} adds a third, best in an availability zone that has none.",
                        "cluster.add_hsm",
                        "Add a third, best in an availability zone that has none: "
                        "aws cloudhsmv2 create-hsm.",
                    )
                )
            ),
            TAKES_NONE: _LATER,
        },
        "MIGRATING": {"": Remedy(Advice("Wait until it is done", _WATCH))},
        "ROLLBACK-WINDOW": {
            "": Remedy(
                Advice(
                    "Test the clients before it ends; ",
                    Step(
                        "{} rolls back if they fail.",
                        "cluster.hsm_type",
                        "roll back if they fail: aws cloudhsmv2 modify-cluster --hsm-type "
                        "hsm1.medium.",
                    ),
                )
            )
        },
    }
)
"""By the ids of the rules: what to do, by when it is that; "" is when none of the others holds."""


def what_to_do(rule: str, when: str = "") -> Advice:
    """What a rule advises of the cluster."""
    return REMEDIES[rule][when].advice
