"""An event of CloudTrail: who asked for what, when, from where, and what came of it.

The record of it is a JSON text from outside, of any shape: what is odd in it is told in words.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, NamedTuple

from hsmtui.model.cluster import Id
from hsmtui.model.entry import Entry, in_utc
from hsmtui.model.redaction import MASK, is_secret_name, redact
from hsmtui.model.text import shortened

LARGEST_RECORD: Final = 262_144
"""Characters of a record that are read: CloudTrail's own limit is as many bytes."""

LONGEST_SAID: Final = 300
"""Characters of a text in a record that are kept."""

LONGEST_AGENT: Final = 1_024
"""Characters of a user agent that are kept: CloudTrail's own limit. Who asked may stand last."""

_LOOKED_AT = 8_192
"""Characters of such a text in which secrets are looked for."""

MOST_PARAMETERS: Final = 12
"""Parameters of a request that are kept."""

_DEEPEST = 4
"""Levels of the parameters that are looked into."""

OWN_AGENT: Final = "hsmtui"
"""What the user agent of hsmtui's own requests says."""

UNKNOWN_ACTOR: Final = "not known"
"""Who asked, where the event does not say it."""


class TrailEntry(Entry, frozen=True):
    """An event as LookupEvents lists it; its record is a JSON text."""

    ID: ClassVar = "event_id"

    event_id: Id = ""
    event_name: str | None = None
    event_time: datetime | None = None
    event_source: str | None = None
    read_only: str | None = None
    username: str | None = None
    cloud_trail_event: str | None = None


class Actor(NamedTuple):
    """Who asked. `kind` is CloudTrail's own word for it, "" where it says none; `name` is what a
    person knows, of a role that of the session, `role` the role; `arn` says it in full. All but the
    name are "" where the event does not say it."""

    kind: str
    name: str
    arn: str = ""
    role: str = ""

    @property
    def words(self) -> str:
        """Such as ``alice (Triage)``."""
        return f"{self.name} ({self.role})" if self.role else self.name


@dataclass(frozen=True, slots=True)
class TrailEvent:
    """One request that CloudTrail has recorded; texts are "" where the event does not say it.

    `key` tells it from all others. `error` is the code of the refusal, `parameters` are those of
    the request, by their paths. `reads` says whether it changes nothing, None where that is not
    known. Secrets are masked. `odd` is what cannot be read, in words.
    """

    key: str
    time: datetime | None
    name: str
    who: Actor
    address: str = ""
    agent: str = ""
    error: str = ""
    message: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    reads: bool | None = None
    odd: tuple[str, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether it says that hsmtui asked; any program may say so."""
        return self.tool == OWN_AGENT

    @property
    def tool(self) -> str:
        """The program that asked, in a word or two, as far as its user agent says it."""
        return next(
            (name for sign, name in _TOOLS if sign.search(self.agent)), _product(self.agent)
        )

    @property
    def short_error(self) -> str:
        """The code of the error without what all codes of the service have."""
        return self.error.removeprefix("CloudHsm").removesuffix("Exception") or self.error

    @property
    def sameness(self) -> tuple[object, ...]:
        """What two events have in common of which one is told, and how often it came."""
        return (
            *(self.name, self.who, self.address, self.agent, self.error, self.message),
            *(self.parameters, self.reads, self.odd),
        )


_TOOLS = (
    (re.compile(r"(?<![\w-])hsmtui/"), OWN_AGENT),
    (re.compile(r"(?i)terraform/"), "terraform"),
    (re.compile(r"(?i)^\W*(?:mozilla/|aws[- ]?console|console\.amazonaws|signin\.)"), "console"),
)
"""Programs that are known by a word of their user agent."""


def _product(agent: str) -> str:
    """The first word of a user agent, without its version."""
    words = agent.strip("[ ").split(maxsplit=1)
    return words[0].partition("/")[0].strip("[],") if words else ""


def read_event(entry: TrailEntry) -> TrailEvent:
    """The event of an entry, whatever that and its record hold."""
    odd = [str(each) for each in entry.odd]
    record = _Members(_record(entry.cloud_trail_event, odd), odd)
    reads = {"true": True, "false": False}.get((entry.read_only or "").lower())
    own = record.value("readOnly")
    return TrailEvent(
        key=entry.event_id,
        time=entry.event_time or _moment(record.text("eventTime")),
        name=_said(entry.event_name or "") or record.text("eventName"),
        who=_actor(record.inside("userIdentity"), _said(entry.username or "")),
        address=record.text("sourceIPAddress"),
        agent=record.text("userAgent", LONGEST_AGENT),
        error=record.text("errorCode"),
        message=record.text("errorMessage"),
        parameters=_parameters(record.value("requestParameters")),
        reads=own if isinstance(own, bool) else reads,
        odd=tuple([_said(each) for each in odd]),
    )


def _record(text: str | None, odd: list[str]) -> Mapping[str, Any]:
    """The object that a record is; empty where it is none."""
    if not text:
        odd.append("it has no record")
        return {}
    if len(text) > LARGEST_RECORD:
        odd.append(f"its record is too long to be read ({len(text):,} characters)")
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        odd.append("its record is not JSON")
        return {}
    if isinstance(value, dict):
        return value
    odd.append("its record is not a JSON object")
    return {}


class _Members:
    """The members of an object of any shape; `odd` gets the words for those that cannot be read."""

    def __init__(self, members: Mapping[str, Any], odd: list[str], path: str = "") -> None:
        self._members = members
        self._odd = odd
        self._path = path

    def value(self, name: str) -> Any:
        """What stands there; None where nothing does."""
        return self._members.get(name)

    def text(self, name: str, most: int = LONGEST_SAID) -> str:
        """The text that stands there, without secrets and not too long; a number counts as one."""
        value = self.value(name)
        if value is None:
            return ""
        if isinstance(value, (str, bool, int, float)):
            return _plain(value, most)
        self._odd.append(f"{self._path}{name} is not text")
        return ""

    def inside(self, name: str) -> "_Members":
        """The object that stands there; an empty one where none does."""
        value = self.value(name)
        path = f"{self._path}{name}."
        if isinstance(value, dict):
            return _Members(value, self._odd, path)
        if value is not None:
            self._odd.append(f"{self._path}{name} is not an object")
        return _Members({}, self._odd, path)


def _actor(identity: _Members, username: str) -> Actor:
    """Who an identity is; `username` is what CloudTrail lists beside it."""
    kind, arn = identity.text("type"), identity.text("arn")
    resource = arn.split(":", 5)[-1] if arn.startswith("arn:") else ""
    if kind == "Root":
        return Actor(kind, "root", arn)
    if kind == "AWSService":
        return Actor(kind, identity.text("invokedBy") or username or UNKNOWN_ACTOR, arn)
    if kind == "AssumedRole":
        session, role = _of_role(resource)
        return Actor(kind, session or username or UNKNOWN_ACTOR, arn, role)
    account = identity.text("accountId")
    named = (
        identity.text("userName"),
        resource.partition("/")[2] or resource,
        username,
        identity.text("principalId").partition(":")[2],
        identity.text("invokedBy"),
        f"account {account}" if account else "",
    )
    return Actor(kind, next(filter(None, named), UNKNOWN_ACTOR), arn)


def _of_role(resource: str) -> tuple[str, str]:
    """Who has assumed a role: the name of the session, which mostly is the person, and the role;
    the role alone where botocore made that name up."""
    name = resource.removeprefix("assumed-role/")
    role, _, session = name.rpartition("/")
    if not role or session.startswith("botocore-session-"):
        return role or session, ""
    return session, role


def _parameters(value: Any) -> tuple[tuple[str, str], ...]:
    """The first parameters of a request, by their paths; those that are secret masked."""
    if not isinstance(value, (dict, list)):
        return (("", _plain(value)),) if isinstance(value, (str, int, float)) else ()
    found = _leaves(value, "", 1)
    return tuple(pair for pair, _ in zip(found, range(MOST_PARAMETERS), strict=False))


def _leaves(value: Any, path: str, level: int) -> Iterator[tuple[str, str]]:
    """Every value in it that is none of others, with its path; a tag is one."""
    if isinstance(value, dict) and isinstance(key := value.get("key"), str) and len(value) == 2:
        value = {key: value.get("value")}
    if level > _DEEPEST and isinstance(value, (dict, list)):
        yield path, "…"
    elif isinstance(value, dict):
        for name, each in value.items():
            inner = f"{path}.{_said(name)}" if path else _said(name)
            if is_secret_name(name):
                yield inner, MASK
            else:
                yield from _leaves(each, inner, level + 1)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, path, level + 1)
    elif value is not None:
        yield path, _plain(value)


def _plain(value: str | float, most: int = LONGEST_SAID) -> str:
    """A value as text, without secrets."""
    return _said(value if isinstance(value, str) else json.dumps(value), most)


def _said(text: str, most: int = LONGEST_SAID) -> str:
    """A text without secrets, and not too long."""
    return shortened(redact(text[:_LOOKED_AT]), most)


def _moment(text: str) -> datetime | None:
    try:
        return in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None
