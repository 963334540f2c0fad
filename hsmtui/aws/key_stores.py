"""KMS custom key stores: what stops working when their cluster goes."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from hsmtui.aws.connection import Connection
from hsmtui.aws.pages import ListOperation, Position, fetch, read_all
from hsmtui.model.cluster import Id
from hsmtui.model.entry import Entry, UnreadableAnswerError, read_entry

if TYPE_CHECKING:
    from mypy_boto3_kms.type_defs import DescribeCustomKeyStoresResponseTypeDef


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

    def ask(at: Position) -> "DescribeCustomKeyStoresResponseTypeDef":
        if at.token is None:
            return client.describe_custom_key_stores()
        return client.describe_custom_key_stores(Marker=at.token)

    operation = ListOperation(
        "DescribeCustomKeyStores", "CustomKeyStores", ask, _decode, _next_marker, client
    )
    stores = read_all(partial(fetch, connection, operation), Position())
    return tuple([_key_store(each) for each in stores if each.cloud_hsm_cluster_id == cluster_id])


class _Store(Entry, frozen=True):
    """A key store as KMS lists it, as far as it is looked at; an external one has no cluster."""

    ID: ClassVar = "custom_key_store_id"

    custom_key_store_id: Id = ""
    custom_key_store_name: str | None = None
    cloud_hsm_cluster_id: str | None = None
    connection_state: str | None = None


def _decode(entry: object, place: str) -> _Store:
    store = read_entry(_Store, entry, place)
    if store.is_odd_in("", "CloudHsmClusterId"):
        raise UnreadableAnswerError(f"{place.capitalize()}: {store.why_odd}")
    return store


def _key_store(store: _Store) -> KeyStore:
    return KeyStore(
        store.custom_key_store_id, store.custom_key_store_name or "", store.connection_state or ""
    )


def _next_marker(answer: Mapping[str, Any]) -> object:
    """None where nothing is left out; what is no text where there is more but no marker for it."""
    truncated = answer.get("Truncated")
    if truncated is None or truncated is False:
        return None
    return answer.get("NextMarker") or False
