"""config.toml: what the user's file may hold, how it is read and what is said where it is wrong."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from itertools import chain, takewhile
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, TypeAlias, get_args, get_origin

import msgspec
from msgspec import Meta

from hsmtui.config.private_file import read_regular
from hsmtui.model.findings.limits import Rules
from hsmtui.model.findings.severity import SEVERITY_WORDS, Severity
from hsmtui.model.text import visible

ColorName = Literal[
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright_black",
    "bright_red",
    "bright_green",
    "bright_yellow",
    "bright_blue",
    "bright_magenta",
    "bright_cyan",
    "bright_white",
]
"""The terminal's own sixteen colours."""

LARGEST_CONFIG = 1_000_000
"""Bytes of a file that is read."""

_QUOTED_AT_MOST = 40

Text = Annotated[str, Meta(min_length=1, description="text in quotes")]
Switch = Annotated[bool, Meta(description="true or false")]
Color = Annotated[ColorName, Meta(description=f"one of {', '.join(get_args(ColorName))}")]
ClipboardName = Literal["osc52", "off"]
Clipboard = Annotated[ClipboardName, Meta(description='"osc52" or "off"')]
AccountId = Annotated[
    str, Meta(pattern=r"\A[0-9]{12}\Z", description="an account id of 12 digits in quotes")
]
KeyName = Annotated[
    str,
    Meta(min_length=1, description='a key after a quoted command id: "cluster.delete" = "ctrl+d"'),
]


class SettingsError(Exception):
    """Settings that cannot be used; the message says where, what was expected and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(visible(message))


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file: its fields are the keys, their types and limits, and the defaults.

    `renamed` has the present names of keys that had others. Of the keys `one_of` one must be there.
    """

    renamed: ClassVar[Mapping[str, str]] = {}
    one_of: ClassVar[tuple[str, ...]] = ()


class ProfileRule(Table, frozen=True):
    """What holds for a profile or an account."""

    read_only: Switch = False
    color: Color | None = None


class Delete(Table, frozen=True):
    """How a delete behaves."""

    poll_seconds: Annotated[
        float, Meta(ge=1, le=3600, description="a number of seconds from 1 to 3600")
    ] = 5.0


Seconds = Annotated[float, Meta(ge=0.1, le=300, description="a number of seconds from 0.1 to 300")]


class Network(Table, frozen=True):
    """How long a request waits."""

    connect_timeout: Seconds = 5.0
    read_timeout: Seconds = 15.0


Days = Annotated[int, Meta(ge=0, le=3650, description="a whole number of days from 0 to 3650")]
Minutes = Annotated[
    int, Meta(ge=1, le=10080, description="a whole number of minutes from 1 to 10080")
]
Percent = Annotated[int, Meta(ge=1, le=100, description="a whole number from 1 to 100")]
Hours = Annotated[int, Meta(ge=1, le=8760, description="a whole number of hours from 1 to 8760")]


class Trust(Table, frozen=True):
    """The certificates that the chain of trust of an HSM ends in."""

    aws_root: Text | None = None
    manufacturer_roots: Annotated[
        tuple[str, ...], Meta(description="a list of file names in quotes")
    ] = ()


class AcceptTable(Table, frozen=True):
    """Findings that somebody has accepted: of a rule, until when, why and of which clusters."""

    one_of = ("cluster", "tag", "account", "region")

    rule: Annotated[str, Meta(min_length=1, description="the id of a rule in quotes")]
    until: Annotated[date, Meta(description="a date without quotes, such as 2027-01-31")]
    reason: Annotated[str, Meta(pattern=r"\S", description="text in quotes that says why")]
    cluster: Annotated[
        str, Meta(min_length=1, description="a cluster id or a pattern in quotes")
    ] = ""
    tag: Annotated[
        str, Meta(min_length=1, description='a tag in quotes: "KEY", "KEY=VALUE" or a pattern')
    ] = ""
    account: Annotated[
        str, Meta(min_length=1, description="an account id or a pattern in quotes")
    ] = ""
    region: Annotated[str, Meta(min_length=1, description="a region or a pattern in quotes")] = ""


SeverityName = Annotated[
    str,
    Meta(
        min_length=1,
        description=f"one of {', '.join(each.word for each in reversed(Severity))} in quotes",
    ),
]


class FindingsTable(Table, frozen=True):
    """What counts as a finding, how severe it is and what of it is accepted."""

    renamed = {
        "certificate_warning_days": "certificate_medium_days",
        "stuck_warning_minutes": "stuck_medium_minutes",
    }

    off: Annotated[tuple[str, ...], Meta(description="a list of rule ids in quotes")] = ()
    required_tags: Annotated[tuple[str, ...], Meta(description="a list of tag keys in quotes")] = ()
    hsm1_end_of_support: Annotated[
        date, Meta(description="a date without quotes, such as 2026-03-31")
    ] = Rules.hsm1_end_of_support
    certificate_high_days: Days = Rules.certificate_high_days
    certificate_medium_days: Days = Rules.certificate_medium_days
    stuck_medium_minutes: Minutes = Rules.stuck_medium_minutes
    stuck_critical_minutes: Minutes = Rules.stuck_critical_minutes
    read_backups: Switch = True
    stale_hours: Hours = Rules.stale_hours
    backup_hours: Hours = Rules.backup_hours
    near_limit_percent: Percent = Rules.near_limit_percent
    severity: dict[Text, SeverityName] = {}
    accept: tuple[AcceptTable, ...] = ()


class ScopeTable(Table, frozen=True):
    """A named set of places: profiles × regions, each a name, a pattern or a list of them."""

    profiles: Annotated[
        tuple[Text, ...],
        Meta(min_length=1, description="a list of profile names and patterns in quotes"),
    ]
    regions: Annotated[
        tuple[Text, ...], Meta(description="a list of region names and patterns in quotes")
    ] = ()


class FleetTable(Table, frozen=True):
    """How several places are listed."""

    parallel: Annotated[
        int, Meta(ge=1, le=256, description="a whole number of requests from 1 to 256")
    ] = 32


class Config(Table, frozen=True):
    """The whole file."""

    profile: Text | None = None
    region: Text | None = None
    page_size: Annotated[int, Meta(ge=1, le=25, description="a whole number from 1 to 25")] = 25
    read_only: Switch = False
    theme: Text | None = None
    mouse: Switch = True
    clipboard: Clipboard = "osc52"
    columns: (
        Annotated[tuple[str, ...], Meta(min_length=1, description="a list of column ids")] | None
    ) = None
    worst_first: Switch = True
    refresh_seconds: Annotated[
        float, Meta(ge=5, le=3600, description="a number of seconds from 5 to 3600")
    ] = 30.0
    delete: Delete = Delete()
    network: Network = Network()
    trust: Trust = Trust()
    findings: FindingsTable = FindingsTable()
    fleet: FleetTable = FleetTable()
    scopes: dict[Text, ScopeTable] = {}
    keys: dict[Text, KeyName] = {}
    profiles: dict[Text, ProfileRule] = {}
    accounts: dict[AccountId, ProfileRule] = {}


_Keys: TypeAlias = tuple[str | int, ...]
"""The path of a key; a number is that of a table among those of one name, from 0."""


class _Problem(NamedTuple):
    keys: _Keys
    """The path of the key that is wrong."""
    what: str


def read_config(file: Path, *, required: bool, known_columns: Collection[str]) -> Config:
    """What the file holds, defaults for the rest; a file that is not required may be absent.

    Raises SettingsError for a file that cannot be read, is not TOML or holds what it may not.
    """
    text = _read(file, required=required)
    document = _parse(file, text)
    problem = next(_problems(document, Config, ()), None)
    if problem is None:
        config = msgspec.convert(_as_named_now(document), Config)
        problem = next(
            chain(
                _column_problems(config.columns or (), known_columns),
                _rule_problems(config.findings),
            ),
            None,
        )
        if problem is None:
            return config
    line = _line_of(problem.keys, text)
    place = f"{file}, line {line}" if line else str(file)
    raise SettingsError(f"{place}: {_named(problem.keys)}: {problem.what}")


def _read(file: Path, *, required: bool) -> str:
    try:
        return read_regular(file, LARGEST_CONFIG).decode("utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        if not required and not file.is_symlink():
            return ""
        raise SettingsError(f"{file}: there is no such settings file") from error
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{file}, line {line}: not UTF-8; save the file as UTF-8") from error


def _parse(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: not TOML: {error}") from error
    except ValueError as error:
        raise SettingsError(f"{file}: not TOML: a number has too many digits") from error
    except RecursionError as error:
        raise SettingsError(f"{file}: not usable: nested too deeply") from error


def _problems(value: object, kind: Any, keys: _Keys) -> Iterator[_Problem]:
    """What is wrong with a value of the file, and in it, in the order of the file."""
    is_map = get_origin(kind) is dict
    if get_origin(kind) is tuple and _is_table(get_args(kind)[0]):
        yield from _tables_problems(value, get_args(kind)[0], keys)
    elif not (is_map or _is_table(kind)):
        yield from _value_problems(value, kind, keys)
    elif not isinstance(value, dict):
        yield _Problem(keys, f"expected the table {_headed(keys)}, found {_spelt(value)}")
    elif is_map:
        yield from _map_problems(value, kind, keys)
    else:
        yield from _table_problems(value, kind, keys)


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Table)


def _value_problems(value: object, kind: Any, keys: _Keys) -> Iterator[_Problem]:
    if not _fits(value, kind):
        choices = [part for part in _parts(kind) if isinstance(part, str)]
        meant = _did_you_mean(_nearest(value, choices) if isinstance(value, str) else "")
        yield _Problem(keys, f"expected {_expected(kind)}, found {_spelt(value)}{meant}")


def _tables_problems(value: object, table: type[Table], keys: _Keys) -> Iterator[_Problem]:
    if not isinstance(value, list):
        yield _Problem(keys, f"expected the tables {_headed((*keys, 0))}, found {_spelt(value)}")
        return
    for number, entry in enumerate(value):
        yield from _problems(entry, table, (*keys, number))


def _map_problems(value: dict[str, Any], kind: Any, keys: _Keys) -> Iterator[_Problem]:
    name_kind, entry_kind = get_args(kind)
    for name, entry in value.items():
        yield from _value_problems(name, name_kind, (*keys, name))
        yield from _problems(entry, entry_kind, (*keys, name))


def _table_problems(value: dict[str, Any], table: type[Table], keys: _Keys) -> Iterator[_Problem]:
    kinds, renamed = _kinds(table), table.renamed
    for name, entry in value.items():
        current = renamed.get(name, name)
        if current not in kinds:
            yield _Problem((*keys, name), _unknown_key(name, keys, kinds))
        elif current != name and current in value:
            what = f"expected one of {name} and {current}, which mean the same, found both"
            yield _Problem((*keys, name), what)
        else:
            yield from _problems(entry, kinds[current], (*keys, name))
    for field in msgspec.structs.fields(table):
        if field.required and field.name not in value:
            yield _Problem(
                keys, f"the key {field.name} is missing; expected {_expected(field.type)}"
            )
    if table.one_of and not any(name in value for name in table.one_of):
        yield _Problem(
            keys,
            f"expected one or several of the keys {', '.join(table.one_of)}; "
            f'{table.one_of[0]} = "*" stands for all',
        )


def _column_problems(columns: tuple[str, ...], known: Collection[str]) -> Iterator[_Problem]:
    for index, column in enumerate(columns):
        if column not in known:
            meant = _did_you_mean(_nearest(column, known)) or "."
            what = f"unknown column {_spelt(column)}{meant} The columns are {', '.join(known)}."
            yield _Problem(("columns",), what)
        elif column in columns[:index]:
            yield _Problem(("columns",), f"expected each column once, found {_spelt(column)} again")


def _rule_problems(findings: FindingsTable) -> Iterator[_Problem]:
    named: list[tuple[_Keys, str]] = [(("off",), rule) for rule in findings.off]
    named += [(("severity", rule), rule) for rule in findings.severity]
    named += [(("accept", at, "rule"), each.rule) for at, each in enumerate(findings.accept)]
    if not named:
        return
    from hsmtui.model.findings.evaluate import RULES

    for keys, rule in named:
        if rule not in RULES:
            meant = _did_you_mean(_nearest(rule.upper(), RULES)) or "."
            what = f"unknown rule {_spelt(rule)}{meant} The rules are {', '.join(RULES)}."
            yield _Problem(("findings", *keys), what)
    for rule, word in findings.severity.items():
        if word.lower() not in SEVERITY_WORDS:
            meant = _did_you_mean(_nearest(word.lower(), SEVERITY_WORDS))
            what = f"expected {_expected(SeverityName)}, found {_spelt(word)}{meant}"
            yield _Problem(("findings", "severity", rule), what)


def _fits(value: object, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _parts(kind: Any) -> Iterator[Any]:
    """What a type is made of, the outermost first: the members of a union, the words of a literal,
    the notes on it."""
    parts = get_args(kind)
    yield from parts
    for part in parts:
        yield from _parts(part)


def _expected(kind: Any) -> str:
    """The description that a leaf type of the file carries, that of the whole before its parts'."""
    notes = (part.description for part in _parts(kind) if isinstance(part, Meta))
    return next(filter(None, notes))


def _spelt(value: object) -> str:
    """A value as TOML would spell it, cut short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    text = str(value)
    if len(text) > _QUOTED_AT_MOST:
        text = f"{text[:_QUOTED_AT_MOST]}…"
    return f'"{text}"' if isinstance(value, str) else text


def _unknown_key(name: str, keys: _Keys, siblings: Collection[str]) -> str:
    """What to say of a key that its table does not have but, perhaps, another table has."""
    meant = _nearest(name, siblings)
    if meant:
        meant = _dotted((*keys, meant))
    else:
        elsewhere = {key: f"{key} at the top of the file" for key in _kinds(Config)}
        for table, kind in filter(lambda entry: _is_table(entry[1]), _kinds(Config).items()):
            elsewhere |= {key: f"{table}.{key}" for key in _kinds(kind)}
        meant = elsewhere.get(_nearest(name, elsewhere), "")
    place = _headed(keys) if keys else "the file"
    return (
        f"unknown key{_did_you_mean(meant) or '.'} The keys of {place} are {', '.join(siblings)}."
    )


def _kinds(table: type[Table]) -> dict[str, Any]:
    """The keys of a table and their types."""
    return {field.name: field.type for field in msgspec.structs.fields(table)}


def _nearest(word: str, known: Collection[str]) -> str:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, known, n=1)), "")


def _did_you_mean(word: str) -> str:
    return f"; did you mean {word}?" if word else ""


def _dotted(keys: _Keys) -> str:
    """A path of keys as TOML spells it."""
    names = [key for key in keys if isinstance(key, str)]
    bare = (key.isascii() and key.replace("-", "").replace("_", "").isalnum() for key in names)
    return ".".join(key if plain else f'"{key}"' for key, plain in zip(names, bare, strict=True))


def _headed(keys: _Keys) -> str:
    """The header of a table, of one of those of one name where the path ends in a number."""
    return f"[[{_dotted(keys)}]]" if isinstance(keys[-1], int) else f"[{_dotted(keys)}]"


def _named(keys: _Keys) -> str:
    """A path of keys for an error; of tables of one name it says which, from 1."""
    numbers = [key for key in keys if isinstance(key, int)]
    return _dotted(keys) + "".join(f", entry {number + 1}" for number in numbers)


def _as_named_now(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the present names of keys that had others."""
    kinds = _kinds(Config)
    return {
        name: {kinds[name].renamed.get(key, key): value for key, value in entry.items()}
        if _is_table(kinds[name])
        else entry
        for name, entry in document.items()
    }


def _line_of(keys: _Keys, text: str) -> int | None:
    """The line on which a key of a valid TOML text stands.

    A statement is as many lines as it takes to parse; it is parsed under the header above it: of
    several tables of one name that is the first.
    """
    header, statement, first, nth = "", "", 1, -1
    for number, line in enumerate(text.split("\n"), start=1):
        if not statement:
            first = number
        statement += line + "\n"
        is_header = statement.lstrip().startswith("[")
        try:
            document = tomllib.loads(statement if is_header else header + statement)
        except ValueError:
            continue
        if statement.lstrip().startswith("[[") and _holds(document, _table_of(keys)):
            nth += 1
        if _holds(document, keys, max(0, nth)):
            return first
        header, statement = (statement if is_header else header), ""
    return None


def _table_of(keys: _Keys) -> _Keys:
    """The path without what comes after the name of tables that are counted."""
    return tuple(takewhile(lambda key: isinstance(key, str), keys))


def _holds(document: object, keys: _Keys, before: int = 0) -> bool:
    """Whether the path is in a document; so many tables of its name stand before those in it."""
    for key in keys:
        if isinstance(key, str):
            if not isinstance(document, dict) or key not in document:
                return False
            document = document[key]
        elif isinstance(document, list):
            if not 0 <= key - before < len(document):
                return False
            document = document[key - before]
    return True
