"""The JSON of an answer as it came, in place of what botocore's parser makes of it.

That parser raises on one odd time and so hides all entries, and reads ``"Hsms": {}`` as an empty
list. What came is read entry by entry instead.
"""

import json
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.utils import parse_timestamp

from hsmtui.aws.errors import HsmtuiError
from hsmtui.model.entry import DuplicateMembers, Entry, UnreadableAnswerError
from hsmtui.model.text import visible

if TYPE_CHECKING:
    from botocore.hooks import BaseEventHooks

FIRST_ERROR = 300
"""The lowest HTTP status that botocore raises as an error; below it an answer is believed."""

SERVICES = ("cloudhsm-v2", "cloudtrail", "cloudwatch", "kms")
"""Those of which the answers are taken as they came, by botocore's names for their events."""

_MOST_DIGITS = 400
"""A number with so many digits or more is read as a float."""

_CAME = "Came"
"""The member of botocore's answer that has the JSON as it came."""


def take_json(events: "BaseEventHooks") -> None:
    """Have clients of these events keep the JSON of answers as it came."""
    for service in SERVICES:
        events.register(f"before-parse.{service}", _take)


def _take(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object
) -> None:
    if response_dict["status_code"] < FIRST_ERROR:
        customized_response_dict[_CAME] = _decoded(response_dict["body"])
        response_dict["body"] = b"{}"  # all that is left to botocore's parser


def _decoded(body: bytes) -> object:
    """The value of a JSON text, in which equal texts are one: of a page most come many times.

    Bytes that are no UTF-8 stay visible as halves of surrogates.
    """
    text = body.decode("utf-8-sig", "surrogateescape")
    shared: dict[str, str] = {}
    return json.loads(text, object_pairs_hook=partial(_object, shared), parse_int=_integer)


def _integer(digits: str) -> float:
    """A whole number; Python reads none of thousands of digits as an int, nor writes it."""
    return int(digits) if len(digits) < _MOST_DIGITS else float(digits)


def _object(shared: dict[str, str], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    share = shared.setdefault
    members = {key: share(of, of) if type(of) is str else of for key, of in pairs}
    return members if len(members) == len(pairs) else DuplicateMembers(members)


def answered_object(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The object that came in an answer. Raises UnreadableAnswerError where it is another value."""
    value = answer.get(_CAME)
    if not isinstance(value, dict):
        raise UnreadableAnswerError("It is not a JSON object.")
    if isinstance(value, DuplicateMembers):
        raise UnreadableAnswerError("It has the same name twice.")
    return value


def entries(value: Mapping[str, Any], name: str) -> list[object]:
    """The list that came under a name. Raises UnreadableAnswerError where there is none."""
    listed = value.get(name)
    if not isinstance(listed, list):
        raise UnreadableAnswerError(f"It has no list {name}.")
    return listed


def odd_entry(entry: Entry, operation: str, request_id: str = "") -> HsmtuiError:
    """That an entry of an answer could not be read whole."""
    return HsmtuiError(
        title="An entry could not be read whole",
        detail=f"{visible(entry.entry_id)}: {entry.why_odd}.",
        remedy="This entry is not judged and cannot be changed. The answer may come "
        "from a proxy: check the proxy and the endpoint.",
        operation=operation,
        request_id=request_id,
    )


def timestamp(value: Any) -> Any:
    """A time in another answer, as botocore reads it. Raises ValueError, never RuntimeError, which
    botocore has for credentials that have expired."""
    try:
        return parse_timestamp(value)
    except RuntimeError as error:
        raise ValueError(f"{value!r:.40} is not a time") from error
