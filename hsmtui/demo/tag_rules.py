"""What the service takes as tags."""

from collections.abc import Iterable

from hsmtui.demo.errors import ServiceError
from hsmtui.demo.operation import Input
from hsmtui.demo.records import Tag

MOST_TAGS = 50


def checked_tags(given: Iterable[Input]) -> list[Tag]:
    """The tags of a request; raise the service's error for one that is AWS's own."""
    tags = [Tag(tag["Key"], tag["Value"]) for tag in given]
    refuse_reserved(tag.key for tag in tags)
    return tags


def is_reserved(key: str) -> bool:
    """Whether it is a tag of AWS's own."""
    return key.lower().startswith("aws:")


def refuse_reserved(keys: Iterable[str]) -> None:
    """AWS's own tags are not for others to change; they do not count among those that are."""
    for key in filter(is_reserved, keys):
        raise ServiceError(
            "CloudHsmTagException", f"The prefix aws: is reserved; tag key '{key}' has it."
        )
