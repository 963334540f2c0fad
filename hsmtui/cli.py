"""The command line: argv → settings → app. The one place that chooses between AWS and the demo."""

import argparse
import gc
import logging
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import wait
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from hsmtui import __version__
from hsmtui.arguments import parser
from hsmtui.environment import drop_empty
from hsmtui.model.columns import COLUMN_IDS
from hsmtui.model.query import Query, QueryError, parse
from hsmtui.model.redaction import redact
from hsmtui.model.text import visible
from hsmtui.private_file import PrivateFileError, open_private
from hsmtui.settings import (
    Flags,
    Settings,
    SettingsError,
    State,
    Trust,
    find_paths,
    load,
    load_state,
)

UNEXPECTED = 1
BAD_USAGE = 2
INTERRUPTED = 130
HEAD_START = 0.15
"""Seconds that the first request gets before Textual is imported: two imports at once are slower
than one after the other. Credentials may take longer, and are not waited for."""


TELLTALES = ("TEXTUAL", "TEXTUAL_LOG")
"""Variables with which Textual writes down every key that is pressed, those of codes too."""


class UsageError(Exception):
    """The command cannot be carried out as it was given; the text says why and what would do."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is 0, 1 for an unexpected failure, 2 for bad usage."""
    arguments = parser().parse_args(argv)
    drop_empty(os.environ)
    try:
        return _COMMANDS[arguments.command](arguments)
    except (UsageError, SettingsError) as error:
        sys.stderr.write(f"hsmtui: {error}\n")
        return BAD_USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output, such as head, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNEXPECTED
    except Exception as error:  # noqa: BLE001 - the last net, which tells of everything
        from hsmtui.crash import report_crash

        paths = find_paths(_flags(arguments), os.environ)
        sys.stderr.write(f"hsmtui: {report_crash(error, paths.state_dir)}")
        return UNEXPECTED


def _flags(arguments: argparse.Namespace) -> Flags:
    names = Flags.__dataclass_fields__
    return Flags(**{name: getattr(arguments, name) for name in names})


def _run_paths(arguments: argparse.Namespace) -> int:
    paths = find_paths(_flags(arguments), os.environ)
    for name, path in (
        ("config", paths.config_file),
        ("state", paths.state_file),
        ("log", paths.log_file),
        ("audit", paths.audit_file),
    ):
        sys.stdout.write(f"{name:<8}{visible(str(path))}\n")
    return 0


def _run_audit(arguments: argparse.Namespace) -> int:
    """A line that is no record is said, and makes the exit status 1; the others are printed."""
    from hsmtui.audit import Reading, read_audit
    from hsmtui.audit_table import as_json, as_table

    path = find_paths(_flags(arguments), os.environ).audit_file
    try:
        reading = read_audit(path)
    except FileNotFoundError:
        sys.stderr.write(f"hsmtui: nothing is recorded yet: there is no {visible(str(path))}\n")
        reading = Reading((), ())
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{visible(f'{path} cannot be read: {reason}')}") from error
    if arguments.format == "json":
        text = as_json(reading.records)
    else:
        text = as_table(reading.records, _terminal_width())
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.flush()
    for problem in reading.problems:
        sys.stderr.write(f"hsmtui: {problem}\n")
    return 1 if reading.problems else 0


def _terminal_width() -> int | None:
    """The columns of the terminal, or None where standard output is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _run_check(arguments: argparse.Namespace) -> int:
    flags = _flags(arguments)
    query = _query(flags.filter)
    _check_endpoint(flags.endpoint_url)
    settings = load(flags, os.environ, known_columns=COLUMN_IDS)
    _start_log(settings, flags)
    if not flags.demo:
        explicit = settings.profile_is_explicit
        place = (settings.profile, settings.region, settings.endpoint_url, explicit, True)
        return _check(arguments, settings, query, place)
    with _demo() as (profile, _):
        place = (flags.profile or profile, flags.region, settings.endpoint_url, True, True)
        return _check(arguments, settings, query, place)


def _check(
    arguments: argparse.Namespace,
    settings: Settings,
    query: Query,
    place: tuple[str | None, str | None, str | None, bool, bool],
) -> int:
    from hsmtui.aws.terms import Place
    from hsmtui.check.command import Wanted, run
    from hsmtui.model.finding import Severity

    wanted = Wanted(
        place=Place(*place),
        query=query,
        format=arguments.format,
        fail_on=Severity[arguments.fail_on.upper()] if arguments.fail_on else None,
        with_backups=not arguments.no_backups,
        demo=bool(arguments.demo),
        width=shutil.get_terminal_size().columns,
    )
    return run(settings, wanted, lambda: datetime.now(UTC))


def _run_demo_server(arguments: argparse.Namespace) -> int:
    from hsmtui.demo.control_plane import ControlPlane
    from hsmtui.demo.server import serve

    plane = ControlPlane(
        seed=arguments.seed,
        clusters=arguments.clusters,
        latency=arguments.latency / 1000,
        log=arguments.log,
    )
    serve(plane, arguments.port)
    return 0


def _run_app(arguments: argparse.Namespace) -> int:
    flags = _flags(arguments)
    query = _query(flags.filter)
    _check_endpoint(flags.endpoint_url)
    settings = load(flags, os.environ, known_columns=COLUMN_IDS)
    keys = _keymap(settings)
    _need_terminal(os.environ)
    _start_log(settings, flags)
    plan = _Plan(settings, query, keys, bool(flags.demo))
    if not flags.demo:
        return _run_screen(plan, settings.profile, settings.region, settings.profile_is_explicit)
    with _demo() as (profile, trust):
        plan = plan._replace(settings=replace(settings, trust=trust))
        return _run_screen(plan, flags.profile or profile, flags.region, explicit=True)


class _Plan(NamedTuple):
    """What was decided before anything is asked or drawn."""

    settings: Settings
    query: Query
    keys: Mapping[str, str]
    demo: bool


def _query(text: str | None) -> Query:
    try:
        return parse(text or "")
    except QueryError as error:
        raise UsageError(f"--filter: {error}") from error


def _check_endpoint(url: str | None) -> None:
    if url is None:
        return
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(
            f'--endpoint-url: "{visible(url)}" is no URL; expected one such as https://host:port'
        )


def _keymap(settings: Settings) -> Mapping[str, str]:
    """The user's keys as Textual names them; Textual is imported only where there are any."""
    if not settings.keys:
        return {}
    from hsmtui.ui.keymap import KeymapError, checked

    try:
        return checked(settings.keys)
    except KeymapError as error:
        raise SettingsError(f"{settings.paths.config_file}: {error}") from error


def _need_terminal(environ: Mapping[str, str]) -> None:
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError("there is no terminal: run it in an interactive one, without redirections")
    if environ.get("TERM", "") in {"", "dumb"}:
        raise UsageError("TERM is dumb or not set: a terminal that can move its cursor is needed")


def _start_log(settings: Settings, flags: Flags) -> None:
    """Log what hsmtui does where a flag asks for it; what botocore logs holds secrets."""
    if flags.log_file is None and flags.log_level is None:
        return
    path = settings.paths.log_file
    try:
        file, _ = open_private(path.absolute())
    except PrivateFileError as error:
        raise UsageError(f"the log: {error}") from error
    handler = logging.StreamHandler(os.fdopen(file, "a", encoding="utf-8"))
    formatter = _LineFormatter("%(asctime)s %(levelname)s %(message)s")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logger = logging.getLogger("hsmtui")
    logger.addHandler(handler)
    logger.setLevel((flags.log_level or "info").upper())
    logger.propagate = False
    logger.info("hsmtui %s starts", __version__)


class _LineFormatter(logging.Formatter):
    """One line a record without secrets, whatever the service put into it."""

    def format(self, record: logging.LogRecord) -> str:
        return visible(redact(super().format(record)))


@contextmanager
def _demo() -> Iterator[tuple[str, Trust]]:
    """Serve the demo's control plane and live in its environment.

    Gives the starting profile and the demo's roots.
    """
    from tempfile import TemporaryDirectory

    from hsmtui.demo.control_plane import ControlPlane
    from hsmtui.demo.environment import STARTING_PROFILE, demo_environment, root_file
    from hsmtui.demo.server import DemoServer

    with TemporaryDirectory(prefix="hsmtui-demo-") as home, DemoServer(ControlPlane()) as server:
        given = dict(os.environ)
        _become(demo_environment(given, Path(home), server.url))
        try:
            aws, maker = (str(root_file(name)) for name in ("aws.crt", "manufacturer.crt"))
            yield STARTING_PROFILE, Trust(aws_root=aws, manufacturer_roots=(maker,))
        finally:
            _become(given)


def _become(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)


def _run_screen(plan: _Plan, profile: str | None, region: str | None, explicit: bool) -> int:
    """Ask for the first page, then bring up the screen while the answer is on its way."""
    gc.disable()  # while modules are imported it would go through all of them again and again
    from hsmtui.aws.opening import begin
    from hsmtui.aws.terms import Place, Terms

    settings = plan.settings
    place = Place(profile, region, settings.endpoint_url, explicit, starting=True)
    opening = begin(place, plan.query.server_filters, settings.page_size, Terms.of(settings))
    wait([opening.connection], HEAD_START)

    for name in TELLTALES:
        os.environ.pop(name, None)
    from hsmtui.ui.app import HsmtuiApp, Start

    state, notice = load_state(settings.paths.state_file)
    start = Start(
        settings=settings,
        state=State() if plan.demo else state,
        opening=opening,
        query=plan.query,
        clock=lambda: datetime.now(UTC),
        keys=plan.keys,
        demo=plan.demo,
        ascii_only=not _speaks_utf8(_environment_as_given()),
        no_color=bool(os.environ.get("NO_COLOR")),
        notice=notice,
    )
    app = HsmtuiApp(start)
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


def _environment_as_given() -> Mapping[str, str]:
    """The environment before Python changed LC_CTYPE in it, where the system still has that."""
    try:
        given = Path("/proc/self/environ").read_bytes().decode("utf-8", "replace")
    except OSError:
        return os.environ
    return dict(entry.split("=", 1) for entry in given.split("\0") if "=" in entry)


def _speaks_utf8(environ: Mapping[str, str]) -> bool:
    """Whether the locale says that the terminal is UTF-8."""
    names = (environ.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next(filter(None, names), "")
    return "utf8" in locale.lower().replace("-", "")


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "app": _run_app,
    "check": _run_check,
    "paths": _run_paths,
    "audit": _run_audit,
    "demo-server": _run_demo_server,
}
