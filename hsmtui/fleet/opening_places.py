"""Several places opened at once, with a bound to the requests at a time."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future

from hsmtui.aws.caller import Caller
from hsmtui.aws.clusters import fetch_page
from hsmtui.aws.connect import Opening
from hsmtui.aws.connection import Connection
from hsmtui.aws.pages import Page, Position
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.session import open_connection
from hsmtui.aws.threads import Pool
from hsmtui.model.cluster import Cluster


def begin_all(
    places: Sequence[Place],
    filters: Mapping[str, Sequence[str]],
    page_size: int,
    terms: Terms,
    pool: Pool,
) -> tuple[Opening, ...]:
    """Start connecting to all of them and asking; returns at once."""
    return tuple(_begin(pool, place, filters, page_size, terms) for place in places)


def _begin(
    pool: Pool, place: Place, filters: Mapping[str, Sequence[str]], page_size: int, terms: Terms
) -> Opening:
    region: Future[str] = Future()
    connection: Future[Connection] = Future()
    connection.set_running_or_notify_cancel()

    def ask() -> Page[Cluster]:
        caller: Future[Caller] = Future()
        caller.set_running_or_notify_cancel()
        try:
            opened = open_connection(place, caller, terms, region.set_result)
        except BaseException as error:
            connection.set_exception(error)
            raise
        connection.set_result(opened)
        return fetch_page(opened, Position(filters), page_size)

    return Opening(place, terms, filters, region, connection, pool.submit(ask))
