"""KMS custom key stores: what stops working when their cluster goes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from hsmtui.aws.connection import Connection
from hsmtui.aws.request import read
from hsmtui.model.cluster import UnreadableAnswerError

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_kms.type_defs import DescribeCustomKeyStoresRequestTypeDef

OPERATION = "DescribeCustomKeyStores"

MOST_PAGES = 100
"""Pages of key stores that are read before the answer counts as endless."""


class KeyStore(NamedTuple):
    """A custom key store that is backed by a CloudHSM cluster."""

    store_id: str
    name: str
    state: str
    """ConnectionState, such as CONNECTED; "" where the answer had none."""


def read_key_stores(connection: Connection, cluster_id: str) -> tuple[KeyStore, ...]:
    """The custom key stores of the account and region that use a cluster.

    KMS has no filter for clusters, so all of them are read. Raises HsmtuiError.
    """
    client = connection.kms_client()
    found = read(connection, OPERATION, lambda: list(_of_cluster(client, cluster_id)), client)
    return tuple(found)


def _of_cluster(client: "KMSClient", cluster_id: str) -> Iterator[KeyStore]:
    asked: DescribeCustomKeyStoresRequestTypeDef = {}
    for _ in range(MOST_PAGES):
        answer = client.describe_custom_key_stores(**asked)
        for entry in answer["CustomKeyStores"]:
            if entry.get("CloudHsmClusterId") == cluster_id:
                yield KeyStore(
                    entry["CustomKeyStoreId"],
                    entry.get("CustomKeyStoreName", ""),
                    entry.get("ConnectionState", ""),
                )
        if not answer.get("Truncated"):
            return
        asked = {"Marker": answer["NextMarker"]}
    raise UnreadableAnswerError(f"KMS says after {MOST_PAGES} pages that there are more key stores")
