"""What a client may send, checked by operation before the request is signed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from hsmtui.aws.errors import HsmtuiError

if TYPE_CHECKING:
    from botocore.hooks import BaseEventHooks
    from botocore.model import OperationModel

READING = frozenset(
    {
        "cloudhsmv2:DescribeBackups",
        "cloudhsmv2:DescribeClusters",
        "cloudtrail:LookupEvents",
        "cloudwatch:GetMetricData",
        "kms:DescribeCustomKeyStores",
        "sts:GetCallerIdentity",
        "sts:AssumeRole",
        "sts:AssumeRoleWithWebIdentity",
        "sso:GetRoleCredentials",
        "sso-oidc:RegisterClient",
        "sso-oidc:StartDeviceAuthorization",
        "sso-oidc:CreateToken",
        "signin:CreateOAuth2Token",
    }
)
"""What any client may send: that reads, and that signs in."""

WRITING = frozenset(
    {
        "cloudhsmv2:CopyBackupToRegion",
        "cloudhsmv2:CreateCluster",
        "cloudhsmv2:CreateHsm",
        "cloudhsmv2:DeleteBackup",
        "cloudhsmv2:DeleteCluster",
        "cloudhsmv2:DeleteHsm",
        "cloudhsmv2:InitializeCluster",
        "cloudhsmv2:ModifyBackupAttributes",
        "cloudhsmv2:ModifyCluster",
        "cloudhsmv2:RestoreBackup",
        "cloudhsmv2:TagResource",
        "cloudhsmv2:UntagResource",
    }
)
"""What a client for one change may send besides."""

TOO_LATE = "LookTooOld"
"""The code of the refusal of a change that it is too late for."""

_EVENT = "before-call"


def let_read(events: "BaseEventHooks") -> None:
    """Have clients of these events send nothing but what is in READING."""
    events.register_first(_EVENT, _refuse_changes)


def let_write(
    events: "BaseEventHooks",
    operation: str,
    why_read_only: Callable[[], str],
    why_late: Callable[[], str],
) -> None:
    """Let a client that only reads send this operation of WRITING, too, once, where nothing forbids
    changes, and unless it is too late for it by then."""
    left = [f"cloudhsmv2:{operation}"]

    def refuse(model: "OperationModel", **_: object) -> None:
        if _name(model) in READING:
            return
        if why := why_read_only():
            raise _refusal(model, f"This connection is read-only by {why}")
        if _name(model) not in WRITING:
            raise _refusal(model, "hsmtui does not make this change.")
        if _name(model) not in left:
            raise _refusal(model, f"This client sends {operation} alone, and that once.")
        if why := why_late():
            raise _refusal(model, why, TOO_LATE)
        left.clear()

    events.unregister(_EVENT, _refuse_changes)
    events.register_first(_EVENT, refuse)


def _refuse_changes(model: "OperationModel", **_: object) -> None:
    if _name(model) not in READING:
        raise _refusal(model, "This client only reads.")


def _name(model: "OperationModel") -> str:
    return f"{model.service_model.service_name}:{model.name}"


def _refusal(model: "OperationModel", why: str, code: str = "ReadOnly") -> HsmtuiError:
    return HsmtuiError(
        title=f"{model.name} was not sent",
        detail=why,
        operation=model.name,
        code=code,
        unsent=True,
    )
