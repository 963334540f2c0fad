"""audit.jsonl: every record whole and on the disk, in a file that only its owner can change."""

import csv
import io
import json
import os
import pwd
import re
import resource
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui import __version__
from hsmtui.changes.audit import LONGEST_LINE, LONGEST_TEXT, Audit, AuditError, Record, Who
from hsmtui.changes.audit_query import AuditQuery
from hsmtui.changes.audit_table import records_as_csv, records_as_json, records_as_table
from tests.recorded import read_audit

MOMENT = datetime(2026, 11, 21, 17, 9, 30, 123_456, tzinfo=UTC)
WHO = Who(
    caller="arn:aws:sts::441709238812:assumed-role/Triage/alice",
    caller_note=None,
    account="441709238812",
    region="eu-central-1",
    profile="prod-pki",
    endpoint=None,
    access_key_end="WXYZ",
)
ID = "cluster-jbabmsuv5xi"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "hsmtui" / "audit.jsonl"


@pytest.fixture
def audit(path: Path) -> Audit:
    return Audit(path, lambda: MOMENT)


WRITE_ONE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from hsmtui.changes.audit import Audit, AuditError, Who
try:
    Audit(Path(sys.argv[1]), lambda: datetime.now(UTC)).begin(Who(*"abcdef"), "operation", "x")
except AuditError as error:
    print(error)
"""

WRITE_MANY = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from hsmtui.changes.audit import Audit, Who
audit = Audit(Path(sys.argv[1]), lambda: datetime.now(UTC))
letter = sys.argv[2]
sys.stdin.read()
for _ in range(25):
    audit.begin(Who(*[letter * 900] * 6), "DeleteCluster", letter).end("done")
"""


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


class TestRecords:
    def test_the_line_before_is_there_before_the_request(self, audit, path, monkeypatch):
        monkeypatch.setenv("SSH_CONNECTION", "203.0.113.7 50022 10.0.0.1 22")
        monkeypatch.setenv("USER", "somebody-else")
        audit.begin(WHO, "DeleteCluster", ID)
        (line,) = lines(path)
        assert len(str(line.pop("id"))) == 16
        assert list(line.items()) == [
            ("time", "2026-11-21T17:09:30.123Z"),
            ("phase", "before"),
            ("outcome", "unknown"),
            ("operation", "DeleteCluster"),
            ("target", ID),
            ("change", None),
            ("caller", WHO.caller),
            ("caller_note", None),
            ("account", "441709238812"),
            ("access_key_end", "WXYZ"),
            ("region", "eu-central-1"),
            ("profile", "prod-pki"),
            ("endpoint", None),
            ("code", None),
            ("reason", None),
            ("request_id", None),
            ("user", pwd.getpwuid(os.geteuid()).pw_name),
            ("host", socket.gethostname()),
            ("ssh", "203.0.113.7"),
            ("pid", os.getpid()),
            ("version", __version__),
        ]

    def test_what_changes_is_on_both_lines_without_secrets_and_safe_to_draw(self, audit, path):
        change = 'Owner: "\x1b[31m" -> "AKIAIOSFODNN7EXAMPLE"'
        audit.begin(WHO, "TagResource", ID, change=change).end("done")
        audit.blocked(WHO, "TagResource", ID, "no", change=change)
        told = [line["change"] for line in lines(path)]
        assert told == [r'Owner: "\x1b[31m" -> "********"'] * 3
        assert all(
            told[0] in line for line in list(records_as_table(read_audit(path).records, None))[1:]
        )

    def test_lines_of_an_older_version_have_no_change(self, audit, path):
        audit.begin(WHO, "DeleteCluster", ID)
        path.write_bytes(path.read_bytes().replace(b'"change":null,', b""))
        assert read_audit(path).records[0].change is None

    def test_the_line_after_joins_the_line_before(self, audit, path):
        first = audit.begin(WHO, "DeleteCluster", ID)
        second = audit.begin(WHO, "DeleteCluster", "cluster-other")
        first.end("refused", code="AccessDenied", request_id="r-1", reason="not allowed")
        second.end("done", code="", request_id="", reason="")
        before, other, after, done = lines(path)
        assert before["id"] == after["id"] != other["id"] == done["id"]
        told = ("phase", "outcome", "code", "request_id", "reason")
        changed = {name: after[name] for name in after if after[name] != before[name]}
        assert changed == dict(
            zip(told, ("after", "refused", "AccessDenied", "r-1", "not allowed"), strict=True)
        )
        assert [done[name] for name in told] == ["after", "done", None, None, None]

    def test_what_was_blocked_is_one_line(self, audit, path):
        who = WHO._replace(caller=None, caller_note="STS did not answer", account=None)
        audit.blocked(who, "DeleteCluster", ID, "it has HSMs", code="X", request_id="r-2")
        (line,) = lines(path)
        told = ("phase", "outcome", "reason", "code", "request_id", "caller", "caller_note")
        assert [line[name] for name in told] == [
            *("blocked", "blocked", "it has HSMs", "X", "r-2"),
            *(None, "STS did not answer"),
        ]

    @pytest.mark.parametrize(
        ("environ", "peer"),
        [
            ({}, None),
            ({"SSH_CONNECTION": ""}, None),
            ({"SSH_CLIENT": "fe80::1%eth0 50022 22"}, "fe80::1%eth0"),
            ({"SSH_CLIENT": "10.0.0.9 1 22", "SSH_CONNECTION": "10.0.0.8 1 x 22"}, "10.0.0.8"),
        ],
    )
    def test_the_ssh_peer(self, audit, path, monkeypatch, environ, peer):
        for name in ("SSH_CONNECTION", "SSH_CLIENT"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        audit.begin(WHO, "DeleteCluster", ID)
        assert lines(path)[0]["ssh"] == peer

    def test_a_uid_without_a_name_is_its_number(self, audit, path, monkeypatch):
        def nobody(_: int) -> None:
            raise KeyError

        monkeypatch.setattr(pwd, "getpwuid", nobody)
        audit.begin(WHO, "DeleteCluster", ID)
        assert lines(path)[0]["user"] == str(os.geteuid())

    @pytest.mark.parametrize(
        ("text", "kept"),
        [
            ("two\nlines", r"two\nlines"),
            ("\x1b]0;pwned\x07", r"\x1b]0;pwned\x07"),
            ("\x9b2J\x7f", r"\x9b2J\x7f"),
            (os.fsdecode(b"prod\xff"), r"prod\udcff"),
            ("safe\u202egnp.exe", r"safe\u202egnp.exe"),
            ("Zürich", "Zürich"),
        ],
    )
    def test_hostile_text_stays_in_its_line(self, audit, path, text, kept):
        audit.blocked(WHO._replace(profile=text), "DeleteCluster", ID, text)
        assert path.read_bytes().count(b"\n") == 1
        assert (lines(path)[0]["profile"], lines(path)[0]["reason"]) == (kept, kept)

    def test_a_long_text_is_cut(self, audit, path):
        audit.blocked(WHO, "DeleteCluster", ID, "\x1b" * 100_000)
        reason = str(lines(path)[0]["reason"])
        assert len(reason) == LONGEST_TEXT
        assert reason.endswith("…")

    @given(st.text(), st.text())
    def test_any_text_can_be_read_back(self, tmp_path_factory, text, target):
        path = tmp_path_factory.mktemp("audit") / "audit.jsonl"
        audit = Audit(path, lambda: MOMENT)
        audit.begin(WHO._replace(profile=text, caller=text), "DeleteCluster", target).end("done")
        assert len(read_audit(path).records) == 2
        assert read_audit(path).problems == ()


class TestTheFile:
    @pytest.mark.parametrize("umask", [0, 0o022, 0o377])
    def test_only_the_owner_may_read_it(self, audit, path, umask):
        if umask == 0o377:
            path.parent.mkdir(parents=True)
        before = os.umask(umask)
        try:
            audit.begin(WHO, "DeleteCluster", ID)
        finally:
            os.umask(before)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        if umask != 0o377:
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    def test_it_is_only_appended_to(self, audit, path):
        audit.begin(WHO, "DeleteCluster", ID)
        first = path.read_bytes()
        audit.begin(WHO, "DeleteCluster", ID)
        assert path.read_bytes().startswith(first)
        assert len(lines(path)) == 2

    def test_it_is_synced_with_its_folder_before_the_request(self, audit, path, monkeypatch):
        synced: list[str] = []
        sync = os.fsync

        def watch(handle: int) -> None:
            synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
            assert path.read_bytes().endswith(b"\n")
            sync(handle)

        monkeypatch.setattr(os, "fsync", watch)
        audit.begin(WHO, "DeleteCluster", ID)
        assert synced == [str(path), str(path.parent)]
        audit.begin(WHO, "DeleteCluster", ID)
        assert synced[2:] == [str(path)]

    def test_a_record_is_one_write(self, audit, path, monkeypatch):
        writes: list[bytes] = []
        write = os.write
        monkeypatch.setattr(os, "write", lambda fd, data: writes.append(data) or write(fd, data))
        audit.begin(WHO, "DeleteCluster", ID)
        assert writes == [path.read_bytes()]

    def test_a_torn_last_line_is_not_continued(self, audit, path):
        audit.begin(WHO, "DeleteCluster", ID)
        with path.open("ab") as file:
            file.write(b'{"time":"2026')
        audit.begin(WHO, "DeleteCluster", ID).end("done")
        reading = read_audit(path)
        assert [record.phase for record in reading.records] == ["before", "before", "after"]
        (problem,) = reading.problems
        assert f"{path}, line 2 is no record" in problem

    def test_writers_do_not_mix(self, path):
        """Four processes, each with long records of a letter of its own."""
        command = [sys.executable, "-c", WRITE_MANY, str(path)]
        writers = [subprocess.Popen([*command, x], stdin=subprocess.PIPE) for x in "abcd"]
        for writer in writers:  # they start when their standard input ends
            assert writer.stdin is not None
            writer.stdin.close()
        assert [writer.wait(timeout=30) for writer in writers] == [0] * 4
        reading = read_audit(path)
        assert (len(reading.records), reading.problems) == (200, ())
        for record in reading.records:
            assert record.caller == record.profile == record.target * 900


def at_the_path(path: Path, content: bytes = b"") -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    path.chmod(0o600)


def link(path: Path) -> None:
    path.parent.mkdir(parents=True)
    at_the_path(path.parent / "elsewhere" / "file")
    path.symlink_to(path.parent / "elsewhere" / "file")


def dangling_link(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.symlink_to(path.parent / "nothing")


def hard_link(path: Path) -> None:
    at_the_path(path)
    path.with_name("other").hardlink_to(path)


def readable_by_the_group(path: Path) -> None:
    at_the_path(path)
    path.chmod(0o640)


def writable_by_others(path: Path) -> None:
    at_the_path(path)
    path.chmod(0o602)


def pipe(path: Path) -> None:
    path.parent.mkdir(parents=True)
    os.mkfifo(path, 0o600)


def folder(path: Path) -> None:
    path.mkdir(parents=True)


def file_for_a_folder(path: Path) -> None:
    at_the_path(path.parent)


class TestRefusals:
    @pytest.mark.parametrize(
        ("prepare", "words"),
        [
            (link, "it is a symbolic link"),
            (dangling_link, "it is a symbolic link"),
            (hard_link, "2 hard links; expected one"),
            (readable_by_the_group, "open to others (mode 640); expected 600"),
            (writable_by_others, "open to others (mode 602); expected 600"),
            (pipe, "not a regular file"),
            (folder, "Is a directory"),
            (file_for_a_folder, "cannot be written"),
        ],
    )
    def test_a_file_that_is_not_ours_alone(
        self, audit, path, prepare: Callable[[Path], None], words
    ):
        prepare(path)
        before = sorted((p, p.lstat().st_size) for p in path.parents[1].rglob("*"))
        with pytest.raises(AuditError) as caught:
            audit.begin(WHO, "DeleteCluster", ID)
        assert words in str(caught.value)
        assert str(caught.value).startswith(str(path))
        assert sorted((p, p.lstat().st_size) for p in path.parents[1].rglob("*")) == before

    def test_what_to_do_is_said(self, audit, path):
        readable_by_the_group(path)
        with pytest.raises(AuditError, match=re.escape(f"chmod 600 {path}")):
            audit.begin(WHO, "DeleteCluster", ID)
        path.chmod(0o600)
        audit.begin(WHO, "DeleteCluster", ID)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
    def test_a_file_of_somebody_else(self, audit, path):
        at_the_path(path)
        os.chown(path, 12345, -1)
        with pytest.raises(AuditError, match="belongs to uid 12345; expected your own, 0"):
            audit.begin(WHO, "DeleteCluster", ID)
        assert path.read_bytes() == b""

    def test_hostile_paths_are_told_in_one_line(self, tmp_path):
        path = tmp_path / "a\n\x1b[31m" / "audit.jsonl"
        path.mkdir(parents=True)
        with pytest.raises(AuditError) as caught:
            Audit(path, lambda: MOMENT).begin(WHO, "DeleteCluster", ID)
        assert str(caught.value).isprintable()

    def test_without_a_home_nothing_is_written(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(AuditError, match="set HOME or XDG_STATE_HOME"):
            Audit(Path("~/audit.jsonl"), lambda: MOMENT).begin(WHO, "DeleteCluster", ID)
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize(("room", "words"), [(0, "File too large"), (100, "only 100 of ")])
    def test_a_full_disk(self, path, room, words):
        """A limit on the size of files takes what fits and no more, as a disk that fills up."""
        audit = Audit(path, lambda: MOMENT)
        audit.begin(WHO, "DeleteCluster", ID)
        size = path.stat().st_size
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, before[1]))
        try:
            with pytest.raises(AuditError, match=words):
                audit.begin(WHO, "DeleteCluster", "the one for which there is no room")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert path.stat().st_size == size + room
        audit.begin(WHO, "DeleteCluster", "the next one")
        assert [record.target for record in read_audit(path).records] == [ID, "the next one"]


class TestReading:
    def test_a_line_that_is_too_long_is_not_held_whole(self, audit, path):
        audit.begin(WHO, "DeleteCluster", ID)
        with path.open("ab") as file:
            file.write(b"x" * (3 * LONGEST_LINE) + b"\n")
        audit.begin(WHO, "DeleteCluster", "the next one")
        reading = read_audit(path)
        assert [record.target for record in reading.records] == [ID, "the next one"]
        assert reading.problems == (f"{path}, line 2 is no record: it has more than 200,000 bytes",)

    @pytest.mark.usefixtures("no_collection")
    def test_lines_that_are_no_records_are_named_and_the_others_read(self, audit, path):
        audit.begin(WHO, "DeleteCluster", ID)
        whole = path.read_bytes()
        broken = (
            b"{}\n",
            b"\xff\n",
            b"[" * 100_000 + b"\n",
            whole.replace(b'"before"', b'"during"'),
            whole.replace(b'"2026-11-21T', b'"\\n'),
        )
        with path.open("ab") as file:
            file.write(b"\n".join(broken) + b"\n" + whole)
        reading = read_audit(path)
        assert len(reading.records) == 2
        assert [problem.split(" is no record: ")[0] for problem in reading.problems] == [
            f"{path}, line {number}" for number in (2, 4, 6, 8, 10)
        ]

    def test_what_others_wrote_is_safe_to_draw(self, audit, path):
        audit.begin(WHO, "DeleteCluster", "TARGET")
        path.write_bytes(path.read_bytes().replace(b"TARGET", "\\u001b[31m\u202e".encode()))
        assert read_audit(path).records[0].target == r"\x1b[31m\u202e"

    def test_fields_of_a_newer_version_are_passed_over(self, audit, path):
        audit.begin(WHO, "DeleteCluster", ID)
        path.write_bytes(path.read_bytes().replace(b'"pid"', b'"mood":"good","pid"'))
        assert len(read_audit(path).records) == 1


@pytest.fixture
def records(audit, path) -> tuple[Record, ...]:
    audit.begin(WHO, "DeleteCluster", ID).end(
        "refused", code="CloudHsmInvalidRequestException", reason="It has HSMs. " * 8
    )
    unknown = Who(None, "STS did not answer", None, "us-east-1", None, "DEMO")
    audit.blocked(unknown, "DeleteCluster", "cluster-other", "it has HSMs")
    return read_audit(path).records


class TestPrinting:
    def test_of_a_caller_nobody_names_the_key_is_told(self, audit, path):
        audit.begin(Who(None, "no", None, None, None, None, "WXYZ"), "DeleteCluster", ID)
        assert "? (key …WXYZ, user " in "".join(records_as_table(read_audit(path).records, None))

    def test_wide_a_record_is_a_line(self, records):
        header, begun, refused, blocked = (
            line.rstrip("\n") for line in records_as_table(records, None)
        )
        assert header.split()[:3] == ["TIME", "(UTC)", "OUTCOME"]
        where = ["DeleteCluster", ID, "441709238812", "eu-central-1", "role/Triage/alice"]
        assert begun.split() == ["2026-11-21", "17:09:30", "begun", *where]
        assert refused.split()[2:9] == [
            *("refused", *where),
            "CloudHsmInvalidRequestException",
        ]
        assert refused.rstrip().endswith("It has HSMs.")
        assert "?             us-east-1 DEMO       ? (user" in blocked

    @pytest.mark.parametrize("width", [None, 220, 80, 30])
    def test_colours_move_nothing_and_say_what_the_words_say(self, records, width):
        plain = "".join(records_as_table(records, width))
        text = "".join(records_as_table(records, width, colour=True))
        assert re.sub("\x1b\\[[0-9;]*m", "", text) == plain
        for outcome in ("\x1b[33mbegun", "\x1b[1;31mrefused", "\x1b[1;31mblocked"):
            assert text.count(f"{outcome}\x1b[0m ") == 1
        words = re.findall("\x1b\\[1m(.+?) *\x1b\\[0m", text)
        assert " ".join(" ".join(words).split()).startswith("TIME (UTC) OUTCOME OPERATION TARGET")
        assert words[-1] == "WHY"

    @pytest.mark.parametrize("width", [80, 60])
    def test_narrow_it_is_folded_under_its_outcome(self, records, width):
        lines = "".join(records_as_table(records, width)).splitlines()
        assert max(map(len, lines)) <= width + (width == 60) * 5  # the first line is not folded
        text = " ".join(" ".join(lines).split())
        for words in ("441709238812 eu-central-1 role/Triage/alice", "us-east-1 DEMO", ID):
            assert words in text

    @pytest.mark.parametrize("width", [None, 200, 80, 60])
    def test_columns_stay_where_they_are_whatever_is_in_them(self, audit, path, width):
        """The header says where each begins: all that stands there begins there too."""
        long = "hsm-abcdefghijk of cluster-" + "x" * 60
        who = WHO._replace(
            caller=f"arn:aws:sts::441709238812:assumed-role/{'Role' * 20}/al",
            endpoint="https://vpce-0123456789abcdef.cloudhsmv2.us-east-1.vpce.amazonaws.com",
        )
        for target in (ID, "hsm-abcdefghijk of cluster-abcdefghijk", long):
            audit.blocked(who, "DeleteCluster", target, "it has HSMs " * 9)
        header, *rows = "".join(records_as_table(read_audit(path).records, width)).splitlines()
        starts = {name: header.index(name) for name in ("OUTCOME", "OPERATION", "TARGET")}
        firsts = [row for row in rows if row.startswith("2026")]
        assert len(firsts) == 3
        for row in firsts:
            assert row[starts["OUTCOME"] :].startswith("blocked")
            assert row[starts["OPERATION"] :].startswith("DeleteCluster")
            assert row[starts["TARGET"] - 1] == " " != row[starts["TARGET"]]
        if width in {None, 200}:
            for name in ("ACCOUNT", "REGION", "CALLER", "WHY"):
                at = header.index(name)
                assert all(row[at - 1] == " " != row[at] for row in firsts), name
        if width is None:
            assert len(rows) == 3
        else:
            assert max(map(len, rows)) <= max(width, 65)
            assert long.replace(" ", "") in re.sub(
                r"\s",
                "",
                "".join(
                    row[starts["TARGET"] : starts["TARGET"] + max(width - 45, 20)][
                        : 38 if width == 200 else None
                    ]
                    for row in rows
                ),
            )

    def test_csv_has_every_field_of_every_record_under_its_name(self, records, path):
        header, *rows = csv.reader(io.StringIO("".join(records_as_csv(records)), newline=""))
        assert header == list(Record.__struct_fields__)
        written = [
            {name: "" if value is None else str(value) for name, value in line.items()}
            for line in lines(path)
        ]
        assert [dict(zip(header, row, strict=True)) for row in rows] == written
        assert rows[0][0] == "2026-11-21T17:09:30.123Z"

    def test_json_is_one_array_of_what_was_written(self, records, path):
        assert json.loads("".join(records_as_json(records))) == lines(path)

    def test_nothing_is_an_empty_table_and_an_empty_array(self):
        assert list(records_as_table((), None)) == []
        assert json.loads("".join(records_as_json(()))) == []
        assert list(records_as_csv(())) == [",".join(Record.__struct_fields__) + "\r\n"]


@pytest.fixture
def asked(path) -> Callable[..., list[str]]:
    """What a query finds of four requests an hour apart: done, refused, left open, and blocked."""
    hours = iter(range(8))
    audit = Audit(path, lambda: MOMENT.replace(hour=10 + next(hours)))
    first = audit.begin(WHO, "DeleteCluster", ID)
    first.end("done")
    audit.begin(WHO, "DeleteHsm", f"hsm-2 of {ID}").end("refused")
    audit.begin(WHO, "DeleteCluster", "cluster-open")
    audit.blocked(WHO, "RestoreBackup", "backup-1", "no")
    audit.begin(WHO, "DeleteCluster", "cluster-lost").end("unknown")
    records = read_audit(path).records

    def find(*targets: str, outcomes: tuple[str, ...] = (), since: int | None = None) -> list[str]:
        moment = None if since is None else MOMENT.replace(hour=since, minute=0)
        found = AuditQuery(moment, targets, outcomes).select(iter(records))
        return [f"{record.target.split()[0]} {record.phase}" for record in found]

    return find


class TestAsking:
    ALL = (
        f"{ID} before",
        f"{ID} after",
        "hsm-2 before",
        "hsm-2 after",
        "cluster-open before",
        "backup-1 blocked",
        "cluster-lost before",
        "cluster-lost after",
    )

    def test_for_nothing_finds_all_in_order(self, asked):
        assert asked() == list(self.ALL)

    @pytest.mark.parametrize(
        ("targets", "found"),
        [
            ((ID,), ALL[:4]),
            (("JBABM",), ALL[:4]),
            (("hsm-*",), ALL[2:4]),
            (("cluster-j*",), ALL[:4]),
            (("backup-1", "*-OPEN"), ALL[4:6]),
            (("cluster-none", "[x]*"), ()),
        ],
    )
    def test_for_a_target_finds_it_by_a_part_or_a_pattern(self, asked, targets, found):
        assert asked(*targets) == list(found)

    @pytest.mark.parametrize(
        ("outcomes", "found"),
        [
            (("done",), ALL[1:2]),
            (("refused", "blocked"), (ALL[3], ALL[5])),
            (("begun",), (ALL[0], ALL[2], ALL[4], ALL[6])),
            (("unknown",), (ALL[4], ALL[7])),
            (("unknown", "done"), (ALL[1], ALL[4], ALL[7])),
            (("unknown", "begun"), (ALL[0], ALL[2], ALL[4], ALL[6], ALL[7])),
        ],
    )
    def test_for_an_outcome_what_has_no_end_is_unknown(self, asked, outcomes, found):
        assert asked(outcomes=outcomes) == list(found)

    def test_since_a_moment_finds_what_is_recorded_from_it_on(self, asked):
        assert asked(since=16) == list(self.ALL[6:])
        assert asked("cluster", outcomes=("unknown",), since=15) == [self.ALL[7]]
        assert asked(since=23) == []

    def test_a_time_of_no_calendar_is_not_left_out(self, audit, path):
        audit.begin(WHO, "DeleteCluster", ID)
        path.write_bytes(path.read_bytes().replace(b"2026-11-21", b"2026-13-99"))
        query = AuditQuery(since=MOMENT)
        assert len(list(query.select(read_audit(path).records))) == 1
