"""KMS custom key stores: what stops working when their cluster goes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from hsmtui.aws.answer import came, entries
from hsmtui.aws.connection import Connection
from hsmtui.aws.request import read
from hsmtui.model.cluster import Id
from hsmtui.model.entry import Entry, UnreadableAnswerError, read_entry

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


class _Store(Entry, frozen=True):
    """A key store as KMS lists it, as far as it is looked at; an external one has no cluster."""

    ID: ClassVar = "custom_key_store_id"

    custom_key_store_id: Id = ""
    custom_key_store_name: str | None = None
    cloud_hsm_cluster_id: str | None = None
    connection_state: str | None = None


def _of_cluster(client: "KMSClient", cluster_id: str) -> Iterator[KeyStore]:
    asked: DescribeCustomKeyStoresRequestTypeDef = {}
    for number in range(1, MOST_PAGES + 1):
        answer = came(client.describe_custom_key_stores(**asked))
        for at, entry in enumerate(entries(answer, "CustomKeyStores"), 1):
            store = read_entry(_Store, entry, f"entry {at}, page {number}")
            if store.is_odd_in("", "CloudHsmClusterId"):
                raise UnreadableAnswerError(f"Entry {at} of page {number}: {store.why_odd}")
            if store.cloud_hsm_cluster_id == cluster_id:
                yield KeyStore(
                    store.custom_key_store_id,
                    store.custom_key_store_name or "",
                    store.connection_state or "",
                )
        if answer.get("Truncated") is None or answer["Truncated"] is False:
            return
        asked = {"Marker": answer["NextMarker"]}
    raise UnreadableAnswerError(f"KMS says after {MOST_PAGES} pages that there are more key stores")
