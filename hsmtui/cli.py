"""The command line: argv → settings → app. The one place that chooses between AWS and the demo."""

import argparse
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hsmtui.model.columns import COLUMN_IDS
from hsmtui.model.query import Query, QueryError, parse
from hsmtui.model.text import visible
from hsmtui.settings import Flags, Settings, SettingsError, find_paths, load, load_state

if TYPE_CHECKING:
    from concurrent.futures import Future

    from hsmtui.aws.opening import Opening

BAD_USAGE = 2
LEVELS = ("debug", "info", "warning", "error")
HEAD_START = 0.15
"""Seconds that the first request gets before Textual is imported: two imports at once are slower
than one after the other. Credentials may take longer, and are not waited for."""


class UsageError(Exception):
    """The command cannot be carried out as it was given; the text says why and what would do."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is 0, 1 for an unexpected failure, 2 for bad usage."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except (UsageError, SettingsError) as error:
        print(f"hsmtui: {error}", file=sys.stderr)
        return BAD_USAGE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hsmtui", description="Find, inspect and safely delete AWS CloudHSM v2 clusters."
    )
    add = parser.add_argument
    add("-p", "--profile", help="the AWS profile (else AWS_PROFILE, config.toml, the default chain)")
    add("-r", "--region", help="the region (else AWS_REGION, AWS_DEFAULT_REGION, config.toml, …)")
    add("--endpoint-url", metavar="URL", help="ask this endpoint instead of AWS's own")
    add("--demo", action="store_true", help="run on an embedded control plane, without AWS")
    access = parser.add_mutually_exclusive_group()
    access.add_argument(
        "--read-only", action="store_true", default=None, help="let nothing be deleted"
    )
    access.add_argument(
        "--write",
        dest="read_only",
        action="store_false",
        help="lift read-only for the profile that the command starts with",
    )
    add("--filter", metavar="QUERY", help="start with this filter, such as state:ACTIVE")
    add("--theme", metavar="NAME", help="one of Textual's themes, or terminal (the default)")
    add("--config", type=Path, metavar="FILE", help="read this config.toml")
    add("--log-file", type=Path, metavar="FILE", help="log to this file")
    add("--log-level", choices=LEVELS, help="how much to log (default: info)")
    add("--version", action="version", version=f"hsmtui {_version()}")
    parser.set_defaults(run=_run_app)
    commands = parser.add_subparsers(metavar="command")
    paths = commands.add_parser("paths", help="where config, state and log files are")
    paths.set_defaults(run=_run_paths)
    server = commands.add_parser("demo-server", help="serve the demo's control plane on 127.0.0.1")
    server.add_argument("--port", type=int, default=0, metavar="N", help="default: a free one")
    server.add_argument("--seed", type=int, default=1, metavar="N", help="makes another fleet")
    server.add_argument(
        "--clusters", type=int, metavar="N", help="clusters of account 111111111111 in us-east-1"
    )
    server.add_argument(
        "--latency", type=float, default=0, metavar="MS", help="milliseconds before each answer"
    )
    server.add_argument("--log", type=Path, metavar="FILE", help="one JSON line a request")
    server.set_defaults(run=_run_demo_server)
    return parser


def _version() -> str:
    from importlib.metadata import version

    return version("hsmtui")


def _flags(arguments: argparse.Namespace) -> Flags:
    names = Flags.__dataclass_fields__
    return Flags(**{name: getattr(arguments, name) for name in names})


def _run_paths(arguments: argparse.Namespace) -> int:
    paths = find_paths(_flags(arguments), os.environ)
    for name, path in (
        ("config", paths.config_file),
        ("state", paths.state_file),
        ("log", paths.log_file),
    ):
        print(f"{name:<8}{visible(str(path))}")
    return 0


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
