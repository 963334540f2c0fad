"""A control plane behind HTTP, and connections to it, as the tests of the client have them."""

import pytest

from tests.aws.conftest import asked, connect, connection, open_place, plane, server

__all__ = ["asked", "connect", "connection", "open_place", "plane", "server"]


@pytest.fixture
def read_timeout() -> float:
    return 60.0
