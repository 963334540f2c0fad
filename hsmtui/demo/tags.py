"""The tags of clusters and backups."""

from hsmtui.demo.backup_operations import find_backup
from hsmtui.demo.errors import ServiceError
from hsmtui.demo.operation import Context, Input, Operations, Output, listing, with_token
from hsmtui.demo.paging import page
from hsmtui.demo.place import Place
from hsmtui.demo.records import Tag
from hsmtui.demo.tag_rules import MOST_TAGS, checked_tags, is_reserved, refuse_reserved

TAGS_PAGE = 100


def list_tags(place: Place, asked: Input, context: Context) -> Output:
    """One page of the tags of a cluster or backup."""
    tags, token = page(
        sorted(_tags(place, asked["ResourceId"], context), key=lambda tag: tag.key),
        lambda tag: tag.key,
        asked.get("MaxResults", TAGS_PAGE),
        asked.get("NextToken"),
        listing(f"tags {asked['ResourceId']}", context.caller, {}),
    )
    return with_token({"TagList": tags}, token)


def tag_resource(place: Place, asked: Input, context: Context) -> Output:
    """Add tags, or give those that exist new values."""
    tags = _tags(place, asked["ResourceId"], context)
    given = checked_tags(asked["TagList"])
    merged = {tag.key: tag for tag in (*tags, *given)}
    if sum(not is_reserved(key) for key in merged) > MOST_TAGS:
        raise ServiceError(
            "CloudHsmResourceLimitExceededException", f"A resource has at most {MOST_TAGS} tags."
        )
    tags[:] = merged.values()
    return {}


def untag_resource(place: Place, asked: Input, context: Context) -> Output:
    """Remove tags by their keys; a key that is not there is no error."""
    tags, keys = _tags(place, asked["ResourceId"], context), asked["TagKeyList"]
    refuse_reserved(keys)
    tags[:] = [tag for tag in tags if tag.key not in keys]
    return {}


def _tags(place: Place, resource_id: str, context: Context) -> list[Tag]:
    """The tags of a resource, to be changed in place."""
    if resource_id.startswith("cluster-"):
        cluster = place.cluster(resource_id)
        if cluster.tag_list is None:
            cluster.tag_list = []
        return cluster.tag_list
    backup = find_backup(place, resource_id, context)
    return place.backup_tags.setdefault(resource_id, list(backup.tag_list or ()))


OPERATIONS: Operations = {
    "ListTags": list_tags,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
}
"""The operations of tags."""
