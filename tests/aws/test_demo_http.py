"""What is no request, or an odd one: the demo's server refuses it as a service does and goes on.

An exception in a thread of the server fails the test.
"""

import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hsmtui.demo.control_plane import ControlPlane
from hsmtui.demo.server import LONGEST_BODY, DemoServer

DEEP = b"[" * 100_000
SIGNED = (
    "Authorization: AWS4-HMAC-SHA256 "
    "Credential=AKIADEMO111111111111/20260301/us-east-1/cloudhsm/aws4_request, Signature=0\r\n"
)
TARGET = "X-Amz-Target: BaldrApiService."


def exchange(server: DemoServer, sent: bytes, *, ends: bool = True) -> bytes:
    """What comes back on a connection of its own until the server closes it."""
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port), 10) as connection:
        connection.sendall(sent)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def post(head: str, body: bytes, length: str | None = None) -> bytes:
    size = str(len(body)) if length is None else length
    return f"POST / HTTP/1.1\r\n{head}Content-Length: {size}\r\n\r\n".encode("latin-1") + body


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def lives(server: DemoServer) -> bool:
    asked = post(f"{SIGNED}{TARGET}DescribeClusters\r\nConnection: close\r\n", b"{}")
    return status_of(exchange(server, asked)) == 200


ODD = {
    "a line of three bytes": (b"abc\r\n\r\n", 400),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xff" * 300 + b"\n\r\n", 400),
    "no such version": (b"GET / HTTP/9.9.9\r\n\r\n", 400),
    "another major version": (b"GET / HTTP/3.0\r\n\r\n", 505),
    "a line that is too long": (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
    "a header that is too long": (b"GET / HTTP/1.1\r\nA: " + b"a" * 70_000 + b"\r\n\r\n", 431),
    "too many headers": (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", 431),
    "no such method": (b"BREW / HTTP/1.1\r\n\r\n", 501),
    "no URL": (b"GET http://[ HTTP/1.1\r\n\r\n", 400),
    "no length": (b"POST / HTTP/1.1\r\n\r\n", 411),
    "a negative length": (post("", b"", "-5"), 400),
    "a length that is no number": (post("", b"", "many"), 400),
    "a length in other digits": (post("", b"", "\xb2"), 400),
    "a length that is too large": (post("", b"", str(LONGEST_BODY + 1)), 413),
    "a length of 5000 digits": (post("", b"", "9" * 5000), 413),
    "a body that is sent and too large": (post("", b"x" * 2 * LONGEST_BODY), 413),
    "a body that ends too soon": (post("", b"{", "10"), 400),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_request_is_refused_and_recorded(
    name: str, plane: ControlPlane, server: DemoServer
) -> None:
    sent, status = ODD[name]
    answer = exchange(server, sent)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert status_of(answer) == status
    assert b"Content-Type: application/x-amz-json-1.1" in head
    assert json.loads(body)["__type"].endswith("Exception")
    assert len(body) < 2000
    assert [(r.operation, r.status) for r in plane.requests] == [("unreadable", status)]
    assert lives(server)


BODIES = {
    "deep brackets": DEEP,
    "deep objects": b'{"a":' * 50_000,
    "deep and closed": b"[" * 900 + b"]" * 900,
    "deep in a member": b'{"Filters": {"states": ' + b"[" * 400 + b"]" * 400 + b"}}",
    "no JSON": b"{",
    "no UTF-8": b'{"NextToken": "\xff"}',
    "half of a surrogate pair": b'{"NextToken": "\\ud800"}',
    "not a number": b'{"MaxResults": NaN}',
    "no object": b"[1]",
    "a wrong type": b'{"MaxResults": "many"}',
    "another wrong type": b'{"Filters": {"states": {"a": 1}}}',
    "a number that is too large": b'{"MaxResults": 1e999}',
    "a number of many digits": b'{"MaxResults": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.usefixtures("no_collection")
def test_a_body_of_another_shape_is_refused(
    name: str, plane: ControlPlane, server: DemoServer, tmp_path: Path
) -> None:
    head = f"{SIGNED}{TARGET}DescribeClusters\r\n"
    answer = exchange(server, post(head, BODIES[name]))
    assert status_of(answer) == 400
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["__type"].endswith("Exception")
    (request,) = plane.requests
    assert (request.operation, request.status) == ("DescribeClusters", 400)
    json.loads(request.as_line(), parse_constant=lambda name: pytest.fail(name))
    assert lives(server)


ELSEWHERE = {
    "scopes": ("/client/register", b'{"clientName": "a", "clientType": "public", "scopes": 5}'),
    "names": ("/client/register", b'{"clientName": 5}'),
    "depth": ("/token", DEEP),
    "duration": (
        "/",
        b"Action=AssumeRole&RoleArn=arn:aws:iam::111111111111:role/Triage&RoleSessionName=abc"
        b"&DurationSeconds=" + b"9" * 5000,
    ),
    "bytes": ("/", b"Action=GetCallerIdentity&\xff=\xfe"),
}


@pytest.mark.parametrize("name", ELSEWHERE)
@pytest.mark.usefixtures("no_collection")
def test_so_is_one_for_the_services_that_sign_in(name: str, server: DemoServer) -> None:
    path, body = ELSEWHERE[name]
    sent = post(f"{SIGNED}", body).replace(b"POST / ", f"POST {path} ".encode())
    assert status_of(exchange(server, sent)) == (200 if name == "bytes" else 400)
    assert lives(server)


def test_a_lifetime_of_5000_digits(server: DemoServer) -> None:
    header = f"X-aws-ec2-metadata-token-ttl-seconds: {'9' * 5000}"
    sent = f"PUT /latest/api/token HTTP/1.1\r\n{header}\r\n\r\n".encode()
    assert status_of(exchange(server, sent)) == 400


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Filters", "MaxResults", "TagList", "Key", "ResourceId", "BackupId"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    operation=st.sampled_from(
        ["DescribeClusters", "DescribeBackups", "CreateCluster", "TagResource", "CreateHsm"]
    ),
    body=st.binary(max_size=20) | VALUES.map(lambda value: json.dumps(value).encode()),
)
def test_any_body_has_an_answer(server: DemoServer, operation: str, body: bytes) -> None:
    head = f"{SIGNED}{TARGET}{operation}\r\n"
    assert status_of(exchange(server, post(head, body))) in {200, 400}


def test_a_log_that_is_full_ends_and_the_server_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plane = ControlPlane(clusters=1, log=tmp_path / "log")
    assert plane._log is not None
    plane._log.close()
    with Path("/dev/full").open("wb", buffering=0) as plane._log, DemoServer(plane) as server:
        assert lives(server)
        assert lives(server)
    assert capsys.readouterr().err.count("No space left on device") == 1
