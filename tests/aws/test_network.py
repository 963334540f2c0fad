"""What lies between the client and AWS: time-outs, retries, proxies, TLS, and other endpoints."""

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path

import pytest

from hsmtui.aws.clusters import delete_cluster, fetch_page
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Position
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.session import open_connection
from hsmtui.demo.server import DemoServer
from tests.network import Identity, Names, Proxy, Road, Way, cut, garbage, hang, reset
from tests.scripted import Gate, Refuse, Reply, Reset, ScriptedPlane

NOBODY = "cluster-aaaaaaaaaaa"
SECRET = "s3cr3t"
BASIC = "operator:s3cr3t"
OWN = ("*.us-east-1.amazonaws.com", "*.us-east-1.api.aws")
HOST = "cloudhsmv2.us-east-1.amazonaws.com"

CALLS: dict[str, Callable[[Connection], object]] = {
    "DescribeClusters": lambda connection: fetch_page(connection, Position()),
    "DeleteCluster": lambda connection: delete_cluster(connection, NOBODY),
}


def listed(connection: Connection) -> int:
    return len(fetch_page(connection, Position()).entries)


def failure(connection: Connection, operation: str = "DescribeClusters") -> HsmtuiError:
    with pytest.raises(HsmtuiError) as caught:
        CALLS[operation](connection)
    error = caught.value
    assert error.operation == operation
    assert error.detail
    assert error.remedy
    assert SECRET not in f"{error} {error.remedy} {error!r}"
    return error


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    names = Names()
    monkeypatch.setattr(socket, "getaddrinfo", names.getaddrinfo)
    return names


@pytest.fixture
def roads() -> Iterator[Callable[[Road], Road]]:
    """Opens a road until the test is over."""
    with ExitStack() as stack:
        yield stack.enter_context


@pytest.fixture
def identity(tmp_path: Path) -> Identity:
    """A certificate for AWS's hosts in us-east-1, which nobody trusts yet."""
    return Identity(tmp_path, *OWN)


@pytest.fixture
def front(server: DemoServer, identity: Identity, roads, connect, monkeypatch) -> Road:
    """TLS before the demo's server; the profiles name no endpoint, so that AWS's own is asked."""
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    monkeypatch.delenv("NO_PROXY")
    return roads(Road(server.url, identity))


@pytest.fixture
def proxy(front: Road, identity: Identity, roads, monkeypatch) -> Proxy:
    """A proxy through which AWS's hosts are reached, with a certificate that is trusted."""
    monkeypatch.setenv("AWS_CA_BUNDLE", str(identity.bundle))
    proxy = roads(Proxy(front.url))
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    return proxy


class TestAttempts:
    @pytest.mark.parametrize(
        ("variable", "attempts", "fault"),
        [
            (None, 3, Refuse("ThrottlingException")),
            (None, 3, Reply(b"<html/>", 503, "text/html")),
            (None, 3, Reset()),
            ("2", 2, Reset()),
            ("5", 5, Reset()),
        ],
    )
    def test_of_a_read_are_three_or_as_many_as_are_wanted(
        self, connect, asked, plane, monkeypatch, variable, attempts, fault
    ):
        monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
        monkeypatch.delenv("AWS_MAX_ATTEMPTS")
        if variable is not None:
            monkeypatch.setenv("AWS_MAX_ATTEMPTS", variable)
        plane.script("DescribeClusters", fault)
        failure(connect())
        assert len(asked("DescribeClusters")) == attempts

    def test_that_fail_are_made_up_for(self, connect, asked, plane, monkeypatch):
        monkeypatch.delenv("AWS_MAX_ATTEMPTS")
        plane.script("DescribeClusters", Reset(), call=1)
        plane.script("DescribeClusters", Reset(sent=40), call=2)
        assert listed(connect()) == 25
        assert len(asked("DescribeClusters")) == 3

    @pytest.mark.parametrize(
        "fault", [Refuse("ThrottlingException"), Refuse("Service", status=500), Reset(), Gate()]
    )
    def test_of_a_delete_are_one_whatever_is_wanted(
        self, connect, asked, plane, monkeypatch, fault
    ):
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
        plane.script("DeleteCluster", fault)
        failure(connect(), "DeleteCluster")
        plane.clear_scripts()
        assert len(asked("DeleteCluster")) == 1

    def test_keep_the_line_alive(self, connection):
        """Where a machine's TCP settings are those that AWS advises, idle lines are noticed."""
        assert connection.client.meta.config.tcp_keepalive

    def test_that_hang_end_with_the_time_that_is_set(self, connect, asked, plane):
        plane.script("DescribeClusters", Gate())
        terms = Terms(lambda *_: False, read_timeout=0.2)
        error = failure(open_connection(Place("demo"), Future(), terms))
        plane.clear_scripts()
        assert "in time" in error.title
        assert len(asked("DescribeClusters")) == 1


CUT = "could not be read|was lost"
"""What is said of an answer that is cut off: botocore before 1.44 says that the line closed."""


class TestBadRoad:
    @pytest.mark.parametrize(
        ("way", "operation", "title"),
        [
            (way, operation, title)
            for way, title in (
                (reset, "was lost"),
                (hang, "in time"),
                (garbage, "was lost"),
                (cut(0), CUT),
                (cut(40), CUT),
            )
            for operation in CALLS
        ],
    )
    def test_is_told_apart_and_an_outcome_left_open(
        self, server, plane: ScriptedPlane, roads, connect, way: Way, operation: str, title: str
    ):
        road = roads(Road(server.url))
        place = plane.clusters("111111111111", "us-east-1")
        place[0].cluster_id, place[0].hsms = NOBODY, []
        road.way = way
        error = failure(connect(endpoint_url=road.url), operation)
        assert re.search(title, error.title)
        assert (error.unsent, error.refused) == (False, False)

    def test_of_a_proxys_page_shows_the_words_alone(self, connection, plane):
        style = "body { color: #333 }\n" * 5000
        page = f"<html><head><style>{style}</style></head><body><h1>Gateway\n\nDown</h1>&amp; out"
        for body in (page.replace(style, ""), page):
            plane.clear_scripts()
            plane.script("DescribeClusters", Reply(body.encode(), 503, "text/html"))
            error = failure(connection)
            assert "HTTP 503" in error.title
            assert "<" not in error.detail
            assert "color" not in error.detail
        plane.clear_scripts()
        plane.script("DescribeClusters", Reply(b"x" * 3_000_000, 503, "text/plain"))
        assert len(failure(connection).detail) < 700

    def test_of_an_unknown_host_names_region_and_private_endpoint(self, front, names, connect):
        names.known[HOST] = None
        error = failure(connect())
        assert HOST in error.title
        assert "com.amazonaws.us-east-1.cloudhsmv2" in str(error.remedy)
        assert "may not exist in us-east-1" in str(error.remedy)
        assert error.unsent

    @pytest.mark.parametrize(
        ("host", "said"),
        [
            ("sts.us-east-1.amazonaws.com", "com.amazonaws.us-east-1.sts."),
            ("sts-fips.us-east-1.amazonaws.com", "com.amazonaws.us-east-1.sts-fips."),
        ],
    )
    def test_to_sts_names_its_private_endpoint(
        self, front, names, connect, monkeypatch, host, said
    ):
        names.known[host] = None
        if "fips" in host:
            monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
        connection = connect()
        connection.ask_caller()
        error = connection.caller.exception()
        assert isinstance(error, HsmtuiError)
        assert host in error.title
        assert said in str(error.remedy)
        assert "cloudhsmv2" not in str(error.remedy)

    def test_to_the_sso_portal_names_none(self, front, names, connect, tmp_path):
        names.known["oidc.us-east-1.amazonaws.com"] = None
        config = tmp_path / "aws" / "config"
        config.write_text(config.read_text().replace("endpoint_url", "#"))
        error = failure(connect("demo-sso"), "sign in")
        assert "oidc.us-east-1.amazonaws.com" in error.title
        assert "com.amazonaws" not in str(error.remedy)

    def test_to_a_role_says_that_it_signs_in(self, front, names, connect, tmp_path):
        names.known["sts.us-east-1.amazonaws.com"] = None
        with (tmp_path / "aws" / "config").open("a") as file:
            file.write(
                "[profile role]\nregion = us-east-1\nsource_profile = demo\n"
                "role_arn = arn:aws:iam::111111111111:role/Triage\n"
            )
        error = failure(connect("role"), "sign in")
        assert "sts.us-east-1.amazonaws.com" in error.title
        assert "com.amazonaws.us-east-1.sts." in str(error.remedy)


CALLS["sign in"] = CALLS["DescribeClusters"]


class TestProxy:
    def test_is_asked_for_a_tunnel_to_the_hosts_of_aws(self, proxy, connect, plane):
        connection = connect()
        assert listed(connection) == 25
        connection.ask_caller()
        assert connection.account == "111111111111"
        assert [line.split(":")[0] for line in proxy.asked] == [
            "CONNECT cloudhsmv2.us-east-1.amazonaws.com",
            "CONNECT sts.us-east-1.amazonaws.com",
        ]

    def test_for_http_gets_the_whole_url(self, front, server, roads, connect, monkeypatch):
        proxy = roads(Proxy(server.url))
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        assert listed(connect(endpoint_url="http://hsm.example.net:8080")) == 25
        assert proxy.asked == ["POST http://hsm.example.net:8080/ HTTP/1.1"]

    @pytest.mark.parametrize("excepted", [HOST, ".amazonaws.com", "*"])
    def test_is_passed_by_where_no_proxy_says_so(
        self, proxy, names, front, connect, monkeypatch, excepted
    ):
        monkeypatch.setenv("NO_PROXY", excepted)
        names.known[HOST] = front.port
        assert listed(connect()) == 25
        assert proxy.asked == []

    def test_that_wants_a_password_gets_it(self, front, proxy, roads, connect, monkeypatch):
        picky = roads(Proxy(front.url, BASIC))
        monkeypatch.setenv("HTTPS_PROXY", f"http://{BASIC}@127.0.0.1:{picky.port}")
        assert listed(connect()) == 25

    @pytest.mark.parametrize("operation", ["DescribeClusters", "DeleteCluster"])
    @pytest.mark.parametrize(
        ("refusal", "user", "reason", "remedy"),
        [
            ("403 Forbidden by policy", None, "403 Forbidden by policy", "NO_PROXY"),
            ("502 Bad Gateway", None, "502", "HTTPS_PROXY"),
            (None, BASIC, "407", "name and password"),
        ],
    )
    def test_that_refuses_is_named_with_its_reason(
        self, front, proxy, roads, connect, monkeypatch, refusal, user, reason, remedy, operation
    ):
        picky = roads(Proxy(front.url, user, refusal))
        address = f"127.0.0.1:{picky.port}"
        monkeypatch.setenv("HTTPS_PROXY", f"http://operator:x{SECRET}@{address}")
        error = failure(connect(), operation)
        assert HOST in error.title
        assert address in error.title
        assert reason in error.detail
        assert remedy in str(error.remedy)
        assert error.unsent

    @pytest.mark.parametrize("status", ["403 Forbidden", "407 Proxy Authentication Required"])
    def test_that_refuses_plain_http_is_told_from_the_service(
        self, front, server, roads, connect, monkeypatch, status
    ):
        proxy = roads(Proxy(server.url, refusal=status))
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        connection = connect(endpoint_url="http://hsm.example.net")
        error = failure(connection)
        assert "roxy" in error.title
        assert "PROXY" in str(error.remedy)
        assert not error.refused
        connection.ask_caller()
        assert "roxy" in str(connection.caller.exception())

    @pytest.mark.parametrize(
        "address",
        [
            "http://operator:s3cr3t@127.0.0.1:1",
            "operator:s3cr3t@127.0.0.1:1",
            "socks5://operator:s3cr3t@127.0.0.1:1",
            "http://s:s3cr3t@127.0.0.1:1",
            "http://operator:p%C3%A4s3cr3t@127.0.0.1:1",
            "http://operator:päs3cr3t@127.0.0.1:1",
            "http://operator:s3cr3t/x@127.0.0.1:1",
            "http://operator:s3cr3t@127.0.0.1:port",
            "http://operator:s3cr3t@[::1",
        ],
    )
    def test_that_cannot_be_used_never_shows_its_password(
        self, proxy, names, connect, monkeypatch, address
    ):
        names.known["socks5"] = None
        monkeypatch.setenv("HTTPS_PROXY", address)
        error = failure(connect())
        assert "proxy" in f"{error}".lower()
        assert "PROXY" in str(error.remedy)
        assert error.unsent


def test_a_token_that_no_header_can_carry_is_not_shown(connect, monkeypatch, server) -> None:
    for name, value in (
        ("ACCESS_KEY_ID", "AKIADEMO111111111111"),
        ("SECRET_ACCESS_KEY", "demo"),
        ("SESSION_TOKEN", f"{SECRET}\n"),
    ):
        monkeypatch.setenv(f"AWS_{name}", value)
    error = failure(connect(None, "us-east-1", endpoint_url=server.url))
    assert "AWS_SESSION_TOKEN" in str(error.remedy)
    assert error.unsent


class TestTls:
    @pytest.mark.parametrize("operation", ["DescribeClusters", "DeleteCluster"])
    def test_that_nobody_vouches_for_is_refused(self, front, names, connect, plane, operation):
        names.known[HOST] = front.port
        error = failure(connect(), operation)
        assert f"TLS connection to {HOST}" in error.title
        assert "self-signed certificate" in error.detail
        assert "AWS_CA_BUNDLE" in str(error.remedy)
        assert error.unsent
        assert plane.requests == ()

    def test_for_another_host_is_refused(self, server, tmp_path, roads, connect, monkeypatch):
        stranger = Identity(tmp_path, "stranger.example.net")
        monkeypatch.setenv("AWS_CA_BUNDLE", str(stranger.bundle))
        error = failure(connect(endpoint_url=roads(Road(server.url, stranger)).url))
        assert "stranger.example.net" in error.detail
        assert error.unsent

    @pytest.mark.parametrize("by", ["variable", "profile"])
    def test_is_trusted_by_the_bundle_that_is_named(
        self, front, identity, names, connect, monkeypatch, tmp_path, by
    ):
        names.known[HOST] = front.port
        if by == "variable":
            monkeypatch.setenv("AWS_CA_BUNDLE", str(identity.bundle))
        else:
            config = tmp_path / "aws" / "config"
            text = config.read_text()
            section = f"[profile demo]\nca_bundle = {identity.bundle}"
            config.write_text(text.replace("[profile demo]", section))
        assert listed(connect()) == 25

    def test_has_the_authorities_read_once_for_all_hosts(
        self, front, identity, names, connect, plane, monkeypatch
    ):
        """That takes 10 ms of a processor, and every place has a host of its own."""
        monkeypatch.setenv("AWS_CA_BUNDLE", str(identity.bundle))
        names.known.update(dict.fromkeys((HOST, "sts.us-east-1.amazonaws.com"), front.port))
        read, load = [], ssl.SSLContext.load_verify_locations

        def count(context: ssl.SSLContext, file: str) -> None:
            read.append(file)
            load(context, file)

        monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", count)
        connection = connect()
        assert listed(connection) == 25
        connection.ask_caller()
        assert connection.account
        assert listed(connection.pinned()) == 25
        assert read == [str(identity.bundle)]

    @pytest.mark.parametrize("bundle", ["/nonexistent/bundle.pem", "/etc/passwd", "/root"])
    def test_with_a_bundle_that_cannot_be_read_says_so(
        self, front, names, connect, monkeypatch, bundle
    ):
        names.known[HOST] = front.port
        monkeypatch.setenv("AWS_CA_BUNDLE", bundle)
        error = failure(connect())
        assert "ca_bundle" in str(error.remedy)
        assert "readable" in str(error.remedy)
        assert error.unsent


FIPS, DUAL = "use_fips_endpoint", "use_dualstack_endpoint"


class TestEndpoints:
    @pytest.mark.parametrize("by", ["variable", "profile"])
    @pytest.mark.parametrize(
        ("settings", "hosts"),
        [
            (
                (FIPS,),
                ("cloudhsmv2-fips.us-east-1.amazonaws.com", "sts-fips.us-east-1.amazonaws.com"),
            ),
            ((DUAL,), ("cloudhsmv2.us-east-1.api.aws", "sts.us-east-1.api.aws")),
            ((FIPS, DUAL), ("cloudhsmv2-fips.us-east-1.api.aws", "sts-fips.us-east-1.api.aws")),
        ],
    )
    def test_are_those_that_are_wanted(
        self, proxy, connect, monkeypatch, tmp_path, by, settings, hosts
    ):
        config = tmp_path / "aws" / "config"
        for name in settings:
            if by == "variable":
                monkeypatch.setenv(f"AWS_{name.upper()}", "true")
            else:
                section = f"[profile demo]\n{name} = true"
                config.write_text(config.read_text().replace("[profile demo]", section))
        connection = connect()
        assert connection.endpoint is None
        assert listed(connection) == 25
        connection.ask_caller()
        assert connection.account == "111111111111"
        failure(connection, "DeleteCluster")
        asked = [line.split()[1].removesuffix(":443") for line in proxy.asked]
        assert asked == [*hosts, hosts[0]]

    def test_for_fips_that_are_not_there_are_explained(self, front, names, connect, monkeypatch):
        names.known["cloudhsmv2-fips.us-east-1.amazonaws.com"] = None
        monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
        error = failure(connect())
        assert "FIPS" in str(error.remedy)
        assert "AWS_USE_DUALSTACK_ENDPOINT" in str(error.remedy)
        assert "com.amazonaws" not in str(error.remedy)

    def test_that_are_given_win_and_are_shown(self, connect, monkeypatch, server):
        """Botocore asks no FIPS endpoint then; the header says which one is asked."""
        monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
        monkeypatch.setenv("AWS_USE_DUALSTACK_ENDPOINT", "true")
        connection = connect(endpoint_url=server.url)
        assert connection.endpoint == server.url
        assert listed(connection) == 25
