"""Pages of what an operation lists, one after the other; a token that repeats ends them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias

from hsmtui.aws.answer import answered_object, entries, odd_entry
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.request import read
from hsmtui.model.advice import Advice, Step
from hsmtui.model.entry import AnyEntry

if TYPE_CHECKING:
    from botocore.client import BaseClient

EMPTY_PAGES = 20
"""How many empty pages in a row are followed before the listing says so."""

MOST_PAGES = 1_000
"""After so many pages what has to be read to its end counts as endless."""

_CHECK_PROXY = "The answer may come from a proxy: check the proxy and the endpoint."


@dataclass(frozen=True)
class Position:
    """Where a listing goes on: its filters, by the API's names, and the token of its next page.

    `seen` are the tokens so far. A request that fails leaves it valid.
    """

    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    token: str | None = None
    seen: frozenset[str] = frozenset()

    @property
    def page_number(self) -> int:
        """Which page it is, from 1 on."""
        return len(self.seen) + 1

    def parameters(self, size: int) -> dict[str, Any]:
        """The parameters of a CloudHSM request for the page at this position, of `size` entries."""
        asked: dict[str, Any] = {"MaxResults": size}
        if self.filters:
            asked["Filters"] = {name: list(values) for name, values in self.filters.items()}
        return asked | {"NextToken": self.token} if self.token else asked


class Page(NamedTuple, Generic[AnyEntry]):
    """Entries in the service's order and where the next page starts, None at the end.

    `problem` says why a listing ended, or paused, although the service may have more;
    `request_id` is that of the request which read the entries, and `retries` how often botocore
    had to ask again, as it does when it is throttled. `operation` is what lists them.
    """

    entries: tuple[AnyEntry, ...]
    next: Position | None
    problem: HsmtuiError | None = None
    request_id: str = ""
    retries: int = 0
    operation: str = ""

    @property
    def problems(self) -> list[HsmtuiError]:
        """All that keeps it from being whole: entries that are odd, and why the listing ended."""
        odd = [odd_entry(e, self.operation, self.request_id) for e in self.entries if e.odd]
        return odd if self.problem is None else [*odd, self.problem]


_Fetch: TypeAlias = Callable[[Position], Page[AnyEntry]]
"""Gives the page at a position. Raises HsmtuiError."""


def _next_token(answer: Mapping[str, Any]) -> object:
    """What an answer of CloudHSM has as the token of the next page; None and "" mean the end."""
    return answer.get("NextToken")


class ListOperation(NamedTuple, Generic[AnyEntry]):
    """How an operation lists.

    `ask` sends one request. Its answer has the entries under `member`; `decode` reads one, given
    where it came, such as ``entry 2, page 1``. `token` takes that of the next page from what came.
    `client` is the one that asks, if that is not the connection's own.
    """

    name: str
    member: str
    ask: Callable[[Position], Mapping[str, Any]]
    decode: Callable[[object, str], AnyEntry]
    token: Callable[[Mapping[str, Any]], object] = _next_token
    client: "BaseClient | None" = None


def fetch(
    connection: Connection, operation: ListOperation[AnyEntry], position: Position
) -> Page[AnyEntry]:
    """The next page that is not empty. Raises HsmtuiError, after which it may be asked again."""
    page: Page[AnyEntry] = Page((), position)
    for _ in range(EMPTY_PAGES):
        before, at = page.retries, page.next or position
        ask = partial(_read_page, operation, at)
        page = read(connection, operation.name, ask, operation.client)
        page = page._replace(retries=before + page.retries)
        if page.entries or page.next is None:
            return page
    return page._replace(problem=_empty_pages(operation.name))


def walk(fetch: _Fetch[AnyEntry], position: Position) -> Iterator[Page[AnyEntry]]:
    """Page after page, as they are needed, to the end or to one with a problem.

    Raises HsmtuiError where a page cannot be read.
    """
    at: Position | None = position
    while at is not None:
        page = fetch(at)
        yield page
        at = page.next if page.problem is None else None


def read_all(fetch: _Fetch[AnyEntry], position: Position) -> Iterator[AnyEntry]:
    """One entry after the other, a page when it is needed. Raises HsmtuiError, also for a problem.

    Make a list of them: a tuple that grows while its thread waits cannot be finished where
    `gc.get_objects` has seen it meanwhile.
    """
    for number, page in enumerate(walk(fetch, position), 1):
        if page.problem is not None:
            raise page.problem
        yield from page.entries
        if number == MOST_PAGES and page.next is not None:
            raise _endless(page.operation)


def read_one(fetch: _Fetch[AnyEntry], position: Position) -> tuple[AnyEntry, ...]:
    """What is listed where there should be one entry: none, one or, if there are more, two.

    Pages are followed to the end, but not once a second entry shows that the answer is wrong.
    Raises HsmtuiError.
    """
    listed = list(islice(read_all(fetch, position), 2))
    return tuple(listed)


def _read_page(operation: ListOperation[AnyEntry], position: Position) -> Page[AnyEntry]:
    answer = operation.ask(position)
    value = answered_object(answer)
    decoded = tuple(
        [
            operation.decode(entry, f"entry {at}, page {position.page_number}")
            for at, entry in enumerate(entries(value, operation.member), 1)
        ]
    )
    after, problem = _after(position, operation.token(value), operation.name)
    metadata = answer["ResponseMetadata"]
    request_id, retries = metadata.get("RequestId", ""), metadata.get("RetryAttempts", 0)
    return Page(decoded, after, problem, request_id, retries, operation.name)


def _after(
    position: Position, token: object, operation: str
) -> tuple[Position | None, HsmtuiError | None]:
    """Where the next page starts, and why there is none although there may be more."""
    if token is None or token == "":
        return None, None
    if not isinstance(token, str):
        return None, _unreadable_token(operation)
    if token in position.seen:
        return None, _repeated_token(operation)
    return replace(position, token=token, seen=position.seen | {token}), None


def _unreadable_token(operation: str) -> HsmtuiError:
    return HsmtuiError(
        title="The token of the next page could not be read",
        detail="It is not text, so there may be more than is listed here.",
        remedy=_CHECK_PROXY,
        operation=operation,
    )


def _repeated_token(operation: str) -> HsmtuiError:
    return HsmtuiError(
        title="The service gave a page token a second time",
        detail="The listing stops here, so that it does not go round in circles.",
        remedy=Advice(
            Step(
                "Press {} to read the list again",
                "list.refresh",
                "Run this again to read the list again",
            ),
            ".",
        ),
        operation=operation,
    )


def _empty_pages(operation: str) -> HsmtuiError:
    return HsmtuiError(
        title=f"{EMPTY_PAGES} empty pages in a row",
        detail="The service says that there is more but sends nothing.",
        remedy=Advice(Step("Press {} to go on from here", "list.next_page", "Run this again"), "."),
        retryable=True,
        operation=operation,
    )


def _endless(operation: str) -> HsmtuiError:
    return HsmtuiError(
        title=f"The service says after {MOST_PAGES:,} pages that there is more",
        detail="The whole list is needed, and it does not end.",
        remedy=_CHECK_PROXY,
        operation=operation,
    )
