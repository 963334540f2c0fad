"""The control plane behind HTTP on 127.0.0.1."""

import contextlib
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit

from hsmtui.demo.call import Answer, Message
from hsmtui.demo.control_plane import ControlPlane
from hsmtui.demo.errors import ServiceError

HOST = "127.0.0.1"
LONGEST_BODY = 1_000_000
LONGEST_LENGTH = 18
"""Digits of a Content-Length that are read."""

LONGEST_WORDS = 200
"""Characters of what is said of a request, which may repeat it."""

DRAINED_FOR = 1.0
"""Seconds for which a connection is read on that is about to end."""

MALFORMED = "MalformedHttpRequestException"
_REFUSALS = {
    413: "RequestEntityTooLargeException",
    501: "UnknownOperationException",
}
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""The value of SO_LINGER with which closing a connection resets it."""


class DemoServer:
    """Serves a control plane on a port of 127.0.0.1; port 0 takes a free one.

    A plane has one server at a time, since stopping a server drops every call that the plane holds.
    """

    def __init__(self, plane: ControlPlane, port: int = 0) -> None:
        """Bind the port; `start` serves it."""
        self._plane = plane
        self._http = _Http(plane, port)
        self._thread = threading.Thread(target=self._serve, name="demo-accept", daemon=True)

    @property
    def url(self) -> str:
        """The endpoint to give to an AWS client."""
        return f"http://{HOST}:{self._http.server_port}"

    def start(self) -> Self:
        """Serve from a thread of its own. A server is started once."""
        self._plane.stopping.clear()
        self._thread.start()
        return self

    def stop(self) -> None:
        """Drop what is under way, close every connection and leave no thread behind."""
        self._plane.stop()
        if self._thread.is_alive():
            # The accepting thread waits for a connection; this one wakes it.
            with socket.create_connection((HOST, self._http.server_port)):
                self._thread.join()
        self._http.server_close()
        self._http.close_connections()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _serve(self) -> None:
        while not self._plane.stopping.is_set():
            self._http.handle_request()


def serve(server: DemoServer, announce: Callable[[str], object]) -> None:
    """Announce the URL, then serve until interrupted or asked to end by SIGTERM."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    with server, contextlib.suppress(KeyboardInterrupt):
        announce(server.url)
        ended.wait()


class _Http(HTTPServer):
    """Accepts connections, each served by a thread until the client or `stop` closes it."""

    request_queue_size = 1024
    """Connections that may wait: what finds no room is tried again a second later."""

    def __init__(self, plane: ControlPlane, port: int) -> None:
        self.plane = plane
        self._connections: dict[threading.Thread, socket.socket] = {}
        self._lock = threading.Lock()
        super().__init__((HOST, port), _Handler)

    def server_bind(self) -> None:
        """Bind without asking the resolver for the name of this host."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = self.socket.getsockname()[:2]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve the connection from a thread of its own."""
        thread = threading.Thread(
            target=self._serve_connection,
            args=(request, client_address),
            name="demo-connection",
            daemon=True,
        )
        with self._lock:
            self._connections[thread] = request
        thread.start()

    def close_connections(self) -> None:
        """Close every connection and wait for the threads that serve them."""
        with self._lock:
            connections = list(self._connections.items())
        for _, connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread, _ in connections:
            thread.join()

    def _serve_connection(self, request: socket.socket, client_address: Any) -> None:
        try:
            with contextlib.suppress(ConnectionError):
                self.finish_request(request, client_address)
        finally:
            request.close()
            with self._lock:
                del self._connections[threading.current_thread()]


class _Handler(BaseHTTPRequestHandler):
    """One connection: reads requests, writes each answer in one piece."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 0

    def do_GET(self) -> None:
        """Answer one request."""
        self._answer(self._body("0"))

    def do_PUT(self) -> None:
        """Answer one request."""
        self._answer(self._body("0"))

    def do_POST(self) -> None:
        """Answer one request."""
        self._answer(self._body(""))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Say nothing: the plane keeps the log."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no request of HTTP, or none that is read, as the services word it.

        What else comes on the connection cannot be understood then: it ends.
        """
        words = message or self.responses[HTTPStatus(code)][0]
        error = ServiceError(_REFUSALS.get(code, MALFORMED), words[:LONGEST_WORDS], code)
        self._send(self._plane.refuse(error))
        self.close_connection = True
        self._drain()

    @property
    def _plane(self) -> ControlPlane:
        return cast("_Http", self.server).plane

    def _answer(self, body: bytes | None) -> None:
        if body is None:
            return
        try:
            url = urlsplit(self.path)
        except ValueError as error:
            self.send_error(400, str(error))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self._plane.answer(Message(self.command, url.path, url.query, headers, body))
        if answer is None:
            self._reset()
        else:
            self._send(answer)

    def _body(self, usual: str) -> bytes | None:
        """The body of the request, or None after an error was answered.

        `usual` is the length of a body whose length is not given.
        """
        given = self.headers.get("Content-Length", usual).strip()
        if not given:
            self.send_error(411)
        elif not (given.isascii() and given.isdigit()):
            self.send_error(400, "The Content-Length is no number")
        elif len(given) > LONGEST_LENGTH or int(given) > LONGEST_BODY:
            self.send_error(413)
        else:
            body = self.rfile.read(int(given))
            if len(body) == int(given):
                return body
            self.send_error(400, "The body is shorter than its Content-Length")
        return None

    def _drain(self) -> None:
        """Read on for a while: closing on what was not read takes the answer back."""
        end = time.monotonic() + DRAINED_FOR
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(DRAINED_FOR)
            while self.connection.recv(65536) and time.monotonic() < end:
                pass

    def _send(self, answer: Answer) -> None:
        phrase = self.responses.get(answer.status, ("",))[0]
        error_type = f"x-amzn-ErrorType: {answer.error_type}\r\n" if answer.error_type else ""
        head = (
            f"{self.protocol_version} {answer.status} {phrase}\r\n"
            f"x-amzn-RequestId: {answer.request_id}\r\n"
            f"{error_type}"
            f"Content-Type: {answer.content_type}\r\n"
            f"Content-Length: {len(answer.body)}\r\n\r\n"
        ).encode()
        self.wfile.write(head + answer.body[: answer.sent])
        if answer.sent is not None:
            self._reset()

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
