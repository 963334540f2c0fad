"""A session of botocore that reads, tells of retries, and takes answers within bounds."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hsmtui.process.lean_imports import import_lean

import_lean("boto3")

import boto3  # noqa: E402 - without what is not used of it
import botocore.session  # noqa: E402
from botocore import handlers  # noqa: E402

from hsmtui.aws.answer import take_json, timestamp  # noqa: E402
from hsmtui.aws.botocore_data import data_loader  # noqa: E402
from hsmtui.aws.bounds import BoundedSender  # noqa: E402
from hsmtui.aws.guard import READING, let_read  # noqa: E402
from hsmtui.aws.http_sessions import HttpSessions  # noqa: E402
from hsmtui.aws.place import Place, Terms  # noqa: E402
from hsmtui.aws.prompter import Prompter  # noqa: E402
from hsmtui.aws.unattended import send_once  # noqa: E402

if TYPE_CHECKING:
    from botocore.awsrequest import AWSResponse
    from botocore.model import OperationModel

_ASKED = frozenset({"*", "cloudhsm-v2", *(name.partition(":")[0] for name in READING)})
"""The services that are asked, as botocore's events name them."""


class CoreSession(botocore.session.Session):
    """A session of which every client, those that sign in too, asks one endpoint where given.

    Clients share their connections, but for those that are to have their own.
    """

    def __init__(self, place: Place, terms: Terms, connections: HttpSessions) -> None:
        """Read the user's files afresh. Raises what botocore raises."""
        if place.profile and not place.explicit:
            named = (None, ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"], place.profile, None)
            super().__init__({"profile": named}, include_builtin_handlers=False)
        else:
            super().__init__(profile=place.profile, include_builtin_handlers=False)
        self._endpoint_url = place.endpoint_url
        self._connections = connections
        self._longest_attempt = terms.longest_attempt
        if place.region:
            self.set_config_variable("region", place.region)
        boto3.Session(botocore_session=self)  # it is what the user agent names
        self.register_component("data_loader", data_loader(self.get_config_variable("data_path")))
        self.set_default_client_config(terms.config())
        events = self.get_component("event_emitter")
        _register_handlers(events)
        let_read(events)
        take_json(events)
        answers = self.get_component("response_parser_factory")
        answers.set_parser_defaults(timestamp_parser=timestamp)
        events.register("needs-retry", _retry_reporter(terms.prompter))
        send_once(events)

    def create_client(
        self, service_name: str, *args: Any, own_connections: bool = False, **more: Any
    ) -> Any:
        """A client; `own_connections` has it open new ones, which no server closed meanwhile."""
        more["endpoint_url"] = more.get("endpoint_url") or self._endpoint_url
        client: Any = super().create_client(service_name, *args, **more)
        endpoint = client._endpoint  # noqa: SLF001 - there is no other way to its sender
        sender = endpoint.http_session
        if not own_connections:
            sender = self._connections.shared(sender)
        endpoint.http_session = BoundedSender(sender, self._longest_attempt)
        return client


def _register_handlers(events: Any) -> None:
    """Those of botocore's handlers that concern what is asked: every client copies all it has."""
    for name, handler, *when in handlers.BUILTIN_HANDLERS:
        event, *of = name.split(".")
        if event == "docs" or (of and of[0] not in _ASKED):
            continue
        if not when:
            events.register(name, handler)
        elif when[0] is handlers.REGISTER_FIRST:
            events.register_first(name, handler)
        else:
            events.register_last(name, handler)


def _retry_reporter(prompter: Prompter) -> Callable[..., None]:
    """A handler that tells the prompter of an attempt that failed; the end of the request takes
    that back where no attempt follows."""

    def tell(
        response: "tuple[AWSResponse, dict[str, dict[str, str]]] | None",
        operation: "OperationModel",
        attempts: int,
        caught_exception: Exception | None,
        **_: object,
    ) -> None:
        if caught_exception is not None:
            why = type(caught_exception).__name__
        elif response is not None and _may_pass(response[0].status_code, response[1]):
            why = response[1]["Error"]["Code"]
        else:
            return
        prompter.tell(f"{operation.name}: {why}, attempt {attempts + 1} …")

    return tell


def _may_pass(status: int, answer: dict[str, dict[str, str]]) -> bool:
    """Whether the same request may do better in a moment."""
    code = answer.get("Error", {}).get("Code", "")
    return status >= 500 or (bool(code) and ("Throttl" in code or "TooMany" in code))
