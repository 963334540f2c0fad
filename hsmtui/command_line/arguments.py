"""What the command line takes: options of all commands, and those of each."""

import argparse
import math
import re
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from hsmtui.check.forms import CHECK_FORMATS
from hsmtui.command_line.notes import (
    AUDIT_NOTES,
    CHECK_NOTES,
    COMPLETION_NOTES,
    CONFIG_NOTES,
    DEMO_SERVER_NOTES,
    MAIN_NOTES,
    PATHS_NOTES,
    WAIT_NOTES,
)
from hsmtui.command_line.parser import CommandParser, quoted_value
from hsmtui.command_line.words import about_unknown, read_words
from hsmtui.model.findings.severity import SEVERITY_WORDS, Severity
from hsmtui.model.ids import CLUSTER_ID
from hsmtui.model.names import nearest_names
from hsmtui.model.wait_goal import GOAL_WORDS, WaitGoal, wait_goal
from hsmtui.process.standard_streams import COLOR_CHOICES

LEVELS = ("debug", "info", "warning", "error")
_MOST_EXPECTED = 10_000_000

OUTCOMES = ("begun", "done", "refused", "blocked", "unknown")
"""The words for what a record of the audit file says; a test compares them."""

MOST_CLUSTERS = 100_000
"""Of the demo; making them takes seconds and a quarter of a gigabyte."""

LONGEST_LATENCY = 600_000
"""Of the demo, in milliseconds."""

LARGEST_SEED = 10**18

SHELLS = ("bash", "zsh", "fish")
"""Those that complete words with what hsmtui prints for them."""

AUDIT_FORMATS = ("table", "json", "csv")


def arguments_of(argv: Sequence[str] | None) -> argparse.Namespace:
    """What the command line says; `command` is the name of the command.

    Raises SystemExit after help, the version or words on bad usage.
    """
    main = command_parser()
    words = sys.argv[1:] if argv is None else argv
    read = read_words(main, words)
    if read.unknown is not None:
        read.parser.error(about_unknown(read))
    arguments = main.parse_args(_without_end_of_options(main, words))
    if arguments.command == "help":
        main.commands.get(arguments.about, main).print_help()
        main.exit()
    for name in _SEVERAL:
        given = (getattr(arguments, each, None) or () for each in (name, f"{name}{AFTER_COMMAND}"))
        setattr(arguments, name, tuple(chain(*given)))
    return arguments


def _without_end_of_options(main: CommandParser, words: Sequence[str]) -> Sequence[str]:
    """The words without a -- that ends them, or is before the command: argparse would take it for a
    word.
    """
    if "--" not in words:
        return words
    end = words.index("--")
    after = words[end + 1 :]
    return words if after and after[0] not in main.commands else [*words[:end], *after]


_SEVERAL = ("profiles", "regions")
"""Options that count as often as they are given, before the command and after it."""

AFTER_COMMAND = "_after_command"
"""The end of the `dest` of options that count before a command and after it: argparse takes what
stands after it instead of what stands before it, unless it has another name."""


def command_parser() -> CommandParser:
    """The parser of the whole command line."""
    main = CommandParser(
        prog="hsmtui",
        usage="hsmtui [options] [command]",
        description="See what is wrong with AWS CloudHSM v2 clusters, and put it right. Without a "
        "command: on the screen.",
        notes=MAIN_NOTES,
    )
    main.set_defaults(command="app")
    commands = _Commands(main)
    for add_command in (
        _add_check,
        _add_wait,
        _add_audit,
        _add_paths,
        _add_config,
        _add_completion,
    ):
        add_command(commands)
    _add_demo_server(commands)
    _add_places(main)
    changes = main.add_argument_group("changes").add_mutually_exclusive_group()
    changes.add_argument("--read-only", action="store_true", default=None, help="change nothing")
    changes.add_argument(
        "--write",
        dest="read_only",
        action="store_false",
        help="lift read-only for the credentials that the command starts with",
    )
    settings = _add_settings(main)
    settings.add_argument(
        "--theme", metavar="NAME", help="one of Textual's themes, or terminal (the default)"
    )
    more = _add_help(main)
    more.add_argument(
        *("-V", "--version"),
        action=_PrintVersion,
        help="print the versions of hsmtui and of what it stands on, and exit",
    )
    _add_help_command(commands)
    return main


class _Commands:
    """The commands of a parser, and how one is added."""

    def __init__(self, main: CommandParser) -> None:
        self.main = main
        self._parsers = main.add_subparsers(title="commands", metavar="command", prog=main.prog)

    def add(
        self, name: str, summary: str, *, takes: str = "[options]", **options: Any
    ) -> CommandParser:
        """The parser of another command; its usage is its name and what it takes."""
        usage = f"hsmtui {name} {takes}".strip()
        parser = self._parsers.add_parser(name, help=summary, usage=usage, **options)
        parser.set_defaults(command=name)
        parser.summary = summary
        self.main.commands[name] = parser
        return parser


class _PrintVersion(argparse.Action):
    """Prints the versions, which are only looked up then."""

    def __init__(self, option_strings: Sequence[str], dest: str, **options: Any) -> None:
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, **options)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from hsmtui.command_line.versions import versions

        sys.stdout.write(versions())
        parser.exit()


def _add_help(parser: CommandParser) -> "argparse._ArgumentGroup":
    group = parser.add_argument_group("more")
    group.add_argument(
        *("-h", "--help"), action="help", dest=argparse.SUPPRESS, help="print this help and exit"
    )
    return group


def _add_places(
    parser: CommandParser, default: str | None = None, after: str = "", *, lists: bool = True
) -> None:
    """What to look at. These stand before a command and, with SUPPRESS as their default, after one,
    too: a default after the command would undo what was said before it.

    Only what `lists` clusters takes a filter, or a file in their place.
    """
    add = parser.add_argument_group("what to look at", argument_default=default).add_argument
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
    if lists:
        add("--filter", metavar="QUERY", help="only what matches, such as state:ACTIVE")
        add(
            "--from",
            type=_named,
            dest="from_file",
            metavar="FILE",
            help="open a file that was read before, without asking AWS: the JSON of hsmtui check "
            "or of aws cloudhsmv2 describe-clusters",
        )
    add("--demo", action="store_true", help="run on an embedded control plane, without AWS")
    add("--endpoint-url", metavar="URL", help="ask this endpoint instead of AWS's own")


def _add_settings(parser: CommandParser, default: str | None = None) -> "argparse._ArgumentGroup":
    """Settings and the log, before a command or after it as the places."""
    group = parser.add_argument_group("settings and log", argument_default=default)
    group.add_argument("--config", type=_path, metavar="FILE", help="read this config.toml")
    group.add_argument("--log-file", type=_path, metavar="FILE", help="log to this file")
    group.add_argument(
        "--log-level",
        **_one_of("level", LEVELS),
        metavar="LEVEL",
        help=f"how much to log: {', '.join(LEVELS)} (default: info)",
    )
    return group


def _named(text: str) -> str:
    """A name, or several: where a script has none, its variable is empty, and no other is meant."""
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty; expected a name")
    return text


def _add_check(commands: _Commands) -> None:
    check = commands.add(
        "check",
        "print what is wrong with the clusters, without a screen",
        description="Read all clusters and backups of the places and print what is wrong.",
        notes=CHECK_NOTES,
    )
    _add_places(check, argparse.SUPPRESS, AFTER_COMMAND)
    check.add_argument_group("what to read").add_argument(
        "--no-backups", action="store_true", help="do not read backups: BACKUP-STALE is left out"
    )
    output = check.add_argument_group("output")
    add = output.add_argument
    add(
        "--format",
        **_one_of("format", CHECK_FORMATS),
        default="table",
        metavar="FORMAT",
        help="how to print it. "
        + "; ".join(f"{name}: {form.help}" for name, form in CHECK_FORMATS.items()),
    )
    add(
        "--output",
        type=_path,
        metavar="FILE",
        help="write to this file, which only its owner can read; - is standard output",
    )
    _add_color(output)
    add = check.add_argument_group("exit status 3 and 4").add_argument
    add(
        "--fail-on",
        type=_severity,
        choices=[each.word for each in Severity],
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
    _add_settings(check, argparse.SUPPRESS)
    _add_help(check)


LONGEST_WAIT = 604_800
"""Seconds: a week."""

_WAITED = 3_600
"""Seconds that are waited where nothing else is said."""


def _add_wait(commands: _Commands) -> None:
    wait = commands.add(
        "wait",
        "wait until a cluster is in a state, or its HSMs are ACTIVE",
        takes="[options] CLUSTER --for WORD",
        description="Read one cluster again and again until it is as you say, and tell on standard "
        "error what changes meanwhile. It changes nothing.",
        notes=WAIT_NOTES,
    )
    what = wait.add_argument_group("what to wait for")
    what.add_argument("cluster", metavar="CLUSTER", type=_cluster_id, help="the id of the cluster")
    what.add_argument(
        "--for",
        dest="goal",
        required=True,
        type=_goal,
        metavar="WORD",
        help=f"{', '.join(GOAL_WORDS[:-1])}, or hsms=N for N ACTIVE HSMs",
    )
    what.add_argument(
        "--timeout",
        type=_number(float, 0, LONGEST_WAIT),
        default=_WAITED,
        metavar="SECONDS",
        help=f"for how long to wait (default: {_WAITED}); 0 looks once",
    )
    _add_places(wait, argparse.SUPPRESS, AFTER_COMMAND, lists=False)
    _add_settings(wait, argparse.SUPPRESS)
    _add_help(wait)


def _cluster_id(text: str) -> str:
    """The id of a cluster; names are not unique."""
    word = text.strip()
    if not CLUSTER_ID.fullmatch(word):
        raise argparse.ArgumentTypeError(
            f"expected the id of a cluster, such as cluster-2kxmlwwvsa4, not {quoted_value(text)}"
        )
    return word


def _goal(text: str) -> WaitGoal:
    try:
        return wait_goal(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{quoted_value(text)}: {error}") from None


def _add_audit(commands: _Commands) -> None:
    audit = commands.add(
        "audit",
        "print the records of changes",
        description="Print the records of changes: what was requested, by whom, and the outcome.",
        notes=AUDIT_NOTES,
    )
    add = audit.add_argument_group("which records").add_argument
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
        **_one_of("outcome", OUTCOMES),
        metavar="WORD",
        help=f"what came of it: {', '.join(OUTCOMES)}; unknown also finds changes whose end was "
        "not recorded; may be given several times",
    )
    output = audit.add_argument_group("output")
    output.add_argument(
        "--format",
        **_one_of("format", AUDIT_FORMATS),
        default="table",
        metavar="FORMAT",
        help="how to print them. table: as wide as the terminal (the default); json: one array; "
        "csv: all that is recorded",
    )
    _add_color(output)
    _add_help(audit)


def _add_color(output: "argparse._ArgumentGroup") -> None:
    output.add_argument(
        "--color",
        **_one_of("value", COLOR_CHOICES),
        default="auto",
        metavar="WHEN",
        help="colours of the table on standard output: auto (the default) where that is a "
        "terminal and NO_COLOR is not set, always (for less -R), or never",
    )


def _add_paths(commands: _Commands) -> None:
    paths = commands.add(
        "paths",
        "print where config, state, log and audit files are",
        takes="",
        description="Print where the config, state, log and audit files are.",
        notes=PATHS_NOTES,
    )
    _add_help(paths)


def _add_config(commands: _Commands) -> None:
    config = commands.add(
        "config",
        "print a config.toml with all settings and their defaults",
        takes="",
        description="Print a config.toml with all settings, their defaults and what they mean.",
        notes=CONFIG_NOTES,
    )
    _add_help(config)


def _add_completion(commands: _Commands) -> None:
    completion = commands.add(
        "completion",
        "print what makes a shell complete words with tab",
        takes="bash|zsh|fish",
        description="Print a script with which a shell completes commands, options and values: "
        "profiles, regions, scopes, filters, files.",
        notes=COMPLETION_NOTES,
    )
    completion.add_argument_group("shells").add_argument(
        "shell",
        **_one_of("shell", SHELLS),
        help="the shell that is to read it",
    )
    _add_help(completion)


def _add_help_command(commands: _Commands) -> None:
    about = commands.add(
        "help",
        "print the help of a command",
        takes="[command]",
        description="Print the help of a command, or of hsmtui.",
    )
    names = tuple(commands.main.commands)
    about.add_argument_group("commands").add_argument(
        "about",
        nargs="?",
        **_one_of("command", names),
        metavar="command",
        help=f"one of {', '.join(names)}",
    )
    _add_help(about)


def _add_demo_server(commands: _Commands) -> None:
    server = commands.add(
        "demo-server",
        "serve the demo's control plane on 127.0.0.1",
        description="Serve the demo's control plane on 127.0.0.1, and the roots of its "
        "certificates at /roots/aws.crt and /roots/manufacturer.crt. Its URL is printed first.",
        notes=DEMO_SERVER_NOTES,
    )
    add = server.add_argument_group("what is served").add_argument
    port, seed = _number(int, 0, 65_535), _number(int, 0, LARGEST_SEED)
    size, latency = _number(int, 0, MOST_CLUSTERS), _number(float, 0, LONGEST_LATENCY)
    add("--port", type=port, default=0, metavar="N", help="default: a free one")
    add("--seed", type=seed, default=1, metavar="N", help="each number makes another fleet")
    add("--clusters", type=size, metavar="N", help="clusters of account 111111111111 in us-east-1")
    add("--latency", type=latency, default=0, metavar="MS", help="milliseconds before each answer")
    add("--log", type=_path, metavar="FILE", help="write one JSON line per request to this file")
    _add_help(server)


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
            f"such as 30m, 2h or 7d, not {quoted_value(text)}"
        ) from None


def _one_of(what: str, known: Iterable[str]) -> dict[str, Any]:
    """How an argument is declared that takes one of the known words."""
    words = tuple(known)
    return {"type": _word_of(what, words), "choices": words}


def _word_of(what: str, words: Collection[str]) -> Callable[[str], str]:
    """What reads one of the words, in any case."""

    def read(text: str) -> str:
        word = text.strip().lower()
        if word not in words:
            raise argparse.ArgumentTypeError(
                f"there is no {what} {quoted_value(text)}; {nearest_names(word, words)}"
            )
        return word

    return read


def _severity(text: str) -> str:
    """What reads a severity, also one of the old words, as the word of today."""
    return Severity.named(_word_of("severity", SEVERITY_WORDS)(text)).word


def _number(kind: type[int] | type[float], least: int, most: int) -> Callable[[str], int | float]:
    """What reads a number between two limits, both of them allowed; neither is NaN."""
    what = f"expected a {'whole ' if kind is int else ''}number from {least} to {most}"

    def read(text: str) -> int | float:
        try:
            value = kind(text)
        except ValueError:  # also more digits than Python converts
            value = math.nan
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{what}, not {quoted_value(text)}")
        return value

    return read
