"""An entry of an answer as a value of the model, whatever the answer holds."""

import json
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, ClassVar, NamedTuple, TypeAlias, TypeVar

import msgspec
from msgspec import inspect

from hsmtui.model.redaction import MASK, Secret, without
from hsmtui.model.text import shortened, visible

_SHOWN = 40
"""Characters of a value that words about it repeat."""

_MOST_NAMED = 3
"""Odd members that are named in one line."""

DEEPEST = 40
"""Levels of an odd entry that are shown; the service's own entries have four."""

_SECRET = "PreCoPassword"  # noqa: S105 - the member, not its value
_NEVER_MASKED = {_SECRET, "ClusterId", "HsmId", "BackupId", "State", "BackupState", "Certificates"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UnreadableAnswerError(ValueError):
    """An answer of the service that does not have the shape it should have."""


class DuplicateMembers(dict[str, Any]):
    """An object of JSON in which a member came more than once: the last of them is in it."""


class Odd(NamedTuple):
    """A member of an answer that cannot be read.

    `path` is where it stands in the entry, "" for the entry itself; `value` says what is there,
    `expected` what belongs there, "" where `value` says it all.
    """

    path: str
    value: str
    expected: str = ""

    @property
    def member(self) -> str:
        """The member of the entry that it is, or is in."""
        return self.path.partition(".")[0].partition("[")[0]

    def __str__(self) -> str:
        words = f"{shortened(visible(self.path), 2 * _SHOWN) or 'the entry'} is {self.value}"
        return f"{words}, not {self.expected}" if self.expected else words


class Part(msgspec.Struct, frozen=True, rename="pascal", omit_defaults=True, gc=False):
    """A part of the API's answer: fields in the API's order, absent ones are None."""


class Entry(Part, frozen=True, kw_only=True, gc=True):
    """A part that is listed by itself.

    `odd` is what cannot be read of it; what can be read is in its field all the same, and an odd
    list is None. Only an entry of which nothing is odd may be changed. `answered` is what came as
    JSON, secrets as Secret, kept where something is odd.
    """

    ID: ClassVar = ""
    """The field that has the entry's id."""

    odd: tuple[Odd, ...] = ()
    answered: object = None

    @property
    def entry_id(self) -> str:
        """Its id, or words where it stood that take its place."""
        return str(getattr(self, self.ID))

    @property
    def has_id(self) -> bool:
        """Whether it came with an id; without, a made-up one tells it from others of its page."""
        return not self.is_odd_in("", _pascal(self.ID))

    @property
    def why_odd(self) -> str:
        """What cannot be read, in a line of plain words; "" where all was read."""
        words = "; ".join(map(str, self.odd[:_MOST_NAMED]))
        more = len(self.odd) - _MOST_NAMED
        return f"{words}; and {more} more" if more > 0 else words

    @property
    def why_unchangeable(self) -> str:
        """Why nothing of it may be changed, in plain words."""
        return f"it could not be read whole: {self.why_odd}"

    def is_odd_in(self, *members: str) -> bool:
        """Whether something cannot be read of one of these, by the API's names."""
        return any(odd.member in members for odd in self.odd)


AnyEntry = TypeVar("AnyEntry", bound=Entry)

Reader: TypeAlias = Callable[[object, str, list[Odd]], Any]
"""Reads a value at a path; what is odd is added to the list, and UNREAD is then the value."""

UNREAD = object()


def read_entry(kind: type[AnyEntry], answer: object, place: str, *secrets: str) -> AnyEntry:
    """The entry that came as JSON; whatever that is, it is read or says what is odd.

    `place` is where it stood, in words. Where these secrets are repeated, they are masked.
    """
    for secret in _repeated_in(answer, secrets):
        answer = _masked(answer, secret, _names(kind))
    return _converted(kind, answer) or _read_each(kind, answer, place)


def _converted(kind: type[AnyEntry], answer: object) -> AnyEntry | None:
    """The entry as msgspec reads it, which takes a fraction of the time; None where something may
    be odd, of which msgspec says less."""
    if not (isinstance(answer, dict) and _is_plain(kind, answer)):
        return None
    came = ((name, answer.get(name)) for name in _shape(kind).moments)
    moments = {name: _moment(value, "", []) for name, value in came if value is not None}
    try:
        entry = msgspec.convert(answer | moments, kind, dec_hook=_as_secret)
    except (msgspec.ValidationError, UnicodeEncodeError):  # the latter for a half of a surrogate
        return None
    # what came may have members that are called as the two fields which are ours
    return None if entry.odd or entry.answered is not None else entry


def _as_secret(kind: type, value: object) -> Secret:
    if not (kind is Secret and isinstance(value, str)):
        raise ValueError("It is no text.")
    return Secret(value)


class _Shape(NamedTuple):
    """What msgspec does not look at: the members that must be there, those with an object, and
    those with a list of objects, each with its kind, None for a map; and the times, which it does
    not read from numbers."""

    required: frozenset[str]
    objects: tuple[tuple[str, type[msgspec.Struct] | None], ...]
    lists: tuple[tuple[str, type[msgspec.Struct]], ...]
    moments: tuple[str, ...]


def _is_plain(kind: type[msgspec.Struct] | None, value: object) -> bool:
    """Whether an object, and each in it that is read, came as one without a member twice, and has
    what must be there."""
    if type(value) is not dict:
        return False
    if kind is None:
        return True
    required, objects, lists, _ = _shape(kind)
    if not required <= value.keys():
        return False
    for name, part in objects:
        if name in value and not _is_plain(part, value[name]):
            return False
    for name, part in lists:
        listed = value.get(name, [])
        if type(listed) is not list:
            return False
        for each in listed:
            if not _is_plain(part, each):
                return False
    return True


@cache
def _shape(kind: type[msgspec.Struct]) -> _Shape:
    required: set[str] = set()
    objects: list[tuple[str, type[msgspec.Struct] | None]] = []
    lists: list[tuple[str, type[msgspec.Struct]]] = []
    moments: list[str] = []
    for field in _members_of(kind):
        name, inner = field.encode_name, _inner(field.type)
        if _is_required(field):
            required.add(name)
        if isinstance(inner, inspect.DateTimeType):
            moments.append(name)
        elif isinstance(inner, inspect.DictType):
            objects.append((name, None))
        elif isinstance(inner, inspect.StructType):
            objects.append((name, inner.cls))
        elif isinstance(inner, inspect.VarTupleType):
            assert isinstance(inner.item_type, inspect.StructType)  # noqa: S101 - all are of parts
            lists.append((name, inner.item_type.cls))
    return _Shape(frozenset(required), tuple(objects), tuple(lists), tuple(moments))


def _read_each(kind: type[AnyEntry], answer: object, place: str) -> AnyEntry:
    """The entry member by member, with what is odd."""
    odd: list[Odd] = []
    members = _fields(kind)(answer, "", odd)
    fields: dict[str, Any] = {} if members is UNREAD else members
    if odd:
        fields |= {"odd": tuple(odd), "answered": _kept(answer)}
        if any(each.member in {"", _pascal(kind.ID)} for each in odd):
            fields[kind.ID] = f"({place})"
    return kind(**fields)


def _repeated_in(answer: object, secrets: Sequence[str]) -> list[str]:
    """The secrets that stand somewhere in it, mostly none: of ten thousand clusters hundreds are
    known."""
    text = "\0".join(_texts(answer)) if secrets else ""
    return [secret for secret in secrets if secret in text]


def _texts(answer: object, level: int = 0) -> Iterator[str]:
    """All texts in it, names of members too, as deep as secrets are looked for."""
    if isinstance(answer, str):
        yield answer
    elif level > DEEPEST:
        return
    elif isinstance(answer, dict):
        for key, value in answer.items():
            yield key
            yield from _texts(value, level + 1)
    elif isinstance(answer, list):
        for value in answer:
            yield from _texts(value, level + 1)


def _kept(answer: object, level: int = 0) -> object:
    """What came, with its secret as one, as deep as it is shown."""
    if level > DEEPEST:
        return "(nested deeper than is shown)"
    if isinstance(answer, dict):
        return {
            key: Secret(value if isinstance(value, str) else _json(value))
            if key == _SECRET
            else _kept(value, level + 1)
            for key, value in answer.items()
        }
    if isinstance(answer, list):
        return [_kept(value, level + 1) for value in answer]
    return answer


def _masked(answer: object, secret: str, names: AbstractSet[str], level: int = 0) -> object:
    """The same with a secret masked wherever it is repeated, but in ids, states and PEM texts, and
    in the API's own names of members."""
    if isinstance(answer, str):
        return without(answer, secret)
    if level > DEEPEST:
        return answer
    if isinstance(answer, dict):
        return type(answer)(
            {
                key if key in names else without(key, secret): value
                if key in _NEVER_MASKED
                else _masked(value, secret, names, level + 1)
                for key, value in answer.items()
            }
        )
    if isinstance(answer, list):
        return [_masked(value, secret, names, level + 1) for value in answer]
    return answer


@cache
def _names(kind: type[msgspec.Struct]) -> frozenset[str]:
    """The API's names of the members of an entry, and of its parts."""
    return frozenset(_names_in(inspect.type_info(kind)))


def _names_in(info: inspect.Type) -> Iterator[str]:
    if isinstance(info, inspect.UnionType):
        for each in info.types:
            yield from _names_in(each)
    elif isinstance(info, inspect.VarTupleType):
        yield from _names_in(info.item_type)
    elif isinstance(info, inspect.StructType):
        for field in info.fields:
            yield field.encode_name
            yield from _names_in(field.type)


@cache
def _fields(kind: type[msgspec.Struct]) -> Callable[[object, str, list[Odd]], Any]:
    """Reads an object into the fields of a part."""
    members = [
        (field.name, field.encode_name, _reader(_inner(field.type)), _is_required(field))
        for field in _members_of(kind)
    ]

    def read(value: object, path: str, odd: list[Odd]) -> Any:
        if not isinstance(value, dict):
            return _unreadable(odd, path, value, "an object")
        if isinstance(value, DuplicateMembers):
            odd.append(Odd(path, "an object with the same name twice"))
        start = f"{path}." if path else ""
        fields = {}
        for name, api_name, reader, required in members:
            came = value.get(api_name)
            if came is None:
                if required:
                    odd.append(Odd(f"{start}{api_name}", "missing"))
                continue
            result = reader(came, f"{start}{api_name}", odd)
            if result is not UNREAD:
                fields[name] = result
        return fields

    return read


def _members_of(kind: type[msgspec.Struct]) -> list[inspect.Field]:
    """The fields that come from the service."""
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)  # noqa: S101 - a Part is one
    return [field for field in info.fields if field.name not in Entry.__struct_fields__]


def _inner(info: inspect.Type) -> inspect.Type:
    """The type of a member that is there."""
    if not isinstance(info, inspect.UnionType):
        return info
    (inner,) = (kind for kind in info.types if not isinstance(kind, inspect.NoneType))
    return inner


def _is_required(field: inspect.Field) -> bool:
    """Whether a member must be there."""
    return not isinstance(field.type, inspect.UnionType)


def _reader(info: inspect.Type) -> Reader:
    if isinstance(info, inspect.StructType):
        return _part(info.cls)
    if isinstance(info, inspect.VarTupleType):
        return _list(_reader(info.item_type))
    if isinstance(info, inspect.DictType):
        return _map
    if isinstance(info, inspect.StrType) and info.min_length:
        return _id
    return {
        inspect.StrType: _text,
        inspect.BoolType: _truth,
        inspect.DateTimeType: _moment,
        inspect.CustomType: _secret,
    }[type(info)]


def _part(kind: type[msgspec.Struct]) -> Reader:
    def read(value: object, path: str, odd: list[Odd]) -> Any:
        fields = _fields(kind)(value, path, odd)
        return fields if fields is UNREAD else kind(**fields)

    return read


def _list(item: Reader) -> Reader:
    """A list of which one item is not there at all cannot be read: its length is not known."""

    def read(value: object, path: str, odd: list[Odd]) -> Any:
        if not isinstance(value, list):
            return _unreadable(odd, path, value, "a list")
        items = [item(each, f"{path}[{at}]", odd) for at, each in enumerate(value)]
        return UNREAD if UNREAD in items else tuple(items)

    return read


def _map(value: object, path: str, odd: list[Odd]) -> Any:
    if not isinstance(value, dict):
        return _unreadable(odd, path, value, "an object")
    if isinstance(value, DuplicateMembers):
        odd.append(Odd(path, "an object with the same name twice"))
    texts = {key: _text(each, f"{path}.{key}", odd) for key, each in value.items()}
    return {key: each for key, each in texts.items() if each is not UNREAD}


def _text(value: object, path: str, odd: list[Odd]) -> Any:
    """A number or a truth value is taken as it would be written."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        return _json(value)
    return _unreadable(odd, path, value, "text")


def _id(value: object, path: str, odd: list[Odd]) -> Any:
    """An id is sent back to the service: it must be what came, and something."""
    return value if isinstance(value, str) and value else _unreadable(odd, path, value, "an id")


def _truth(value: object, path: str, odd: list[Odd]) -> Any:
    return value if isinstance(value, bool) else _unreadable(odd, path, value, "true or false")


def _secret(value: object, path: str, odd: list[Odd]) -> Any:
    text = _text(value, path, odd)
    return text if text is UNREAD else Secret(text)


def _moment(value: object, path: str, odd: list[Odd]) -> Any:
    """Seconds since 1970, also as text, or ISO 8601, in UTC where no zone is named; what is a
    moment already stays one."""
    with suppress(ValueError, OverflowError):
        if isinstance(value, datetime):
            return in_utc(value)
        if isinstance(value, str):
            return _from_text(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return _EPOCH + timedelta(seconds=value)
    return _unreadable(odd, path, value, "a time")


def _from_text(value: str) -> datetime:
    try:
        seconds = float(value)
    except ValueError:
        return in_utc(datetime.fromisoformat(value))
    return _EPOCH + timedelta(seconds=seconds)


def in_utc(moment: datetime) -> datetime:
    """Stand-in servers send times without a zone; they mean UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _unreadable(odd: list[Odd], path: str, value: object, expected: str) -> object:
    odd.append(Odd(path, MASK if path == _SECRET else _described(value), expected))
    return UNREAD


def _described(value: object) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return "empty" if value == "" else shortened(visible(_json(value)), _SHOWN)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _pascal(field: str) -> str:
    return "".join(word.capitalize() for word in field.split("_"))
