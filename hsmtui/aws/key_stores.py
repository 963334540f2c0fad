"""KMS custom key stores: what stops working when their cluster goes."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from hsmtui.aws.connection import Connection
from hsmtui.aws.pages import ListOperation, Position, fetch, read_all
from hsmtui.model.cluster import Id
from hsmtui.model.entry import Entry, UnreadableAnswerError, read_entry

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

_LISTING = "DescribeCustomKeyStores"


class KeyStore(Entry, frozen=True):
    """A custom key store of KMS, as far as it is looked at; one outside AWS has no cluster."""

    ID: ClassVar = "custom_key_store_id"

    custom_key_store_id: Id = ""
    custom_key_store_name: str | None = None
    cloud_hsm_cluster_id: str | None = None
    connection_state: str | None = None


def read_key_stores(connection: Connection, cluster_id: str) -> tuple[KeyStore, ...]:
    """The custom key stores of the account and region that use a cluster.

    KMS has no filter for clusters, so all of them are read. Raises HsmtuiError.
    """
    client: KMSClient = connection.reading_client("kms", _LISTING)

    def ask(at: Position) -> Mapping[str, Any]:
        if at.token is None:
            return client.describe_custom_key_stores()
        return client.describe_custom_key_stores(Marker=at.token)

    operation = ListOperation(_LISTING, "CustomKeyStores", ask, _decode, _next_marker, client)
    stores = read_all(partial(fetch, connection, operation), Position())
    return tuple([store for store in stores if store.cloud_hsm_cluster_id == cluster_id])


def _decode(entry: object, place: str) -> KeyStore:
    store = read_entry(KeyStore, entry, place)
    if store.is_odd_in("", "CloudHsmClusterId"):
        raise UnreadableAnswerError(f"{place.capitalize()}: {store.why_odd}")
    return store


def _next_marker(answer: Mapping[str, Any]) -> object:
    """None where nothing is left out; what is no text where there is more but no marker for it."""
    truncated = answer.get("Truncated")
    if truncated is None or truncated is False:
        return None
    return answer.get("NextMarker") or False
