"""The part of KMS that knows which custom key stores use which cluster."""

from msgspec import Struct

from hsmtui.demo.errors import ServiceError
from hsmtui.demo.operations import Context, Operations, Output
from hsmtui.demo.paging import page
from hsmtui.demo.place import Place
from hsmtui.demo.records import KeyStore

KEY_STORES_PAGE = 100


class DescribeCustomKeyStoresInput(Struct, rename="pascal"):
    """Members as in the API."""

    custom_key_store_id: str | None = None
    custom_key_store_name: str | None = None
    limit: int = KEY_STORES_PAGE
    marker: str | None = None


def describe_custom_key_stores(
    place: Place, asked: DescribeCustomKeyStoresInput, context: Context
) -> Output:
    """One page of the key stores, or the one that is asked for by its id or its name."""
    wanted = asked.custom_key_store_id or asked.custom_key_store_name
    if wanted is not None:
        stores = [store for store in place.key_stores if wanted in _names(store, asked)]
        if not stores:
            raise ServiceError("CustomKeyStoreNotFoundException", "")
        return {"CustomKeyStores": stores, "Truncated": False}
    stores, marker = _page(place, asked, context)
    answer: Output = {"CustomKeyStores": stores, "Truncated": marker is not None}
    return answer if marker is None else {**answer, "NextMarker": marker}


def _names(store: KeyStore, asked: DescribeCustomKeyStoresInput) -> set[str]:
    by_id = asked.custom_key_store_id is not None
    return {store.custom_key_store_id if by_id else store.custom_key_store_name}


def _page(
    place: Place, asked: DescribeCustomKeyStoresInput, context: Context
) -> tuple[list[KeyStore], str | None]:
    rows = sorted(place.key_stores, key=lambda store: store.custom_key_store_id)
    listing = f"key stores {context.caller.account} {context.caller.region}"
    try:
        return page(
            rows, lambda store: store.custom_key_store_id, asked.limit, asked.marker, listing
        )
    except ServiceError:
        raise ServiceError("InvalidMarkerException", "The marker is not valid.") from None


OPERATIONS: Operations = {
    "DescribeCustomKeyStores": (DescribeCustomKeyStoresInput, describe_custom_key_stores),
}
"""The operations of the demo: what each takes, and what it does."""
