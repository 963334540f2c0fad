"""Answers that are too large or that drip: bounded, told as they are, and never sent again."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress

import pytest

from hsmtui.aws.bounds import LARGEST_ANSWER
from hsmtui.aws.clusters import delete_cluster, fetch_page
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Position
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.session import open_connection
from hsmtui.aws.threads import Pool, turns
from tests.scripted import Reply, ScriptedPlane

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n"
TIMES = {"connect_timeout": 0.2, "read_timeout": 0.3}
"""Seconds; an attempt has 0.8."""

Talk = Callable[[socket.socket, threading.Event], None]


class Talker:
    """A server that takes requests and answers each as a function says."""

    def __init__(self, talk: Talk) -> None:
        self.requests = 0
        self.ended = threading.Event()
        self._talk = talk
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def _accept(self) -> None:
        while not self.ended.is_set():
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            while part := line.recv(65536):
                if part.startswith(b"POST "):  # its body may come in a part of its own
                    self.requests += 1
                    self._talk(line, self.ended)

    def stop(self) -> None:
        self.ended.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._accepting.join()  # after the closing it could accept what is another's by then
        self._listening.close()


def drip(start: bytes, piece: bytes) -> Talk:
    """So much at once, then a piece again and again."""

    def talk(line: socket.socket, ended: threading.Event) -> None:
        line.sendall(start)
        while not ended.wait(0.05):
            line.sendall(piece)

    return talk


def flood(line: socket.socket, ended: threading.Event) -> None:
    line.sendall(HEAD + b"Connection: close\r\n\r\n")
    while not ended.is_set():
        line.sendall(b" " * 1_000_000)


def chunks(line: socket.socket, _: threading.Event) -> None:
    body = b'{"Clusters": [{"ClusterId": "one", "Hsms": []}]}'
    parts = [body[at : at + 7] for at in range(0, len(body), 7)]
    sent = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    line.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + sent + b"0\r\n\r\n")


@pytest.fixture
def served(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[Talk], tuple[Connection, Talker]]]:
    talkers: list[Talker] = []

    def serve(talk: Talk) -> tuple[Connection, Talker]:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIADEMO111111111111")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "demo")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        talker = Talker(talk)
        talkers.append(talker)
        place = Place(None, "us-east-1", talker.url)
        return open_connection(place, Future(), Terms(lambda *_: "", **TIMES)), talker

    yield serve
    for talker in talkers:
        talker.stop()


DRIPS = {
    "head": drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
    "body": drip(HEAD + b"Content-Length: 100000\r\n\r\n", b" "),
    "endless body": drip(HEAD + b"Connection: close\r\n\r\n", b" "),
    "chunks": drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "error": drip(b"HTTP/1.1 400 Bad\r\nContent-Length: 100000\r\n\r\n", b" "),
}


@pytest.mark.parametrize("talk", DRIPS.values(), ids=DRIPS)
def test_an_answer_that_drips_is_late(served, talk):
    connection, _ = served(talk)
    start = time.monotonic()
    with pytest.raises(HsmtuiError) as caught:
        fetch_page(connection, Position())
    assert time.monotonic() - start < 20  # it would never end
    assert "in time" in caught.value.title
    assert "0.8 seconds" in caught.value.detail
    assert caught.value.retryable


@pytest.mark.parametrize("talk", [*DRIPS.values(), flood], ids=[*DRIPS, "flood"])
def test_of_a_change_it_is_not_known_whether_it_was_made(served, talk):
    connection, talker = served(talk)
    with pytest.raises(HsmtuiError) as caught:
        delete_cluster(connection, "cluster-aaaaaaa2345")
    assert (caught.value.unsent, caught.value.refused) == (False, False)
    assert talker.requests == 1


@pytest.mark.parametrize("talk", [DRIPS["body"], DRIPS["chunks"], flood])
def test_who_was_given_up_ends(served, talk):
    connection, _ = served(talk)
    with pytest.raises(HsmtuiError):
        fetch_page(connection, Position())
    end = time.monotonic() + 20
    while any(thread.name == "offload _attempt" for thread in threading.enumerate()):
        assert time.monotonic() < end
        time.sleep(0.01)


def test_others_compute_while_an_answer_is_waited_for(served, monkeypatch):
    monkeypatch.setattr(turns, "_longest", 60.0)
    asked, computed = threading.Event(), threading.Event()

    def talk(line: socket.socket, ended: threading.Event) -> None:
        asked.set()
        if computed.wait(20):
            chunks(line, ended)

    connection, _ = served(talk)
    pool = Pool(2)
    page = pool.submit(fetch_page, connection, Position())
    assert asked.wait(20)
    pool.submit(computed.set)
    assert len(page.result(20).entries) == 1


def test_chunks_are_an_answer(served):
    connection, _ = served(chunks)
    for _ in range(2):
        assert fetch_page(connection, Position()).entries[0].hsms == ()


def test_an_answer_that_is_announced_as_too_large_is_not_read(served):
    def talk(line: socket.socket, _: threading.Event) -> None:
        line.sendall(HEAD + b"Content-Length: 200000000\r\n\r\n")

    connection, talker = served(talk)
    with pytest.raises(HsmtuiError) as caught:
        fetch_page(connection, Position())
    assert "could not be read" in caught.value.title
    assert "200,000,000 bytes" in caught.value.detail
    assert f"{LARGEST_ANSWER:,}" in caught.value.detail
    assert talker.requests == 1


def test_an_answer_that_does_not_end_is_not_read_on(served):
    connection, talker = served(flood)
    with pytest.raises(HsmtuiError) as caught:
        fetch_page(connection, Position())
    assert f"at most {LARGEST_ANSWER:,}" in caught.value.detail
    assert talker.requests == 1


def test_a_page_of_10_000_hsms_is_not_too_large(connection: Connection, plane: ScriptedPlane):
    hsm = b'{"HsmId": "hsm-aaaaaaaaaaa", "State": "ACTIVE", "EniId": "eni-0cccccccccccccccc"}'
    hsms = b",".join([hsm] * 10_000)
    plane.script(
        "DescribeClusters", Reply(b'{"Clusters": [{"ClusterId": "c", "Hsms": [%s]}]}' % hsms)
    )
    (cluster,) = fetch_page(connection, Position()).entries
    assert len(cluster.hsms) == 10_000
