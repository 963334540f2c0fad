"""The control plane behind HTTP on 127.0.0.1."""

import contextlib
import signal
import socket
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit

from hsmtui.demo.call import Answer, Message
from hsmtui.demo.control_plane import ControlPlane

HOST = "127.0.0.1"
LONGEST_BODY = 1_000_000
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
            # The accepting thread waits for a connection; this one tells it to look up.
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
    """Announce the URL, then serve until interrupted or told to end."""
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    with server, contextlib.suppress(KeyboardInterrupt):
        announce(server.url)
        told.wait()


class _Http(HTTPServer):
    """Accepts connections, each served by a thread until the client or `stop` closes it."""

    request_queue_size = 64

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

    def _answer(self, body: bytes | None) -> None:
        if body is None:
            return
        url = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        plane = cast("_Http", self.server).plane
        answer = plane.answer(Message(self.command, url.path, url.query, headers, body))
        if answer is None:
            self._reset()
        else:
            self._send(answer)

    def _body(self, usual: str) -> bytes | None:
        """The body of the request, or None after an error was answered.

        `usual` is the length of a body whose length is not given.
        """
        length = self.headers.get("Content-Length", usual)
        if not length.isdecimal():
            self.send_error(411)
        elif int(length) > LONGEST_BODY:
            self.send_error(413)
        else:
            return self.rfile.read(int(length))
        return None

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
