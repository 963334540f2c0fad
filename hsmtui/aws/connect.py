"""Going to a place: the connection and its first page, asked for at once on one thread."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from hsmtui.aws.caller import Caller
from hsmtui.aws.clusters import fetch_page
from hsmtui.aws.connection import Connection
from hsmtui.aws.pages import Page, Position
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.session import open_connection
from hsmtui.aws.threads import submit
from hsmtui.model.cluster import Cluster


@dataclass(frozen=True, eq=False)
class Opening:
    """What was asked for, and the two answers when they come; each may be an HsmtuiError.

    `region` has the region once it is known, which is before anybody has to sign in.
    """

    place: Place
    terms: Terms
    filters: Mapping[str, Sequence[str]]
    region: "Future[str]"
    connection: "Future[Connection]"
    first_page: "Future[Page[Cluster]]"


def open_again(openings: Sequence[Opening], page_size: int) -> tuple[Opening, ...]:
    """Go to the same places once more."""
    return tuple(begin(o.place, o.filters, page_size, o.terms) for o in openings)


def begin(
    place: Place, filters: Mapping[str, Sequence[str]], page_size: int, terms: Terms
) -> Opening:
    """Start connecting and asking; returns at once."""
    region: Future[str] = Future()
    connection: Future[Connection] = Future()
    caller: Future[Caller] = Future()
    for future in (connection, caller):
        future.set_running_or_notify_cancel()  # who gives up cancels it for nobody else

    def ask() -> Page[Cluster]:
        try:
            opened = open_connection(place, caller, terms, region.set_result)
        except BaseException as error:  # it is raised to whoever waits for the connection
            connection.set_exception(error)
            raise
        connection.set_result(opened)
        return fetch_page(opened, Position(filters), page_size)

    return Opening(place, terms, filters, region, connection, submit(ask))
