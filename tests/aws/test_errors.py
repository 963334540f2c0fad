"""Every failure of a request becomes one HsmtuiError that a person can act on."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hsmtui.aws.clusters import delete_cluster, fetch_page
from hsmtui.aws.connection import Connection
from hsmtui.aws.error_codes import explain
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Position
from hsmtui.aws.unreachable import route_remedy
from hsmtui.ui.commands.keymap import spelt
from tests.parts import part_of
from tests.scripted import Gate, Refuse, Reply, Reset, ScriptedPlane

CASES = Path(__file__).parent.parent / "cases"

CALLS: dict[str, Callable[[Connection], object]] = {
    "DescribeClusters": lambda connection: fetch_page(connection, Position()),
    "DeleteCluster": lambda connection: delete_cluster(connection, "cluster-aaaaaaaaaaa"),
}


def failure(connection: Connection, operation: str = "DescribeClusters") -> HsmtuiError:
    with pytest.raises(HsmtuiError) as caught:
        CALLS[operation](connection)
    error = caught.value
    assert error.title
    assert error.detail
    assert error.remedy
    assert error.operation == operation
    assert error.time.tzinfo is not None
    assert error.title in str(error)
    assert error.detail in str(error)
    return error


ANSWERS: list[tuple[str, int, bool, str, str]] = [
    # code, status, retryable, what the title says, what the remedy says
    ("CloudHsmAccessDeniedException", 400, False, "Not allowed", "cloudhsm:"),
    ("CloudHsmInternalFailureException", 500, True, "internally", "again"),
    ("CloudHsmInvalidRequestException", 400, False, "invalid", "read it again"),
    ("CloudHsmResourceNotFoundException", 400, False, "does not know", "gone"),
    ("CloudHsmServiceException", 400, True, "could not carry out", "again"),
    ("CloudHsmTagException", 400, False, "tags", "aws:ResourceTag"),
    ("ThrottlingException", 400, True, "throttling", "Wait"),
    ("TooManyRequestsException", 429, True, "throttling", "Wait"),
    ("RequestLimitExceeded", 503, True, "throttling", "Wait"),
    ("AccessDeniedException", 400, False, "Not allowed", "cloudhsm:"),
    ("AccessDenied", 403, False, "Not allowed", "cloudhsm:"),
    ("ExpiredTokenException", 400, False, "expired", "press r"),
    ("RequestExpired", 400, False, "expired", "press r"),
    ("UnrecognizedClientException", 400, False, "does not know", "access key"),
    ("InvalidClientTokenId", 403, False, "does not know", "access key"),
    ("InvalidSignatureException", 400, False, "signature", "secret key"),
    ("OptInRequired", 403, False, "not enabled", "region"),
    ("BrandNewException", 400, False, "refused", "message"),
    ("BrandNewException", 500, True, "500", "again"),
    ("", 502, True, "502", "proxy"),
]


class TestAnswers:
    @pytest.mark.in_parts
    @pytest.mark.parametrize("operation", part_of(CALLS))
    @pytest.mark.parametrize(("code", "status", "retryable", "title", "remedy"), ANSWERS)
    def test_that_refuse(
        self,
        connection: Connection,
        plane: ScriptedPlane,
        operation: str,
        code: str,
        status: int,
        retryable: bool,
        title: str,
        remedy: str,
    ) -> None:
        plane.script(operation, Refuse(code, "The words of the service.", status))
        error = failure(connection, operation)
        assert title in error.title
        assert remedy in spelt(error.remedy, {})
        assert "The words of the service." in error.detail
        assert error.code == code
        assert len(error.request_id) == 36
        assert error.retryable is retryable
        assert error.refused is (status < 500)
        assert not error.unsent

    @pytest.mark.parametrize("operation", CALLS)
    def test_that_deny_name_the_action_and_the_usual_mistake(self, connection, plane, operation):
        plane.script(operation, Refuse("AccessDeniedException", "No."))
        remedy = str(failure(connection, operation).remedy)
        assert f"cloudhsm:{operation}" in remedy
        assert "cloudhsmv2:" in remedy

    def test_with_a_namespace_or_without_words(self, connection, plane):
        plane.script("DescribeClusters", Refuse("com.amazonaws#ThrottlingException"))
        error = failure(connection)
        assert "throttling" in error.title
        assert error.detail == "ThrottlingException"

    def test_about_the_clock(self, connection, plane):
        words = "Signature expired: 20260301T120000Z is now earlier than 20260301T121500Z"
        plane.script("DescribeClusters", Refuse("InvalidSignatureException", words))
        assert "clock" in failure(connection).title


class TestNoAnswer:
    @pytest.mark.parametrize("operation", CALLS)
    def test_in_time(self, connect, plane, operation):
        plane.script(operation, Gate())
        error = failure(connect(), operation)
        plane.clear_scripts()
        assert "No answer from 127.0.0.1 in time" in error.title
        assert (error.retryable, error.unsent, error.refused) == (True, False, False)

    @pytest.mark.parametrize("operation", CALLS)
    @pytest.mark.parametrize("sent", [None, 0, 9])
    def test_because_the_connection_was_lost(self, connection, plane, operation, sent):
        plane.script(operation, Reset(sent))
        error = failure(connection, operation)
        assert (error.retryable, error.unsent, error.refused) == (True, False, False)

    @pytest.mark.parametrize("operation", CALLS)
    def test_because_nobody_listens(self, connect, operation):
        error = failure(connect(endpoint_url="http://127.0.0.1:1"), operation)
        assert "No connection to 127.0.0.1" in error.title
        assert "com.amazonaws.us-east-1.cloudhsmv2" in str(error.remedy)
        assert (error.retryable, error.unsent) == (True, True)

    @pytest.mark.parametrize("operation", CALLS)
    def test_because_the_region_lacks_the_service(self, connect, monkeypatch, operation):
        """There is a URL for every region, and no such host."""
        monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
        connection = connect(region="cn-north-1")

        def unknown(host: str, *_: Any, **__: Any) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        with monkeypatch.context() as patch:
            patch.setattr(socket, "getaddrinfo", unknown)
            error = failure(connection, operation)
        assert "cloudhsmv2.cn-north-1.amazonaws.com.cn" in error.title
        assert "may not exist in cn-north-1" in str(error.remedy)
        assert error.unsent

    @pytest.mark.parametrize("operation", CALLS)
    def test_because_of_the_proxy(self, connect, monkeypatch, operation):
        monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
        error = failure(connect(), operation)
        assert "proxy" in str(error.remedy)
        assert error.unsent

    def test_because_tls_meets_something_else(self, connect, server):
        error = failure(connect(endpoint_url=server.url.replace("http:", "https:")))
        assert "TLS" in error.title
        assert "AWS_CA_BUNDLE" in str(error.remedy)


def test_python_can_put_its_own_marks_on_an_error() -> None:
    """A context manager sets the traceback of what passes through it, other code adds notes."""

    @contextmanager
    def passed_through() -> Iterator[None]:
        yield

    error = HsmtuiError(title="It failed")
    with pytest.raises(HsmtuiError) as caught, passed_through():
        raise error
    error.add_note("on the way")
    assert caught.value is error


def denial(words: str) -> Refuse:
    return Refuse("AccessDeniedException", f"User: x is not authorized to perform: y {words}")


POLICIES = [
    ("service control policy", "AWS organization"),
    ("resource control policy", "AWS organization"),
    ("VPC endpoint policy", "manages the VPC endpoint"),
    ("permissions boundary", "limits what"),
    ("session policy", "session"),
]


class TestDenials:
    """AWS says what denies, in words that its guide on access denied errors lists."""

    @pytest.mark.parametrize(("policy", "advice"), POLICIES)
    @pytest.mark.parametrize(
        ("words", "told"),
        [
            ("with an explicit deny in a {}", "A {} denies it"),
            ("with an explicit deny in a {}: arn:aws:organizations::1:policy/o-1", "A {} denies"),
            ("because no {} allows the y action", "No {} allows it"),
        ],
    )
    def test_of_a_policy_beside_which_nothing_allows(
        self, connection, plane, policy, advice, words, told
    ):
        plane.script("DescribeClusters", denial(words.format(policy)))
        remedy = str(failure(connection).remedy)
        assert told.format(policy) in remedy
        assert "allowing cloudhsm:DescribeClusters in the role's policy will not help" in remedy
        assert advice in remedy
        assert "must allow" not in remedy

    def test_of_a_case(self, connection, plane):
        body = (CASES / "error-explicit-deny-in-scp.json").read_bytes()
        plane.script("DescribeClusters", Reply(body, 400))
        assert "A service control policy denies it" in str(failure(connection).remedy)

    @pytest.mark.parametrize("kind", ["an identity-based policy", "a resource-based policy"])
    def test_that_are_explicit_in_a_policy_of_ones_own(self, connection, plane, kind):
        plane.script("DescribeClusters", denial(f"with an explicit deny in {kind}"))
        remedy = str(failure(connection).remedy)
        assert f"An explicit deny in {kind}" in remedy
        assert "will not help" in remedy

    def test_for_want_of_an_allowing_policy_are_told_as_before(self, connection, plane):
        words = "because no identity-based policy allows the cloudhsm:DescribeClusters action"
        plane.script("DescribeClusters", denial(words))
        assert "must allow cloudhsm:DescribeClusters" in str(failure(connection).remedy)

    def test_that_are_encoded_can_be_decoded(self, connection, plane):
        encoded = "aB3-_" * 300
        words = f"You are not authorized. Encoded authorization failure message: {encoded}"
        plane.script("DescribeClusters", Refuse("UnauthorizedOperation", words, 403))
        error = failure(connection)
        assert error.encoded == encoded
        assert f"--encoded-message {encoded} " in error.decoding_command
        assert "1500 characters" in error.detail
        assert "! and then c copies the command" in spelt(error.remedy, {})


class TestStandIns:
    """What is not AWS says nothing of AWS's health."""

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b'{"__type": "InternalFailure", "message": "not implemented"}', 501),
            (b"Not Implemented", 501),
            (b"<html>Bad Gateway</html>", 502),
            (b"", 503),
            (b'{"message": "no healthy upstream"}', 503),
            (b'{"__type": "InternalFailure", "message": "oh"}', 500),
        ],
    )
    def test_that_fail(self, connection, plane, body, status):
        plane.script("DescribeClusters", Reply(body, status))
        error = failure(connection)
        assert "Health" not in str(error.remedy)
        assert "CloudHSM" not in error.title
        assert "endpoint" in str(error.remedy) or "127.0.0.1" in str(error.remedy)
        assert error.retryable is (status != 501)


@pytest.mark.parametrize(
    ("service", "title"),
    [("cloudhsmv2", "CloudHSM failed internally"), ("cloudtrail", "The service failed internally")],
)
def test_a_service_of_aws_that_fails_is_called_by_no_other_name(service, title):
    host = f"{service}.us-east-1.amazonaws.com"
    told = explain("AnyOperation", "InternalFailure", "", 500, host)
    assert told.title == title
    assert "Health" in str(told.remedy)


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("LookupEvents", "The policy must allow cloudtrail:LookupEvents."),
        ("DescribeCustomKeyStores", "The policy must allow kms:DescribeCustomKeyStores."),
        ("AssumeRole", "Your policy and the role's trust policy must allow sts:AssumeRole."),
    ],
)
def test_what_is_denied_names_the_policies_that_can_allow_it(operation, told):
    assert explain(operation, "AccessDenied", "No.", 400, None).remedy == told


@pytest.mark.parametrize(
    ("variable", "address", "kind"),
    [
        ("HTTP_PROXY", "socks5://alice:s3cr3t@127.0.0.1:1080", "SOCKS"),
        ("http_proxy", "socks5h://127.0.0.1:1080", "SOCKS"),
        ("HTTP_PROXY", "socks4://127.0.0.1:1080", "SOCKS"),
        ("HTTP_PROXY", "ftp://127.0.0.1:1080", "ftp"),
    ],
)
def test_a_proxy_of_another_kind_is_told(connect, monkeypatch, variable, address, kind):
    monkeypatch.setenv(variable, address)
    monkeypatch.delenv("NO_PROXY")
    error = failure(connect())
    assert error.title == f"botocore knows no {kind} proxies"
    assert f"{variable} is {address.replace('alice:s3cr3t@', '')}" in error.detail
    assert error.unsent


@pytest.mark.parametrize("service", ["cloudtrail", "kms", "monitoring"])
def test_each_service_that_is_read_has_its_private_endpoint_named(service):
    told = route_remedy(f"{service}.eu-west-1.amazonaws.com", "eu-west-1", service)
    assert f"com.amazonaws.eu-west-1.{service}." in str(told)
