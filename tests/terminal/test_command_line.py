"""What the command says and its exit status, where nothing is drawn."""

import csv
import io
import json
import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from hsmtui.changes.audit import Audit, Who
from tests.parts import part_of
from tests.terminal.conftest import Run
from tests.terminal.terminal import BIN, HSMTUI, Terminal, environment


def write_config(home: Path, text: str) -> Path:
    path = home / ".config" / "hsmtui" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_version(run: Run) -> None:
    for option in ("--version", "-V"):
        done = run(option)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[:4] == [
            f"hsmtui {version('hsmtui')}",
            f"Python {platform.python_version()} ({platform.python_implementation()})",
            f"Textual {version('textual')}",
            f"boto3 {version('boto3')}",
        ]


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("arguments", "usage"),
    part_of(
        [
            (("-h",), "hsmtui [options] [command]"),
            (("help",), "hsmtui [options] [command]"),
            (("audit", "-h"), "hsmtui audit [options]"),
            (("help", "check"), "hsmtui check [options]"),
        ]
    ),
)
def test_help(run: Run, arguments: tuple[str, ...], usage: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: {usage}\n")


def test_help_names_every_option(run: Run) -> None:
    text = run("-h").stdout
    options = (
        "--profile --region --scope --endpoint-url --demo --read-only --write --filter --theme "
        "--config --log-file --log-level --version check wait paths config audit "
        "completion demo-server help HSMTUI_CONFIG HSMTUI_READ_ONLY AWS_PROFILE AWS_REGION NO_COLOR"
    )
    assert [option for option in options.split() if option not in text] == []


def test_paths_are_in_the_home_folder(run: Run, home: Path) -> None:
    done = run("paths")
    assert (done.returncode, done.stderr) == (0, "")
    assert str(home / ".config" / "hsmtui" / "config.toml") in done.stdout
    for name in ("state.toml", "hsmtui.log", "audit.jsonl"):
        assert str(home / ".local" / "state" / "hsmtui" / name) in done.stdout
    assert list(home.iterdir()) == []


def test_paths_honour_xdg(run: Run) -> None:
    done = run("paths", XDG_CONFIG_HOME="/xdg/config", XDG_STATE_HOME="/xdg/state")
    assert "/xdg/config/hsmtui/config.toml" in done.stdout
    assert "/xdg/state/hsmtui/state.toml" in done.stdout


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("arguments", "named"),
    part_of(
        [
            (("--nonsense",), "--nonsense"),
            (("--log-level", "loud"), "loud"),
            (("--read-only", "--write"), "--write"),
            (("nonsense",), "nonsense"),
            (("demo-server", "--port", "http"), "http"),
            (("audit", "--format", "xml"), "xml"),
            (("check", "--fail-on", "bad"), "bad"),
            (("wait", "cluster-2kxmlwwvsa4", "--for", "activex"), "activex"),
            (("check", "--filter", "colour:red"), "colour"),
            (("--filter", "colour:red"), "colour"),
            (("--endpoint-url", "127.0.0.1:8765"), "https://host:port"),
        ]
    ),
)
def test_bad_usage_comes_before_bad_settings(
    run: Run, home: Path, arguments: tuple[str, ...], named: str
) -> None:
    write_config(home, "page_sise = 25\n")
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert named in done.stderr
    assert "page_sise" not in done.stderr


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("text", "named"),
    part_of(
        [
            ('profile = "a"\npage_sise = 25\n', ("page_sise", "page_size")),
            ('page_size = "many"\n', ("page_size",)),
            ("mouse = true\npage_size =\n", ("line 2",)),
            ('[keys]\n"cluster.delet" = "x"\n', ("cluster.delet", "cluster.delete")),
            ('[keys]\n"cluster.delete" = "ctrl+dd"\n', ("cluster.delete", "ctrl+dd")),
            ('[keys]\n"cluster.delete" = "q"\n', ("cluster.delete", "app.quit")),
        ]
    ),
)
def test_bad_settings_come_before_no_terminal(
    run: Run, home: Path, text: str, named: tuple[str, ...]
) -> None:
    path = write_config(home, text)
    done = run("--demo")
    assert (done.returncode, done.stdout) == (2, "")
    assert [word for word in (*named, str(path)) if word not in done.stderr] == []
    assert "Traceback" not in done.stderr
    assert path.read_text(encoding="utf-8") == text


SCOPES = '[scopes.prod]\nprofiles = ["prod-*"]\n[scopes.demo]\nprofiles = ["demo*"]\n'


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("arguments", "words"),
    part_of(
        [
            (("-p", "dmo-*"), r'no profile in .+ or .+ matches "dmo-\*"; the nearest are demo.*'),
            (("-r", "us-wets-*"), r'no region with CloudHSM matches "us-wets-\*"; the nearest .*'),
            (("--scope", "prod"), r'no profile in .+ or .+ matches "prod-\*"; .*'),
            (("--scope", "pord"), r'.+/config.toml has no scope "pord"; the nearest is prod'),
            (("--scope", "demo", "-p", "x*"), r'no profile in .+ or .+ matches "x\*"; .*'),
        ]
    ),
)
def test_places_that_nothing_matches_are_bad_usage(
    run: Run, home: Path, arguments: tuple[str, ...], words: str
) -> None:
    write_config(home, SCOPES)
    done = run("--demo", *arguments, "check")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(f"hsmtui: {words}\n", done.stderr)
    assert (
        run("--demo", "check", *arguments).stderr.split("matches")[1:]
        == (done.stderr.split("matches")[1:])
    )


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("arguments", "least"),
    part_of(
        [
            (("-p", "*", "-r", "*"), 100),
            (("-p", "demo,demo-gov"), 2),
            (("-r", "us-east-1", "-r", "us-west-2"), 2),
            (("--scope", "demo"), 5),
        ]
    ),
)
def test_write_with_several_places_is_bad_usage(
    run: Run, home: Path, arguments: tuple[str, ...], least: int
) -> None:
    write_config(home, SCOPES)
    done = run("--write", "--demo", "check", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    said = re.fullmatch(
        r"hsmtui: --write is for one place \(a profile in a region\), not for (\d+); "
        r"name one profile and one region\n",
        done.stderr,
    )
    assert said
    assert int(said[1]) >= least


def test_a_broken_config_is_named(run: Run, home: Path) -> None:
    path = write_config(home, "page_sise = 25\n")
    assert str(path) in run("--demo").stderr


def test_a_config_that_was_asked_for_must_be_there(run: Run) -> None:
    for done in (
        run("--demo", "--config", "/nonexistent/config.toml"),
        run("--demo", HSMTUI_CONFIG="/nonexistent/config.toml"),
    ):
        assert done.returncode == 2
        assert "/nonexistent/config.toml" in done.stderr


SMALL_CHECK = ("check", "--demo", "-p", "demo-staging", "--no-backups")


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("environ", "is_coloured"),
    part_of(
        [
            ({}, True),
            ({"NO_COLOR": "1"}, False),
            ({"TERM": "dumb"}, False),
            ({"NO_COLOR": ""}, True),
        ]
    ),
)
def test_a_terminal_shows_a_check_in_colour_unless_it_is_not_to(
    home: Path, environ: dict[str, str], is_coloured: bool
) -> None:
    with Terminal([HSMTUI, *SMALL_CHECK], environment(home, **environ)) as terminal:
        assert terminal.wait_exit() == 0
        sequences = set(re.findall(rb"\x1b[^m]*m?", terminal.raw))
    assert sequences == ({b"\x1b[31m", b"\x1b[0m"} if is_coloured else set())


def test_a_pager_gets_colours_where_they_are_asked_for_and_a_file_never(
    run: Run, recorded: Path, tmp_path: Path
) -> None:
    file = tmp_path / "findings"
    assert "\x1b[31mHIGH" in run(*SMALL_CHECK, "--color", "always").stdout
    assert "\x1b[32mdone\x1b[0m     DeleteCluster" in run("audit", FORCE_COLOR="1").stdout
    assert run(*SMALL_CHECK, "--color=always", f"--output={file}").returncode == 0
    assert "HIGH" in file.read_text()
    assert "\x1b" not in file.read_text()
    for form in ("json", "csv"):
        assert "\x1b" not in run("audit", "--color=always", "--format", form).stdout
    assert "\x1b" not in run(*SMALL_CHECK, "--color=always", "--format=markdown").stdout


def test_a_check_is_made_without_the_screen(home: Path) -> None:
    code = (
        f"import sys; from hsmtui.cli import main; main({list(SMALL_CHECK)});"
        "sys.exit(bool({'textual', 'rich'} & set(sys.modules)))"
    )
    command = [str(BIN / "python"), "-c", code]
    done = subprocess.run(
        command, env=environment(home), capture_output=True, timeout=30, check=False
    )
    assert (done.returncode, b"HIGH" in done.stdout) == (0, True)
    assert b"\x1b" not in done.stdout


@pytest.fixture
def recorded(home: Path) -> Path:
    """The audit file, with one request and what came of it, and one that was blocked."""
    path = home / ".local" / "state" / "hsmtui" / "audit.jsonl"
    audit = Audit(path, lambda: datetime(2026, 11, 21, 17, 9, 30, tzinfo=UTC))
    who = Who("arn:aws:iam::1:user/al", None, "441709238812", "eu-west-1", "p\x9b2J", None)
    audit.begin(who, "DeleteCluster", "cluster-one").end("done")
    audit.blocked(who, "DeleteCluster", "cluster-two", "it has \x1b[31mHSMs")
    return path


def test_the_audit_is_a_table(run: Run, recorded: Path) -> None:
    done = run("audit")
    assert (done.returncode, done.stderr) == (0, "")
    header, *rows = done.stdout.splitlines()
    assert header.startswith("TIME (UTC)")
    told = [row.split(maxsplit=8)[2:] for row in rows]
    where = ["441709238812", "eu-west-1", "user/al"]
    assert told == [
        ["begun", "DeleteCluster", "cluster-one", *where],
        ["done", "DeleteCluster", "cluster-one", *where],
        ["blocked", "DeleteCluster", "cluster-two", *where, r"it has \x1b[31mHSMs"],
    ]


def test_the_audit_fits_a_terminal(home: Path, recorded: Path) -> None:
    with Terminal([HSMTUI, "audit"], environment(home)) as terminal:
        assert terminal.wait_exit() == 0
        assert terminal.lines[3].split() == [
            *("2026-11-21", "17:09:30", "begun", "DeleteCluster", "cluster-one")
        ]
        assert terminal.lines[4].split() == ["441709238812", "eu-west-1", "user/al"]
        sequences = set(re.findall(rb"\x1b[^m]*m?", terminal.raw))
        assert sequences == {b"\x1b[%bm" % each for each in (b"1", b"33", b"32", b"1;31", b"0")}
        plain = re.sub(rb"\x1b\[[0-9;]*m", b"", terminal.raw)
    with Terminal([HSMTUI, "audit"], environment(home, NO_COLOR="1")) as terminal:
        assert terminal.wait_exit() == 0
        assert terminal.raw == plain


def test_the_audit_is_json(run: Run, recorded: Path) -> None:
    done = run("audit", "--format", "json", LANG="C", LC_ALL="C")
    assert (done.returncode, done.stderr) == (0, "")
    written = [json.loads(line) for line in recorded.read_text("utf-8").splitlines()]
    assert json.loads(done.stdout) == written


def test_the_audit_is_csv_that_has_the_same_as_json(run: Run, recorded: Path) -> None:
    done = run("audit", "--format", "csv")
    assert (done.returncode, done.stderr) == (0, "")
    told = list(csv.DictReader(io.StringIO(done.stdout, newline="")))
    written = [json.loads(line) for line in recorded.read_text("utf-8").splitlines()]
    assert told == [
        {name: "" if value is None else str(value) for name, value in line.items()}
        for line in written
    ]


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("asked", "found"),
    part_of(
        [
            ("--target two", ["blocked"]),
            ("--target *-one --outcome DONE", ["done"]),
            ("--outcome begun --outcome blocked", ["begun", "blocked"]),
            ("--since 2026-11-21T17:09:30Z", ["begun", "done", "blocked"]),
            ("--since 2026-11-21T19:09:30+02:00 --target one", ["begun", "done"]),
        ]
    ),
)
def test_the_audit_of_what_is_asked_for(
    run: Run, recorded: Path, asked: str, found: list[str]
) -> None:
    done = run("audit", *asked.split())
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[2] for line in done.stdout.splitlines()[1:]] == found


@pytest.mark.in_parts
@pytest.mark.parametrize("form", part_of(["table", "json", "csv"]))
def test_that_nothing_of_the_audit_matches_is_said(run: Run, recorded: Path, form: str) -> None:
    done = run("audit", "--since", "2026-11-22", "--format", form)
    assert (done.returncode, "cluster-" in done.stdout) == (0, False)
    assert done.stderr == "hsmtui: there are records, but none matches\n"


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("asked", "words"),
    part_of(
        [
            ("--since soon", '2026-11-21T17:09, or a span such as 30m, 2h or 7d, not "soon"'),
            ("--since 2026-02-30", 'not "2026-02-30"'),
            ("--since 999999999d", 'not "999999999d"'),
            ("--since -1d", "--since"),
            ("--outcome refsed", 'there is no outcome "refsed"; the nearest is refused'),
            ("--outcome begun,done", "the nearest"),
            ("--form csv", "--form"),
        ]
    ),
)
def test_what_the_audit_does_not_take_is_bad_usage(run: Run, asked: str, words: str) -> None:
    done = run("audit", *asked.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_what_the_demo_changes_is_in_a_file_of_its_own(
    run: Run, home: Path, recorded: Path
) -> None:
    own = recorded.with_name("audit-demo.jsonl")
    assert f"audit-demo  {own}\n" in run("paths").stdout
    assert f"audit       {recorded}\n" in run("--demo", "paths").stdout
    before = recorded.read_bytes()
    with Terminal([HSMTUI, "--demo"], environment(home)) as terminal:
        terminal.wait_for("clusters (")
        terminal.send("ctrl+d")
        terminal.wait_for(own.exists)
        terminal.send("escape", "ctrl+q")
        assert terminal.wait_exit() == 0
    assert recorded.read_bytes() == before
    assert own.stat().st_mode & 0o777 == 0o600
    for words in (("audit", "--demo"), ("--demo", "audit")):
        done = run(*words, "--format", "json")
        assert done.returncode == 0
        assert {record["endpoint"] for record in json.loads(done.stdout)} == {"DEMO"}
    assert "DEMO" not in run("audit").stdout


@pytest.mark.in_parts
@pytest.mark.parametrize("form", part_of(["table", "json", "csv"]))
def test_a_line_that_is_no_record_is_said_and_the_others_printed(
    run: Run, recorded: Path, form: str
) -> None:
    recorded.write_bytes(b"\x1b[31mnonsense\n" + recorded.read_bytes())
    done = run("audit", "--format", form)
    assert done.returncode == 1
    assert done.stdout.count("cluster-one") == 2
    assert f"{recorded}, line 1 is no record" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_no_audit_yet(run: Run, home: Path) -> None:
    done = run("audit", "--format", "json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    assert "nothing is recorded yet" in done.stderr
    assert list(home.iterdir()) == []


def test_an_audit_that_cannot_be_read(run: Run, home: Path) -> None:
    path = home / ".local" / "state" / "hsmtui" / "audit.jsonl"
    path.mkdir(parents=True)
    done = run("audit")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"hsmtui: {path} cannot be read: Is a directory\n"


def test_the_audit_is_read_without_the_rest_of_the_app(home: Path, recorded: Path) -> None:
    code = (
        "import sys; from hsmtui.cli import main; main(['audit']);"
        "sys.exit(bool({'textual', 'botocore', 'cryptography'} & set(sys.modules)))"
    )
    command = [str(BIN / "python"), "-c", code]
    done = subprocess.run(
        command, env=environment(home), capture_output=True, timeout=30, check=False
    )
    assert (done.returncode, done.stdout.count(b"cluster-")) == (0, 3)


def test_the_demo_server_logs_one_json_line_a_request(home: Path, tmp_path: Path) -> None:
    """The log is one that tools can read: here, of a server that was asked nothing."""
    log = tmp_path / "log.jsonl"
    with subprocess.Popen(
        [HSMTUI, "demo-server", "--log", str(log)],
        env=environment(home),
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("http://127.0.0.1:")
        server.terminate()
    assert [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] == []


@pytest.mark.in_parts
@pytest.mark.parametrize("port", part_of(["70000", "-1", "http"]))
def test_a_port_that_is_none_is_bad_usage(run: Run, port: str) -> None:
    done = run("demo-server", "--port", port)
    assert done.returncode == 2
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr
