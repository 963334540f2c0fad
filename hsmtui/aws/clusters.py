"""Pages of clusters, one cluster afresh, and the requests that delete or tag one or its HSMs."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from hsmtui.aws.answer import answered_object
from hsmtui.aws.connection import Connection
from hsmtui.aws.pages import ListOperation, Page, Position, fetch, read_one
from hsmtui.aws.request import request
from hsmtui.model.cluster import Cluster, Tag, decode_cluster
from hsmtui.model.entry import UnreadableAnswerError

if TYPE_CHECKING:
    from mypy_boto3_cloudhsmv2.type_defs import DescribeClustersResponseTypeDef

LISTING = "DescribeClusters"
"""The operation that lists clusters."""

_PAGE_LIMIT = 25
"""The largest MaxResults that DescribeClusters takes."""


def fetch_page(
    connection: Connection, position: Position, size: int = _PAGE_LIMIT
) -> Page[Cluster]:
    """The next page that is not empty. Raises HsmtuiError, after which it may be asked again."""
    limit = max(1, min(size, _PAGE_LIMIT))

    def ask(at: Position) -> "DescribeClustersResponseTypeDef":
        return connection.client.describe_clusters(**at.parameters(limit))

    return fetch(connection, ListOperation(LISTING, "Clusters", ask, decode_cluster), position)


def read_cluster(connection: Connection, cluster_id: str) -> tuple[Cluster, ...]:
    """What the service lists for one id, read afresh: no, one or too many clusters.

    Raises HsmtuiError.
    """
    return read_one(partial(fetch_page, connection), Position({"clusterIds": (cluster_id,)}))


class Deleted(NamedTuple):
    """The service's answer to DeleteCluster: the cluster as it is now, and the request's id."""

    cluster: Cluster
    request_id: str


def delete_cluster(connection: Connection, cluster_id: str) -> Deleted:
    """Send DeleteCluster once, never again.

    Raises HsmtuiError; unless that is `unsent` or `refused`, the outcome is unknown.
    """
    with request(connection, "DeleteCluster"):
        answer = connection.writing_client().delete_cluster(ClusterId=cluster_id)
        cluster = decode_cluster(answered_object(answer).get("Cluster"))
        if cluster.cluster_id != cluster_id:
            raise UnreadableAnswerError(f"It is about another cluster: {cluster.cluster_id}")
        return Deleted(cluster, answer["ResponseMetadata"]["RequestId"])


def delete_hsm(connection: Connection, cluster_id: str, hsm_id: str) -> str:
    """Send DeleteHsm once, never again; the request's id.

    Raises HsmtuiError; unless that is `unsent` or `refused`, the outcome is unknown.
    """
    with request(connection, "DeleteHsm"):
        answer = connection.writing_client().delete_hsm(ClusterId=cluster_id, HsmId=hsm_id)
        answered = answered_object(answer).get("HsmId")
        if answered != hsm_id:
            raise UnreadableAnswerError(f"It is about another HSM: {answered}")
        return str(answer["ResponseMetadata"]["RequestId"])


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
