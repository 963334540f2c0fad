"""A control plane behind HTTP, and connections to it, as the tests of the client have them."""

import pytest

from tests.aws.conftest import asked, connect, connection, open_place, plane, server

__all__ = ["asked", "connect", "connection", "open_place", "plane", "server"]


@pytest.fixture(autouse=True)
def nothing_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test here is about an answer that does not come; a busy machine takes its time."""
    monkeypatch.setattr("tests.aws.conftest.READ_TIMEOUT", 60.0)
