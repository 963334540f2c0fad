"""What is asked and changed of backups, their resource policies included."""

import json
from collections.abc import Callable
from datetime import timedelta

from msgspec.structs import replace

from hsmtui.demo.backups import DAYS_TO_RESTORE, backups, newest_first
from hsmtui.demo.errors import ServiceError, invalid_request, not_found
from hsmtui.demo.operation import (
    Context,
    Input,
    Operations,
    Output,
    filtered,
    listing,
    with_token,
)
from hsmtui.demo.paging import page
from hsmtui.demo.place import Place, new_id
from hsmtui.demo.records import Backup, Cluster
from hsmtui.demo.tag_rules import checked_tags

BACKUPS_PAGE = 50

BACKUP_FILTERS: dict[str, Callable[[Backup], str | None]] = {
    "backupIds": lambda backup: backup.backup_id,
    "sourceBackupIds": lambda backup: backup.source_backup,
    "clusterIds": lambda backup: backup.cluster_id,
    "states": lambda backup: backup.backup_state,
    "neverExpires": lambda backup: str(bool(backup.never_expires)).lower(),
}


def describe_backups(place: Place, asked: Input, context: Context) -> Output:
    """One page of the backups that pass every filter, newest first unless asked otherwise."""
    filters, ascending = asked.get("Filters", {}), asked.get("SortAscending", False)
    ids = filters.get("clusterIds")
    made = _backups(place, context, None if ids is None else set(ids))
    chosen = filtered([] if asked.get("Shared") else made, BACKUP_FILTERS, filters)

    if ascending:
        chosen.sort(key=_oldest_first)
    rows, token = page(
        chosen,
        _oldest_first if ascending else newest_first,
        asked.get("MaxResults", BACKUPS_PAGE),
        asked.get("NextToken"),
        listing(f"backups {ascending}", context.caller, filters),
    )
    return with_token({"Backups": rows}, token)


def copy_backup_to_region(place: Place, asked: Input, context: Context) -> Output:
    """Copy a backup to another region of the account."""
    source = _ready(place, asked["BackupId"], context, "copied")
    region = asked["DestinationRegion"]
    if region == place.region:
        raise invalid_request("The destination must be another region than that of the backup.")
    destination = context.place_in(region)
    given = asked.get("TagList")
    copy_id = new_id(destination.random, "backup")
    copy = replace(
        source,
        backup_id=copy_id,
        backup_arn=_arn(destination, copy_id, context),
        copy_timestamp=round(context.now.timestamp(), 3),
        never_expires=True,
        source_region=place.region,
        source_backup=source.backup_id,
        source_cluster=source.cluster_id,
        tag_list=list(source.tag_list or ()) if given is None else checked_tags(given),
    )
    destination.add_backup(copy, context.now)
    return {
        "DestinationBackup": {
            "CreateTimestamp": copy.create_timestamp,
            "SourceRegion": copy.source_region,
            "SourceBackup": copy.source_backup,
            "SourceCluster": copy.source_cluster,
        }
    }


def delete_backup(place: Place, asked: Input, context: Context) -> Output:
    """Have a backup deleted in a week, until when that can be taken back."""
    backup = _ready(place, asked["BackupId"], context, "deleted")
    gone = context.now + timedelta(days=DAYS_TO_RESTORE)
    return _changed(
        place,
        replace(
            backup, backup_state="PENDING_DELETION", delete_timestamp=round(gone.timestamp(), 3)
        ),
    )


def modify_backup_attributes(place: Place, asked: Input, context: Context) -> Output:
    """Exempt a backup from the retention of its cluster, or not."""
    backup = _ready(place, asked["BackupId"], context, "modified")
    return _changed(place, replace(backup, never_expires=asked["NeverExpires"]))


def restore_backup(place: Place, asked: Input, context: Context) -> Output:
    """Take back the deletion of a backup whose time has not run out."""
    backup = find_backup(place, asked["BackupId"], context)
    if backup.backup_state != "PENDING_DELETION":
        raise _wrong_state(backup, "restored")
    return _changed(place, replace(backup, backup_state="READY", delete_timestamp=None))


def put_resource_policy(place: Place, asked: Input, context: Context) -> Output:
    """Say who else may use a backup."""
    arn, policy = _policy_target(place, asked, context), asked.get("Policy", "")
    try:
        statements = json.loads(policy)["Statement"]
    except (ValueError, TypeError, KeyError):
        statements = None
    if not statements:
        raise invalid_request("The resource policy must be JSON with a Statement.")
    place.resource_policies[arn] = policy
    return {"ResourceArn": arn, "Policy": policy}


def get_resource_policy(place: Place, asked: Input, context: Context) -> Output:
    """Who else may use a backup."""
    return {"Policy": _policy(place, _policy_target(place, asked, context))}


def delete_resource_policy(place: Place, asked: Input, context: Context) -> Output:
    """Share a backup no longer."""
    arn = _policy_target(place, asked, context)
    policy = _policy(place, arn)
    del place.resource_policies[arn]
    return {"ResourceArn": arn, "Policy": policy}


def find_backup(place: Place, backup_id: str, context: Context) -> Backup:
    """The backup with this id; raise the service's error if there is none."""
    for backup in _backups(place, context, None):
        if backup.backup_id == backup_id:
            return backup
    raise not_found("backup", backup_id)


def back_up(place: Place, cluster: Cluster, context: Context) -> None:
    """Have the service make a backup of a cluster, as it does when an HSM is added."""
    backup_id = new_id(place.random, "backup")
    backup = Backup(
        backup_id=backup_id,
        backup_state="",
        cluster_id=cluster.cluster_id,
        create_timestamp=round(context.now.timestamp(), 3),
        backup_arn=_arn(place, backup_id, context),
        never_expires=False,
        tag_list=[],
        hsm_type=cluster.hsm_type,
        mode=cluster.mode,
    )
    place.add_backup(backup, context.now)


def _backups(place: Place, context: Context, of_clusters: set[str] | None) -> list[Backup]:
    return backups(place, context.caller.partition, context.now, of_clusters)


def _oldest_first(backup: Backup) -> str:
    """Where a backup stands in a listing that begins with the oldest."""
    return f"{int(backup.create_timestamp * 1000):016d}{backup.backup_id}"


def _ready(place: Place, backup_id: str, context: Context, change: str) -> Backup:
    """The backup with this id, which must be READY."""
    backup = find_backup(place, backup_id, context)
    if backup.backup_state != "READY":
        raise _wrong_state(backup, change)
    return backup


def _changed(place: Place, backup: Backup) -> Output:
    place.changed_backups[backup.backup_id] = backup
    return {"Backup": backup}


def _wrong_state(backup: Backup, change: str) -> ServiceError:
    return invalid_request(
        f"Backup '{backup.backup_id}' cannot be {change}: its state is {backup.backup_state}."
    )


def _arn(place: Place, backup_id: str, context: Context) -> str:
    partition = context.caller.partition
    return f"arn:{partition}:cloudhsm:{place.region}:{place.account}:backup/{backup_id}"


def _policy_target(place: Place, asked: Input, context: Context) -> str:
    """The ARN of a backup of the place; only backups can be shared."""
    arn: str = asked.get("ResourceArn", "")
    backup = _ready(place, arn.rpartition("/")[2], context, "shared")
    if arn != backup.backup_arn:
        raise not_found("resource", arn)
    return arn


def _policy(place: Place, arn: str) -> str:
    if arn not in place.resource_policies:
        raise not_found("resource policy of", arn)
    return place.resource_policies[arn]


OPERATIONS: Operations = {
    "DescribeBackups": describe_backups,
    "CopyBackupToRegion": copy_backup_to_region,
    "DeleteBackup": delete_backup,
    "ModifyBackupAttributes": modify_backup_attributes,
    "RestoreBackup": restore_backup,
    "PutResourcePolicy": put_resource_policy,
    "GetResourcePolicy": get_resource_policy,
    "DeleteResourcePolicy": delete_resource_policy,
}
"""The operations of backups."""
