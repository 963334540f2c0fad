"""A control plane behind HTTP, and connections to it as the app makes them."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future

import pytest

from hsmtui.aws.connection import Connection
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.session import open_connection
from hsmtui.demo.server import DemoServer
from tests.scripted import ScriptedPlane, StandingClock

Connect = Callable[..., Connection]


@pytest.fixture
def plane(clock: StandingClock) -> ScriptedPlane:
    return ScriptedPlane(clock=clock, clusters=40)


@pytest.fixture
def server(plane: ScriptedPlane) -> Iterator[DemoServer]:
    with DemoServer(plane) as server:
        yield server


@pytest.fixture
def read_timeout() -> float:
    """Seconds; what hangs in a test hangs so long."""
    return 1.0


@pytest.fixture
def open_place(read_timeout: float) -> Iterator[Connect]:
    """Opens a Place given by its fields, and closes what was opened."""
    opened: list[Connection] = []

    def connect(
        profile: str | None = None, region: str | None = None, **more: object
    ) -> Connection:
        connection = open_connection(
            Place(profile, region, **more),
            Future(),
            Terms(lambda *_: "", read_timeout=read_timeout),
        )
        opened.append(connection)
        return connection

    yield connect
    for connection in opened:
        connection.client.close()


@pytest.fixture
def connect(server: DemoServer, aws_files: Callable[..., None], open_place: Connect) -> Connect:
    """Opens places with the demo's profiles; the well-filled one where none is named."""
    aws_files(server.url)

    def connect(
        profile: str | None = "demo", region: str | None = None, **more: object
    ) -> Connection:
        return open_place(profile, region, **more)

    return connect


@pytest.fixture
def connection(connect: Connect) -> Connection:
    return connect()


@pytest.fixture
def asked(plane: ScriptedPlane) -> Callable[[str], list[dict[str, object]]]:
    """The parameters of the requests so far for an operation."""

    def parameters(operation: str) -> list[dict[str, object]]:
        return [r.parameters for r in plane.requests if r.operation == operation]

    return parameters
