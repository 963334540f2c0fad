"""The network between a client and the demo's server: what lies on the way, and how it fails."""

import re
import select
import socket
import socketserver
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hsmtui.demo.server import RESET_ON_CLOSE

LOCAL = "127.0.0.1"
CHUNK = 65_536
DRIP_SECONDS = 0.02
END_OF_HEAD = b"\r\n\r\n"

Address = tuple[str, int]
Way = Callable[[socket.socket, Address], None]
"""What becomes of a connection, given its socket and the server that it is meant for."""


def address_of(url: str) -> Address:
    """Where a URL of this machine leads."""
    parts = urlsplit(url)
    return parts.hostname or LOCAL, parts.port or 0


def forward(client: socket.socket, target: Address) -> None:
    """Carry bytes both ways until one side closes; a reset is passed on as one."""
    carry(client, target)


def carry(client: socket.socket, target: Address, first: bytes = b"") -> None:
    """Carry bytes both ways, these before all others."""
    with socket.create_connection(target) as server:
        server.sendall(first)
        other = {client: server, server: client}
        try:
            while True:
                for source in select.select([client, server], [], [])[0]:
                    data = _take(source)
                    if not data:
                        return
                    other[source].sendall(data)
        except ConnectionError:
            _hang_up(client)


def _take(source: socket.socket) -> bytes:
    """What has come; `select` does not see what TLS has decrypted already."""
    data = source.recv(CHUNK)
    while isinstance(source, ssl.SSLSocket) and source.pending():
        data += source.recv(CHUNK)
    return data


def cut(size: int) -> Way:
    """Carry an answer's head and the first bytes of its body, then close as if all were said."""

    def way(client: socket.socket, target: Address) -> None:
        head, body = _answer(client, target, lambda _, body: len(body) >= size)
        client.sendall(head + body[:size])

    return way


def once(client: socket.socket, target: Address) -> None:
    """Carry one request and its answer, which says that the connection is closed after it."""

    def is_whole(head: bytes, body: bytes) -> bool:
        length = re.search(rb"Content-Length: (\d+)", head)
        return length is not None and len(body) >= int(length[1])

    head, body = _answer(client, target, is_whole)
    if head:
        client.sendall(head.replace(END_OF_HEAD, b"\r\nConnection: close" + END_OF_HEAD) + body)
    else:
        _hang_up(client)


def _answer(
    client: socket.socket, target: Address, is_enough: Callable[[bytes, bytes], bool]
) -> tuple[bytes, bytes]:
    """Carry a request, and take the head and the body of its answer as far as it is enough."""
    with socket.create_connection(target) as server, suppress(ConnectionError):
        head, body = b"", b""
        while not (head and is_enough(head, body)):
            for source in select.select([client, server], [], [])[0]:
                data = _take(source)
                if source is client:
                    server.sendall(data)
                elif data:
                    body += data
                else:
                    return head, body
            if not head and END_OF_HEAD in body:
                head, _, body = body.partition(END_OF_HEAD)
                head += END_OF_HEAD
        return head, body
    return b"", b""


def reset(client: socket.socket, _: Address) -> None:
    """Take what is sent, then reset the connection."""
    client.recv(CHUNK)
    _hang_up(client)


def _hang_up(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)


def hang(client: socket.socket, _: Address) -> None:
    """Take everything and answer nothing."""
    while client.recv(CHUNK):
        pass


def garbage(client: socket.socket, _: Address) -> None:
    """Answer with what is no HTTP."""
    client.recv(CHUNK)
    client.sendall(b"\x16\x03\x00 220 mail.example.net ESMTP\r\n\r\n")


def drip(client: socket.socket, _: Address) -> None:
    """Answer a byte at a time, each long before any time-out, without end."""
    client.recv(CHUNK)
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n{")
    while not select.select([client], [], [], DRIP_SECONDS)[0] or client.recv(CHUNK):
        client.sendall(b" ")


class Road:
    """A front on 127.0.0.1 for a server, with TLS where a certificate is given.

    `way` says what becomes of each new connection.
    """

    def __init__(self, target: str, identity: "Identity | None" = None) -> None:
        self.way: Way = forward
        self.identity = identity
        self._target = address_of(target)
        self._clients: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._server = socketserver.ThreadingTCPServer(
            (LOCAL, 0), partial(_Handler, serve=self._serve)
        )
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"{'https' if self.identity else 'http'}://{LOCAL}:{self.port}"

    def drop(self) -> None:
        """Close every connection; those that come later are served."""
        with self._lock:
            clients, self._clients = self._clients, set()
        for client in clients:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.drop()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError):  # the client went away, or does not trust the certificate
            if self.identity is not None:
                client = self.identity.context().wrap_socket(client, server_side=True)
            with client:
                with self._lock:
                    self._clients.add(client)
                self.way(client, self._target)


class _Handler(socketserver.BaseRequestHandler):
    def __init__(self, *arguments: Any, serve: Callable[[socket.socket], None]) -> None:
        self._serve = serve
        super().__init__(*arguments)

    def handle(self) -> None:
        self._serve(self.request)


class Proxy(Road):
    """An HTTP proxy in front of one server, whatever host it is asked for.

    `asked` holds the first line of each request. With `user` it wants a name and a password; with
    `refusal` it answers every request with that status line.
    """

    def __init__(self, target: str, user: str | None = None, refusal: str | None = None) -> None:
        super().__init__(target)
        self.way = self._relay
        self.asked: list[str] = []
        self._user = user
        self._refusal = refusal

    def _relay(self, client: socket.socket, target: Address) -> None:
        request = client.recv(CHUNK)
        head = request.partition(b"\r\n\r\n")[0].decode()
        self.asked.append(head.split("\r\n")[0])
        refusal = self._refusal or self._wants_name(head)
        if refusal:
            page = b"<html><body>No.</body></html>"
            status = f"HTTP/1.1 {refusal}\r\nContent-Length: {len(page)}\r\n\r\n"
            client.sendall(status.encode() + page)
        elif head.startswith("CONNECT "):
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            forward(client, target)
        else:
            method, url, rest = request.split(b" ", 2)
            path = urlsplit(url.decode()).path or "/"
            carry(client, target, b" ".join((method, path.encode(), rest)))

    def _wants_name(self, head: str) -> str | None:
        if self._user is None:
            return None
        expected = f"proxy-authorization: basic {b64encode(self._user.encode()).decode()}"
        known = expected.lower() in head.lower()
        return None if known else "407 Proxy Authentication Required"


class Identity:
    """A certificate that vouches for itself, and its key."""

    def __init__(self, folder: Path, *hosts: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName(map(x509.DNSName, hosts)), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.bundle = folder / f"{hosts[0].replace('*', 'any')}.pem"
        self._chain = self.bundle.with_suffix(".key")
        public = certificate.public_bytes(serialization.Encoding.PEM)
        self.bundle.write_bytes(public)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        self._chain.write_bytes(private + public)

    def context(self) -> ssl.SSLContext:
        """What a server with this certificate speaks TLS with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._chain)
        return context


class Names:
    """The names that a resolver knows: `known[host]` is the port on this machine, or None.

    A port where nobody listens makes a host that refuses; None, a name that does not exist. Every
    other name is resolved as usual.
    """

    def __init__(self) -> None:
        self.known: dict[str, int | None] = {}
        self._usual = socket.getaddrinfo

    def getaddrinfo(self, host: Any, port: Any, *more: Any, **named: Any) -> Any:
        """In place of `socket.getaddrinfo`."""
        if host not in self.known:
            return self._usual(host, port, *more, **named)
        here = self.known[host]
        if here is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self._usual(LOCAL, here, *more, **named)
