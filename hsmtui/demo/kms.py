"""The part of KMS that knows which custom key stores use which cluster."""

from hsmtui.demo.errors import ServiceError
from hsmtui.demo.operation import Context, Input, Operations, Output
from hsmtui.demo.paging import page
from hsmtui.demo.place import Place
from hsmtui.demo.records import KeyStore

KEY_STORES_PAGE = 100


def describe_custom_key_stores(place: Place, asked: Input, context: Context) -> Output:
    """One page of the key stores, or the one that is asked for by its id or its name."""
    store_id, name = asked.get("CustomKeyStoreId"), asked.get("CustomKeyStoreName")
    if store_id or name:
        by_id = [store for store in place.key_stores if store.custom_key_store_id == store_id]
        by_name = [store for store in place.key_stores if store.custom_key_store_name == name]
        stores = by_id if store_id else by_name
        if not stores:
            raise ServiceError("CustomKeyStoreNotFoundException", "")
        return {"CustomKeyStores": stores, "Truncated": False}
    stores, marker = _page(place, asked, context)
    answer: Output = {"CustomKeyStores": stores, "Truncated": marker is not None}
    return answer if marker is None else {**answer, "NextMarker": marker}


def _page(place: Place, asked: Input, context: Context) -> tuple[list[KeyStore], str | None]:
    rows = sorted(place.key_stores, key=lambda store: store.custom_key_store_id)
    listing = f"key stores {context.caller.account} {context.caller.region}"
    try:
        return page(
            rows,
            lambda store: store.custom_key_store_id,
            asked.get("Limit", KEY_STORES_PAGE),
            asked.get("Marker"),
            listing,
        )
    except ServiceError:
        raise ServiceError("InvalidMarkerException", "The marker is not valid.") from None


OPERATIONS: Operations = {
    "DescribeCustomKeyStores": describe_custom_key_stores,
}
"""The operations of the demo."""
