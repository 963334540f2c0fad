"""Pages of clusters, one cluster afresh, and the one request that deletes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from hsmtui.aws.answer import came, listed
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.request import read, request
from hsmtui.model.advice import Advice, Step
from hsmtui.model.cluster import Cluster, decode_cluster
from hsmtui.model.entry import UnreadableAnswerError

if TYPE_CHECKING:
    from mypy_boto3_cloudhsmv2.type_defs import (
        DescribeClustersRequestTypeDef,
        DescribeClustersResponseTypeDef,
    )

LISTING = "DescribeClusters"
"""The operation that lists clusters."""

PAGE_LIMIT = 25
"""The largest MaxResults that DescribeClusters takes."""

EMPTY_PAGES = 20
"""How many empty pages in a row are followed before the listing says so."""


@dataclass(frozen=True)
class Position:
    """Where a listing goes on: its filters and its next token. A failure leaves it valid."""

    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    token: str | None = None
    seen: frozenset[str] = frozenset()


class Page(NamedTuple):
    """Clusters in the service's order and where the next page starts, None at the end.

    `problem` says why a listing ended, or paused, although the service may have more;
    `request_id` is that of the request which read the clusters, and `retries` how often botocore
    had to ask again, as it does when it is throttled.
    """

    clusters: tuple[Cluster, ...]
    next: Position | None
    problem: HsmtuiError | None = None
    request_id: str = ""
    retries: int = 0


def fetch_page(connection: Connection, position: Position, size: int = PAGE_LIMIT) -> Page:
    """The next page that is not empty. Raises HsmtuiError, after which it may be asked again."""
    page = Page((), position)
    for _ in range(EMPTY_PAGES):
        before = page.retries
        page = _one_page(connection, page.next or position, size)
        page = page._replace(retries=before + page.retries)
        if page.clusters or page.next is None:
            return page
    return page._replace(problem=_endless())


def read_cluster(connection: Connection, cluster_id: str) -> tuple[Cluster, ...]:
    """What the service lists for one id, read afresh: no, one or too many clusters.

    Pages are followed to the end, but not once a second cluster shows that the answer is wrong.
    Raises HsmtuiError.
    """
    found: list[Cluster] = []
    position: Position | None = Position({"clusterIds": (cluster_id,)})
    while position is not None and len(found) < 2:
        page = fetch_page(connection, position)
        if page.problem:
            raise page.problem
        found += page.clusters
        position = page.next
    return tuple(found)


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
        cluster = decode_cluster(came(answer).get("Cluster"))
        if cluster.cluster_id != cluster_id:
            raise UnreadableAnswerError(f"It is about another cluster: {cluster.cluster_id}")
        return Deleted(cluster, answer["ResponseMetadata"]["RequestId"])


class DeletedHsm(NamedTuple):
    """The service's answer to DeleteHsm, and the request's id."""

    hsm_id: str
    request_id: str


def delete_hsm(connection: Connection, cluster_id: str, hsm_id: str) -> DeletedHsm:
    """Send DeleteHsm once, never again.

    Raises HsmtuiError; unless that is `unsent` or `refused`, the outcome is unknown.
    """
    with request(connection, "DeleteHsm"):
        answer = connection.writing_client().delete_hsm(ClusterId=cluster_id, HsmId=hsm_id)
        answered = came(answer).get("HsmId")
        if answered != hsm_id:
            raise UnreadableAnswerError(f"It is about another HSM: {answered}")
        return DeletedHsm(answered, answer["ResponseMetadata"]["RequestId"])


def _one_page(connection: Connection, position: Position, size: int) -> Page:
    request: DescribeClustersRequestTypeDef = {"MaxResults": max(1, min(size, PAGE_LIMIT))}
    if position.filters:
        request["Filters"] = {name: list(values) for name, values in position.filters.items()}
    if position.token:
        request["NextToken"] = position.token
    client = connection.client
    return read(
        connection, LISTING, lambda: _read_page(client.describe_clusters(**request), position)
    )


def _read_page(answer: "DescribeClustersResponseTypeDef", position: Position) -> Page:
    page = listed(answer, "Clusters", LISTING)
    number = len(position.seen) + 1
    clusters = tuple(
        decode_cluster(entry, f"entry {at}, page {number}")
        for at, entry in enumerate(page.entries, 1)
    )
    request_id = answer["ResponseMetadata"].get("RequestId", "")
    retries = answer["ResponseMetadata"].get("RetryAttempts", 0)
    token = page.token
    if token is None:
        return Page(clusters, None, page.problem, request_id, retries)
    if token in position.seen:
        return Page(clusters, None, _repeated(), request_id, retries)
    after = Position(position.filters, token, position.seen | {token})
    return Page(clusters, after, None, request_id, retries)


def _repeated() -> HsmtuiError:
    return HsmtuiError(
        title="The service gave a page token a second time",
        detail="The listing stops here, so that it does not go round in circles.",
        remedy=Advice(
            Step("Press {} to list afresh", "list.refresh", "Run this again to list afresh"), "."
        ),
        operation=LISTING,
    )


def _endless() -> HsmtuiError:
    return HsmtuiError(
        title=f"{EMPTY_PAGES} empty pages in a row",
        detail="The service says that there is more but sends nothing.",
        remedy=Advice(Step("Press {} to go on from here", "list.next_page", "Run this again"), "."),
        retryable=True,
        operation=LISTING,
    )
