"""The two requests that change the tags of a cluster."""

from collections.abc import Sequence

from hsmtui.aws.connection import Connection
from hsmtui.aws.request import request
from hsmtui.model.cluster import Tag


def tag_resource(connection: Connection, resource_id: str, tag: Tag) -> str:
    """Send TagResource once, which adds the tag or gives it a new value; the request's id.

    Raises HsmtuiError; unless that is `unsent` or `refused`, the outcome is unknown.
    """
    with request(connection, "TagResource"):
        client = connection.writing_client()
        answer = client.tag_resource(
            ResourceId=resource_id, TagList=[{"Key": tag.key, "Value": tag.value}]
        )
        return str(answer["ResponseMetadata"]["RequestId"])


def untag_resource(connection: Connection, resource_id: str, keys: Sequence[str]) -> str:
    """Send UntagResource once; the request's id. Raises HsmtuiError as `tag_resource` does."""
    with request(connection, "UntagResource"):
        client = connection.writing_client()
        answer = client.untag_resource(ResourceId=resource_id, TagKeyList=list(keys))
        return str(answer["ResponseMetadata"]["RequestId"])
