"""What the command line takes: options of all commands, and those of each."""

import argparse
import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

from hsmtui import __version__
from hsmtui.check.forms import CHECK_FORMATS
from hsmtui.model.findings.severity import SEVERITY_WORDS, Severity
from hsmtui.model.names import nearest_names
from hsmtui.standard_streams import COLOR_CHOICES

LEVELS = ("debug", "info", "warning", "error")
_MOST_EXPECTED = 10_000_000

OUTCOMES = ("begun", "done", "refused", "blocked", "unknown")
"""The words for what a record of the audit file says; a test compares them."""

MOST_CLUSTERS = 100_000
"""Of the demo; making them takes seconds and a quarter of a gigabyte."""

LONGEST_LATENCY = 600_000
"""Of the demo, in milliseconds."""

LARGEST_SEED = 10**18
LONGEST_SHOWN = 40
"""Characters of a value that an error repeats."""


def arguments_of(argv: Sequence[str] | None) -> argparse.Namespace:
    """What the command line says; `command` is the name of the command.

    Raises SystemExit after help, the version or words on bad usage.
    """
    arguments = _parser().parse_args(argv)
    for name in _SEVERAL:
        given = (getattr(arguments, each, None) or () for each in (name, f"{name}{_AFTER}"))
        setattr(arguments, name, tuple(chain(*given)))
    return arguments


_SEVERAL = ("profiles", "regions")
"""Options that count as often as they are given, before the command and after it."""

_AFTER = "_after_command"
"""argparse takes what stands after a command instead of what stands before it, unless it has
another name."""


def _parser() -> argparse.ArgumentParser:
    main = argparse.ArgumentParser(
        prog="hsmtui",
        description="See what is wrong with AWS CloudHSM v2 clusters, and put it right.",
        allow_abbrev=False,  # else the demo server's --log is taken for --log-file or --log-level
        parents=[_options(None)],
    )
    access = main.add_mutually_exclusive_group()
    access.add_argument("--read-only", action="store_true", default=None, help="change nothing")
    access.add_argument(
        "--write",
        dest="read_only",
        action="store_false",
        help="lift read-only for the credentials that the command starts with",
    )
    main.add_argument(
        "--theme", metavar="NAME", help="one of Textual's themes, or terminal (the default)"
    )
    main.add_argument("--version", action="version", version=f"hsmtui {__version__}")
    main.set_defaults(command="app")
    commands = main.add_subparsers(metavar="command")
    _add_check(commands)
    commands.add_parser("paths", help="where config, state, log and audit files are").set_defaults(
        command="paths"
    )
    _add_audit(commands)
    _add_demo_server(commands)
    return main


def _options(default: str | None, after: str = "") -> argparse.ArgumentParser:
    """Options that stand before a command and, with SUPPRESS as their default, after one too.

    A default after the command would undo what was said before it.
    """
    options = argparse.ArgumentParser(add_help=False, argument_default=default)
    add = options.add_argument
    add(
        *("-p", "--profile"),
        action="append",
        type=_named,
        dest=f"profiles{after}",
        metavar="PROFILES",
        help="AWS profiles, such as audit or 'prod-*,audit'; may be given several times "
        "(else AWS_PROFILE, config.toml, the default chain)",
    )
    add(
        *("-r", "--region"),
        action="append",
        type=_named,
        dest=f"regions{after}",
        metavar="REGIONS",
        help="regions, such as us-east-1, 'eu-*' or '*'; may be given several times "
        "(else AWS_REGION, AWS_DEFAULT_REGION, config.toml, …)",
    )
    add(
        "--scope",
        type=_named,
        metavar="NAME",
        help="the places of this scope in config.toml; a place is one profile in one region",
    )
    add("--endpoint-url", metavar="URL", help="ask this endpoint instead of AWS's own")
    add("--demo", action="store_true", help="run on an embedded control plane, without AWS")
    add(
        "--from",
        dest="from_file",
        metavar="FILE",
        help="open a file that was read before, without asking AWS: the JSON of hsmtui check or of "
        "aws cloudhsmv2 describe-clusters",
    )
    add("--filter", metavar="QUERY", help="only what matches, such as state:ACTIVE")
    add("--config", type=Path, metavar="FILE", help="read this config.toml")
    add("--log-file", type=Path, metavar="FILE", help="log to this file")
    add("--log-level", choices=LEVELS, help="how much to log (default: info)")
    return options


def _named(text: str) -> str:
    """A name, or several: where a script has none, its variable is empty, and no other is meant."""
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty; expected a name")
    return text


def _add_check(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    check = commands.add_parser(
        "check",
        help="print what is wrong with the clusters, without a screen",
        description="Read all clusters and backups of the places and print what is wrong.",
        epilog="Exit status: 0; 3 when a finding that is not accepted is as bad as --fail-on says "
        "or worse; 4 when not all could be read, or fewer clusters than --min-clusters says (what "
        "was read is printed); 2 for bad usage or settings; 1 when the output cannot be written.",
        allow_abbrev=False,
        parents=[_options(argparse.SUPPRESS, _AFTER)],
    )
    add = check.add_argument
    add(
        "--format",
        choices=tuple(CHECK_FORMATS),
        default="table",
        metavar="FORMAT",
        help="; ".join(f"{name}: {form.help}" for name, form in CHECK_FORMATS.items()),
    )
    add(
        "--output",
        type=_path,
        metavar="FILE",
        help="write to this file, which only its owner can read; - is standard output",
    )
    add(
        "--fail-on",
        type=str.lower,
        choices=SEVERITY_WORDS,
        metavar="SEVERITY",
        help=f"exit with 3 from this severity on: {', '.join(each.word for each in Severity)}",
    )
    add(
        "--new-since",
        type=_path,
        metavar="FILE",
        help="with --fail-on, count only what this earlier JSON document does not have",
    )
    add(
        "--min-clusters",
        type=_number(int, 1, _MOST_EXPECTED),
        default=0,
        metavar="N",
        help="exit with 4 when fewer clusters are read",
    )
    add("--no-backups", action="store_true", help="do not read backups: BACKUP-STALE is left out")
    _add_color(check)
    check.set_defaults(command="check")


def _add_audit(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    audit = commands.add_parser(
        "audit",
        help="print the records of changes",
        description="Print the records of changes: what was requested, by whom, and the outcome.",
        epilog="Exit status: 0, also when nothing matches; 1 when a line of the file is no record "
        "(the others are printed), 2 for bad usage or a file that cannot be read.",
        allow_abbrev=False,
    )
    add = audit.add_argument
    add(
        "--demo",
        action="store_true",
        default=argparse.SUPPRESS,
        help="the changes made in the demo",
    )
    add(
        "--since",
        type=_since,
        metavar="WHEN",
        help="changes since a date or time (UTC), such as 2026-11-21 or 2026-11-21T17:09; or "
        "of the last 30m, 2h or 7d",
    )
    add(
        "--target",
        action="append",
        dest="targets",
        metavar="TEXT",
        help="only changes whose target has this text, or matches this pattern, such as "
        "cluster-abc or 'hsm-*'; may be given several times",
    )
    add(
        "--outcome",
        action="append",
        dest="outcomes",
        type=_outcome,
        metavar="WORD",
        help=f"{', '.join(OUTCOMES)}; unknown also finds changes whose end was not recorded; may "
        "be given several times",
    )
    add(
        "--format",
        choices=("table", "json", "csv"),
        default="table",
        help="a table (the default), as wide as the terminal; one JSON array; or CSV with all "
        "that is recorded",
    )
    _add_color(audit)
    audit.set_defaults(command="audit")


def _add_color(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--color",
        choices=COLOR_CHOICES,
        default="auto",
        help="colours of the table on standard output: auto (the default) is where that is a "
        "terminal and NO_COLOR is not set; always is for less -R",
    )


def _add_demo_server(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    server = commands.add_parser(
        "demo-server",
        help="serve the demo's control plane on 127.0.0.1",
        description="Serve the demo's control plane on 127.0.0.1, and the roots of its "
        "certificates at /roots/aws.crt and /roots/manufacturer.crt.",
    )
    add = server.add_argument
    port, seed = _number(int, 0, 65_535), _number(int, 0, LARGEST_SEED)
    size, latency = _number(int, 0, MOST_CLUSTERS), _number(float, 0, LONGEST_LATENCY)
    add("--port", type=port, default=0, metavar="N", help="default: a free one")
    add("--seed", type=seed, default=1, metavar="N", help="each number makes another fleet")
    add("--clusters", type=size, metavar="N", help="clusters of account 111111111111 in us-east-1")
    add("--latency", type=latency, default=0, metavar="MS", help="milliseconds before each answer")
    add("--log", type=Path, metavar="FILE", help="write one JSON line per request to this file")
    server.set_defaults(command="demo-server")


def _path(text: str) -> Path:
    return Path(_named(text))


_SPAN = re.compile(r"(\d{1,9})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def _since(text: str) -> datetime:
    """A moment, in UTC where it says nothing else, or one that is so long ago."""
    try:
        if span := _SPAN.fullmatch(text.strip()):
            return datetime.now(UTC) - timedelta(**{_UNITS[span[2]]: int(span[1])})
        moment = datetime.fromisoformat(text.strip())
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(
            "expected a date or time in UTC, such as 2026-11-21 or 2026-11-21T17:09, or a span "
            f'such as 30m, 2h or 7d, not "{text[:LONGEST_SHOWN]}"'
        ) from None


def _outcome(text: str) -> str:
    """One of the known words, in any case."""
    word = text.strip().lower()
    if word not in OUTCOMES:
        shown = text[:LONGEST_SHOWN]
        near = nearest_names(word, OUTCOMES)
        raise argparse.ArgumentTypeError(f'there is no outcome "{shown}"; {near}')
    return word


def _number(kind: type[int] | type[float], least: int, most: int) -> Callable[[str], int | float]:
    """What reads a number between two limits, both of them allowed; neither is NaN."""
    what = f"expected a {'whole ' if kind is int else ''}number from {least} to {most}"

    def read(text: str) -> int | float:
        try:
            value = kind(text)
        except ValueError:  # also more digits than Python converts
            value = math.nan
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f'{what}, not "{text[:LONGEST_SHOWN]}"')
        return value

    return read
