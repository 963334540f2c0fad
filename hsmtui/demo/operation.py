"""What an operation is given and gives, and the parts that several of them share."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from hsmtui.demo.errors import invalid_request
from hsmtui.demo.identity import Caller
from hsmtui.demo.place import Place
from hsmtui.demo.records import Certificates, Cluster


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, at what time, where certificates come from, and the places of the account."""

    caller: Caller
    now: datetime
    certificates: Callable[[Place, Cluster], Certificates]
    place_in: Callable[[str], Place]
    """The account in another region."""


Input: TypeAlias = Mapping[str, Any]
"""The parameters of a request by the API's names, as the model of the service has them."""

Output: TypeAlias = dict[str, Any]
Operations: TypeAlias = Mapping[str, Callable[[Place, Input, Context], Output]]
"""By their names in the API: what each does to a place, and what it answers."""


def filtered(
    rows: list[Any], known: Mapping[str, Callable[[Any], str | None]], filters: Input
) -> list[Any]:
    """The rows that pass every filter; raise the service's error for one that is not known."""
    for name, values in filters.items():
        if name not in known:
            raise invalid_request(
                f"'{name}' is not a valid filter. Valid filters are: {', '.join(known)}."
            )
        member, wanted = known[name], frozenset(values)
        rows = [row for row in rows if member(row) in wanted]
    return rows


def listing(what: str, caller: Caller, filters: Input) -> str:
    """A text that is the same for two requests exactly if they list the same rows in one order."""
    canonical = {name: sorted(set(values)) for name, values in filters.items()}
    return f"{what} {caller.account} {caller.region} {json.dumps(canonical, sort_keys=True)}"


def with_token(answer: Output, token: str | None) -> Output:
    """The answer of a page, with the token of the one that follows."""
    return answer if token is None else {**answer, "NextToken": token}
