"""The shape of an answer, checked before botocore's forgiving parser reads it."""

import json

import msgspec

FIRST_ERROR = 300
"""The lowest HTTP status that botocore raises as an error; below it an answer is believed."""


class _Cluster(msgspec.Struct, rename="pascal"):
    hsms: list[dict[str, object]] | None = None


class _Answer(msgspec.Struct, rename="pascal"):
    clusters: list[_Cluster]
    next_token: str | None = None


def check_clusters(response_dict: dict[str, object], **_: object) -> None:
    """Refuse lists that are no lists: botocore's parser reads ``"Hsms": {}`` as an empty list.

    A token that is no text is refused too: an empty list of pages to come would look like the end.
    """
    body, status = response_dict["body"], response_dict["status_code"]
    if isinstance(status, int) and status < FIRST_ERROR and isinstance(body, bytes):
        try:
            msgspec.json.decode(body, type=_Answer)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:  # half of a surrogate pair, perhaps, which botocore takes
            msgspec.convert(json.loads(body), _Answer)
