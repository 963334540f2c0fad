"""The services that speak JSON 1.1: how a request names them, and who may ask them what."""

from typing import NamedTuple

from hsmtui.demo import backup_operations, cloudtrail, cloudwatch, cluster_operations, kms, tags
from hsmtui.demo.errors import INVALID_REQUEST, ServiceError
from hsmtui.demo.identity import AUDITOR, BILLING_CLERK, Caller
from hsmtui.demo.operation import Operations


class Service(NamedTuple):
    """A service: its name in X-Amz-Target, in botocore's data and in policies.

    `invalid` is the code with which it refuses an input that breaks its model.
    """

    target: str
    model: str
    policy: str
    invalid: str
    operations: Operations


CLOUDHSM: Operations = {
    **cluster_operations.OPERATIONS,
    **backup_operations.OPERATIONS,
    **tags.OPERATIONS,
}

SERVICES = (
    Service("BaldrApiService", "cloudhsmv2", "cloudhsm", INVALID_REQUEST, CLOUDHSM),
    Service("TrentService", "kms", "kms", "ValidationException", kms.OPERATIONS),
    Service(
        "GraniteServiceVersion20100801",
        "cloudwatch",
        "cloudwatch",
        cloudwatch.INVALID,
        cloudwatch.OPERATIONS,
    ),
    Service(
        "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
        "cloudtrail",
        "cloudtrail",
        "InvalidParameterException",
        cloudtrail.OPERATIONS,
    ),
)

ASKED_EARLY = SERVICES[:2]
"""Those that the first screen asks, or the first dialog."""

ALLOWED = {AUDITOR: {"cloudhsm:DescribeClusters", "cloudhsm:ListTags"}, BILLING_CLERK: set[str]()}
"""By role, what little it may ask; every other may ask everything."""


def service_of(target: str) -> tuple[Service, str] | None:
    """The service and the operation that an X-Amz-Target names; None where the demo has neither."""
    name, _, operation = target.rpartition(".")
    for service in SERVICES:
        if service.target == name and operation in service.operations:
            return service, operation
    return None


def authorize(caller: Caller, service: Service, operation: str) -> None:
    """Raise the error of the service where the caller may not do that."""
    action = f"{service.policy}:{operation}"
    if action not in ALLOWED.get(caller.role, {action}):
        raise ServiceError(
            "AccessDeniedException",
            f"User: {caller.arn} is not authorized to perform: {action} "
            f"because no identity-based policy allows the {action} action",
        )
