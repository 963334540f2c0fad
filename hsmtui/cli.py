"""The command line: argv → settings → app. The one place that chooses between AWS and the demo."""

import argparse
import gc
import io
import logging
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import wait
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from hsmtui import __version__
from hsmtui.command_line.arguments import arguments_of
from hsmtui.config.environment import drop_empty, speaks_utf8
from hsmtui.config.file import SettingsError, Trust
from hsmtui.config.private_file import NO_HOME, PrivateFileError
from hsmtui.config.settings import Flags, Paths, Settings, exposures, find_paths, load
from hsmtui.config.state import State, load_state
from hsmtui.model.columns import COLUMN_IDS
from hsmtui.model.filter.query import Query, QueryError, parse
from hsmtui.model.text import visible
from hsmtui.process.ending import ended_by_signals, temporary
from hsmtui.process.standard_streams import (
    PLAIN_TERMINALS,
    READER_GONE,
    OutputError,
    ReaderGoneError,
    make_usable,
    shows_colour,
    write_out,
)

if TYPE_CHECKING:
    from hsmtui.aws.connect import Openings
    from hsmtui.aws.place import Place
    from hsmtui.changes.audit import Record
    from hsmtui.changes.audit_query import AuditQuery
    from hsmtui.check.command import CheckRequest
    from hsmtui.check.earlier import EarlierDocument
    from hsmtui.check.recorded_file import OpenedFile
    from hsmtui.fleet.recorded import Recorded

UNEXPECTED = 1
BAD_USAGE = 2
INTERRUPTED = 130
HEAD_START = 0.15
"""Seconds that the first request gets before Textual is imported: two imports at once are slower
than one after the other. Credentials may take longer, and are not waited for."""


_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
"""A part of the name of a host, as botocore takes it."""

_WIDEST = 10_000
"""Columns of a terminal, whatever COLUMNS says."""

KEY_LOG_VARIABLES = ("TEXTUAL", "TEXTUAL_LOG")
"""Variables with which Textual writes down every key that is pressed, those of codes too."""


class UsageError(Exception):
    """The command cannot be carried out as it was given; the text says why and what would do."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit status.

    It is 0, 1 for an unexpected failure or an output that cannot be written, 2 for bad usage,
    3 to 5 as a check or a wait says, 130 when interrupted, 141 when whoever read the output has
    gone, but for a check.
    """
    make_usable()
    drop_empty(os.environ)
    with ended_by_signals():
        return _carry_out(argv)


def _carry_out(argv: Sequence[str] | None) -> int:
    try:
        arguments = _parsed(argv)
        return _COMMANDS[arguments.command](arguments)
    except (UsageError, SettingsError) as error:
        return _ended(BAD_USAGE, str(error))
    except OutputError as error:
        return _ended(UNEXPECTED, str(error))
    except ReaderGoneError:
        return READER_GONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
        from hsmtui.crash import report_crash

        sys.stderr.write(f"hsmtui: {report_crash(error, find_paths(Flags(), {}).state_dir)}")
        return UNEXPECTED


def _ended(status: int, words: str) -> int:
    sys.stderr.write(f"hsmtui: {words}\n")
    return status


def _parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """What the command line says. Help, the version and bad usage are printed here, and raise
    SystemExit: argparse passes over what cannot be written, and repeats what acts on a terminal.
    """
    output, complaints = io.StringIO(), io.StringIO()
    try:
        with redirect_stdout(output), redirect_stderr(complaints):
            return arguments_of(argv)
    except SystemExit:
        write_out([output.getvalue()])
        for line in complaints.getvalue().splitlines():
            sys.stderr.write(f"{visible(line)}\n")
        raise


def _flags(arguments: argparse.Namespace) -> Flags:
    names = Flags.__dataclass_fields__
    return Flags(**{name: getattr(arguments, name) for name in names})


def _paths(flags: Flags) -> Paths:
    """Where the files are, for commands that are about nothing else."""
    paths = find_paths(flags, os.environ)
    if not paths.state_dir.is_absolute():
        raise UsageError(NO_HOME)
    return paths


def _run_paths(arguments: argparse.Namespace) -> int:
    flags = _flags(arguments)
    paths, demo = (_paths(replace(flags, demo=demo)) for demo in (False, True))
    named = (
        ("config", paths.config_file),
        ("state", paths.state_file),
        ("log", paths.log_file),
        ("audit", paths.audit_file),
        ("audit-demo", demo.audit_file),
    )
    write_out(f"{name:<12}{visible(str(path))}\n" for name, path in named)
    return 0


def _run_config(_: argparse.Namespace) -> int:
    from hsmtui.config.example import example_config

    write_out([example_config()])
    return 0


def _run_completion(arguments: argparse.Namespace) -> int:
    from importlib.resources import files

    script = files("hsmtui.command_line.completion") / "shells" / f"hsmtui.{arguments.shell}"
    write_out([script.read_text("utf-8")])
    return 0


def _run_audit(arguments: argparse.Namespace) -> int:
    """A line that is no record is said, and makes the exit status 1; the others are printed."""
    from hsmtui.changes.audit import read_audit
    from hsmtui.changes.audit_query import AuditQuery
    from hsmtui.changes.audit_table import records_as_csv, records_as_json, records_as_table

    path = _paths(_flags(arguments)).audit_file
    targets, outcomes = tuple(arguments.targets or ()), tuple(arguments.outcomes or ())
    query = AuditQuery(arguments.since, targets, outcomes)
    problems = 0

    def complain(problem: str) -> None:
        nonlocal problems
        problems += 1
        sys.stderr.write(f"hsmtui: {problem}\n")

    width = _columns() if sys.stdout.isatty() else None
    colour = shows_colour(arguments.color, os.environ)
    formats = {
        "table": lambda records: records_as_table(records, width, colour=colour),
        "json": records_as_json,
        "csv": records_as_csv,
    }
    records = _recorded(path, read_audit(path, complain))
    write_out(formats[arguments.format](_matching(query, records)))
    return 1 if problems else 0


def _matching(query: "AuditQuery", records: "Iterator[Record]") -> "Iterator[Record]":
    """Those that match; where there are some and none does, that is said."""
    first, found = list(islice(records, 1)), False
    for record in query.select(chain(first, records)):
        found = True
        yield record
    if first and not found:
        sys.stderr.write("hsmtui: there are records, but none matches\n")


def _recorded(path: Path, records: "Iterator[Record]") -> "Iterator[Record]":
    """The records of a file, none where there is no file yet, which is said."""
    try:
        yield from records
    except FileNotFoundError:
        sys.stderr.write(f"hsmtui: nothing is recorded yet: there is no {visible(str(path))}\n")
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{visible(f'{path} cannot be read: {reason}')}") from error


def _columns() -> int:
    return min(shutil.get_terminal_size().columns, _WIDEST)


def _run_check(arguments: argparse.Namespace) -> int:
    flags = _flags(arguments)
    query = _query(flags.filter)
    _check_endpoint(flags.endpoint_url)
    settings = load(flags, os.environ, known_columns=COLUMN_IDS)
    _start_log(settings, flags)
    for words in exposures(settings.paths):
        sys.stderr.write(f"hsmtui: {visible(words)}\n")
    if arguments.from_file is not None:
        return _check_file(arguments, settings, query)
    if not flags.demo:
        return _check(arguments, settings, query)
    with _demo() as (profile, trust):
        return _check(arguments, replace(settings, trust=trust), query, profile)


def _check(
    arguments: argparse.Namespace, settings: Settings, query: Query, otherwise: str | None = None
) -> int:
    """`otherwise` is the profile where none is named."""
    from hsmtui.check.asked_names import check_names
    from hsmtui.check.command import run_check

    places = _places(settings, otherwise)
    check_names(settings, _flags(arguments), places)
    wanted = _check_request(arguments, query, places)
    return run_check(settings, wanted, lambda: datetime.now(UTC))


def _check_file(arguments: argparse.Namespace, settings: Settings, query: Query) -> int:
    from hsmtui.check.file_check import run_file_check

    opened = _opened(arguments)
    return run_file_check(settings, _check_request(arguments, query, ()), opened)


def _check_request(
    arguments: argparse.Namespace, query: Query, places: "tuple[Place, ...]"
) -> "CheckRequest":
    from hsmtui.check.command import CheckRequest
    from hsmtui.check.look import Look
    from hsmtui.model.findings.severity import Severity

    output = _output(arguments.output)
    return CheckRequest(
        places=places,
        query=query,
        format=arguments.format,
        fail_on=Severity.named(arguments.fail_on) if arguments.fail_on else None,
        with_backups=not arguments.no_backups,
        demo=bool(arguments.demo),
        look=Look(_columns(), colour=output is None and shows_colour(arguments.color, os.environ)),
        min_clusters=arguments.min_clusters,
        output=output,
        earlier=_earlier(arguments.new_since),
    )


def _output(path: Path | None) -> Path | None:
    """The file that a check is written to; None for standard output."""
    from hsmtui.check.output import STANDARD_OUTPUT, check_output
    from hsmtui.export.files import ExportError

    if path is None or path == STANDARD_OUTPUT:
        return None
    try:
        check_output(path)
    except ExportError as error:
        raise UsageError(f"--output: {error} {error.remedy}") from error
    return path


def _earlier(path: Path | None) -> "EarlierDocument | None":
    from hsmtui.check.earlier import read_earlier
    from hsmtui.check.saved_file import SavedFileError

    try:
        return None if path is None else read_earlier(str(path))
    except SavedFileError as error:
        raise UsageError(f"--new-since: {error}") from error


def _run_wait(arguments: argparse.Namespace) -> int:
    flags = _flags(arguments)
    _check_endpoint(flags.endpoint_url)
    for name, value in (("--filter", flags.filter), ("--from", arguments.from_file)):
        if value is not None:
            raise UsageError(f"{name} cannot be used with wait, which reads one cluster")
    settings = load(flags, os.environ, known_columns=COLUMN_IDS)
    _start_log(settings, flags)
    if not flags.demo:
        return _wait(arguments, settings)
    with _demo() as (profile, trust):
        return _wait(arguments, replace(settings, trust=trust), profile)


def _wait(arguments: argparse.Namespace, settings: Settings, otherwise: str | None = None) -> int:
    from hsmtui.check.asked_names import check_names
    from hsmtui.check.wait import WaitRequest, WaitTime, run_wait

    places = _places(settings, otherwise)
    if len(places) > 1:
        raise UsageError(
            f"wait is for one place (a profile in a region), not for {len(places)}; "
            "name one profile and one region"
        )
    check_names(settings, _flags(arguments), places)
    (place,) = places
    wanted = WaitRequest(place, arguments.cluster, arguments.goal, arguments.timeout)
    return run_wait(settings, wanted, WaitTime())


def _run_demo_server(arguments: argparse.Namespace) -> int:
    from hsmtui.demo.control_plane import ControlPlane
    from hsmtui.demo.server import HOST, DemoServer, serve

    port, log = arguments.port, arguments.log
    with _usable(f"--log: {log} cannot be written"):
        plane = ControlPlane(
            seed=arguments.seed,
            clusters=arguments.clusters,
            latency=arguments.latency / 1000,
            log=log,
        )
    with _usable(f"--port: {HOST}:{port} cannot be served"):
        server = DemoServer(plane, port)
    serve(server, lambda url: write_out([f"{url}\n"]))
    return 0


@contextmanager
def _usable(otherwise: str) -> Iterator[None]:
    """What the command line names and the system refuses is bad usage."""
    try:
        yield
    except (OSError, ValueError) as error:  # the latter of a NUL in a name
        reason = getattr(error, "strerror", None) or error
        raise UsageError(visible(f"{otherwise}: {reason}")) from error


def _run_app(arguments: argparse.Namespace) -> int:
    flags = _flags(arguments)
    query = _query(flags.filter)
    _check_endpoint(flags.endpoint_url)
    settings = load(flags, os.environ, known_columns=COLUMN_IDS)
    keys = _keymap(settings)
    recorded = None if arguments.from_file is None else _opened(arguments).recorded
    _need_terminal(os.environ)
    _start_log(settings, flags)
    plan = _Plan(settings, query, keys, bool(flags.demo), flags.scope or "")
    gc.disable()  # while modules are imported it would go through all of them again and again
    if recorded is not None:
        return _run_screen(plan._replace(recorded=recorded), ())
    if not flags.demo:
        return _run_screen(plan, _places(settings))
    with _demo() as (profile, trust):
        plan = plan._replace(settings=replace(settings, trust=trust))
        return _run_screen(plan, _places(settings, profile))


def _opened(arguments: argparse.Namespace) -> "OpenedFile":
    """What the file has that is named instead of places; raises UsageError where it cannot be."""
    from hsmtui.check.recorded_file import open_file
    from hsmtui.check.saved_file import STANDARD_INPUT, SavedFileError

    narrow = "; to open only a part, use --filter, such as 'profile:prod region:eu-west-1'"
    given = (
        ("-p", arguments.profiles, narrow),
        ("-r", arguments.regions, narrow),
        ("--scope", arguments.scope, narrow),
        ("--endpoint-url", arguments.endpoint_url, ""),
        ("--demo", arguments.demo, ""),
        ("--write", arguments.read_only is False, ""),
        ("--no-backups", getattr(arguments, "no_backups", False), ""),
    )
    for name, value, instead in given:
        if value:
            raise UsageError(f"{name} cannot be used with --from, which does not ask AWS{instead}")
    if arguments.from_file == STANDARD_INPUT and arguments.command == "app":
        raise UsageError(
            "--from -: standard input is the keyboard here; name a file (hsmtui check --from - "
            "reads standard input)"
        )
    try:
        return open_file(arguments.from_file)
    except SavedFileError as error:
        raise UsageError(f"--from: {error}") from error


def _openings(plan: "_Plan", places: "tuple[Place, ...]") -> "Openings":
    """Ask for the first page while the screen comes up.

    Of several places the others are asked when the screen is up: their threads would take the
    interpreter from it.
    """
    from hsmtui.aws.connect import open_places
    from hsmtui.aws.place import Terms

    settings, terms = plan.settings, Terms.of(plan.settings)
    filters, size, parallel = plan.query.server_filters, settings.page_size, settings.parallel
    openings = open_places(places, filters, size, terms, parallel, plan.scope, first_alone=True)
    wait([openings.each[0].connection], HEAD_START)
    return openings


def _places(settings: Settings, otherwise: str | None = None) -> "tuple[Place, ...]":
    """The places that are asked for; `otherwise` is the profile where none is named."""
    from hsmtui.fleet.places import places_for

    asked = settings.asked
    if otherwise is not None and not asked.profiles:
        asked = asked._replace(profiles=(otherwise,))
    places = places_for(asked, settings.endpoint_url)
    if settings.write and len(places) > 1:
        raise UsageError(
            f"--write is for one place (a profile in a region), not for {len(places)}; "
            "name one profile and one region"
        )
    return places


class _Plan(NamedTuple):
    """What was decided before anything is asked or drawn."""

    settings: Settings
    query: Query
    keys: Mapping[str, str]
    demo: bool
    scope: str
    recorded: "Recorded | None" = None


def _query(text: str | None) -> Query:
    try:
        return parse(text or "")
    except QueryError as error:
        raise UsageError(f"--filter: {error}") from error


def _check_endpoint(url: str | None) -> None:
    if url is not None and not _is_endpoint(url):
        raise UsageError(
            f'--endpoint-url: "{visible(url)}" is no URL; expected one such as https://host:port'
        )


def _is_endpoint(url: str) -> bool:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises where it is none
    except ValueError:
        return False
    host = parts.hostname or ""
    named = all(map(_LABEL.fullmatch, host.removesuffix(".").split(".")))
    return parts.scheme in {"http", "https"} and (named or ":" in host) and url == visible(url)


def _keymap(settings: Settings) -> Mapping[str, str]:
    """The user's keys as Textual names them; Textual is imported only where there are any."""
    if not settings.keys:
        return {}
    from hsmtui.ui.commands.keymap import KeymapError, checked_keymap

    try:
        return checked_keymap(settings.keys)
    except KeymapError as error:
        raise SettingsError(f"{settings.paths.config_file}: {error}") from error


def _need_terminal(environ: Mapping[str, str]) -> None:
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError("there is no terminal: run it in an interactive one, without redirections")
    if environ.get("TERM", "") in PLAIN_TERMINALS:
        raise UsageError("TERM is dumb or not set: a terminal that can move its cursor is needed")


def _start_log(settings: Settings, flags: Flags) -> None:
    """Log where a flag asks for it."""
    if flags.log_file is None and flags.log_level is None:
        return
    from hsmtui.command_line.log_file import start_log

    path = settings.paths.log_file
    if flags.log_file is not None and not path.parent.is_dir():  # a name that is mistyped
        raise UsageError(
            f"the log: {visible(str(path))} cannot be written: there is no such folder"
        )
    try:
        start_log(path, flags.log_level or "info")
    except PrivateFileError as error:
        raise UsageError(f"the log: {error}") from error
    logging.getLogger("hsmtui").info("hsmtui %s starts", __version__)


@contextmanager
def _demo() -> Iterator[tuple[str, Trust]]:
    """Serve the demo's control plane and live in its environment.

    Gives the starting profile and the demo's roots.
    """
    from hsmtui.demo.control_plane import ControlPlane
    from hsmtui.demo.environment import STARTING_PROFILE, demo_environment, root_file
    from hsmtui.demo.home import held_home, new_home
    from hsmtui.demo.server import DemoServer

    with temporary(new_home()) as home, held_home(home), DemoServer(ControlPlane()) as server:
        given = dict(os.environ)
        _become(demo_environment(given, home, server.url))
        try:
            aws, maker = (str(root_file(name)) for name in ("aws.crt", "manufacturer.crt"))
            yield STARTING_PROFILE, Trust(aws_root=aws, manufacturer_roots=(maker,))
        finally:
            _become(given)


def _become(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)


def _run_screen(plan: _Plan, places: "tuple[Place, ...]") -> int:
    """Bring up the screen while the first answer is on its way, and run it."""
    settings = plan.settings
    openings = plan.recorded.openings if plan.recorded else _openings(plan, places)
    for name in KEY_LOG_VARIABLES:
        os.environ.pop(name, None)
    from hsmtui.ui.app import HsmtuiApp, Start

    state, notice = load_state(settings.paths.state_file, known_columns=COLUMN_IDS)
    notices = (notice, *map(visible, exposures(settings.paths)))
    start = Start(
        settings=settings,
        state=State() if plan.demo else state,
        openings=openings,
        query=plan.query,
        clock=lambda: datetime.now(UTC),
        keys=plan.keys,
        demo=plan.demo,
        ascii_only=not speaks_utf8(),
        no_color=bool(os.environ.get("NO_COLOR")),
        notice="\n".join(filter(None, notices)) or None,
        recorded=plan.recorded,
    )
    app = HsmtuiApp(start)
    del start, openings  # else they would be kept when others are gone to
    if settings.theme not in {None, *app.available_themes}:
        raise UsageError(_unknown_theme(str(settings.theme), list(app.available_themes)))
    gc.freeze()
    gc.enable()
    app.run(mouse=settings.mouse)
    if app.crash is not None:
        sys.stderr.write(f"hsmtui: {app.crash}")
    for words in app.last_words:
        sys.stderr.write(f"hsmtui: {visible(words)}\n")
    return app.return_code or 0


def _unknown_theme(name: str, known: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"themes are {', '.join(sorted(known))}"
    return f'there is no theme "{visible(name)}"; {hint}'


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "app": _run_app,
    "check": _run_check,
    "wait": _run_wait,
    "paths": _run_paths,
    "audit": _run_audit,
    "config": _run_config,
    "completion": _run_completion,
    "demo-server": _run_demo_server,
}
