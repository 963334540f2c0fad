"""``hsmtui check`` against the control plane over HTTP: what it prints and its exit status."""

import json
import os
import re
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hsmtui import cli
from hsmtui.aws.place import Place
from hsmtui.check.command import CheckRequest, run_check
from hsmtui.check.look import Look
from hsmtui.config.settings import Flags, Settings, load
from hsmtui.demo.server import DemoServer
from hsmtui.fleet.first_seen import (
    FirstSeenTimes,
    SeenState,
    Spot,
    load_first_seen,
    save_first_seen,
)
from hsmtui.model.columns import COLUMN_IDS
from hsmtui.model.filter.query import parse
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.evaluate import RULES
from hsmtui.model.findings.finding import ON_REQUEST
from hsmtui.model.findings.limits import Rules
from hsmtui.model.findings.severity import Severity
from tests.scripted import At, Gate, Refuse, Reset, Run, ScriptedPlane, reply_json

HERE = ("111111111111", "us-east-1")
DENIED = Refuse("AccessDeniedException", "no")
FIRST_SEEN_NOW = ("STUCK", "it is not known when this state began: first seen now")
NO_METRICS = {(rule, "metrics were not read") for rule in ON_REQUEST}
"""A check reads none."""


@pytest.fixture
def plane() -> ScriptedPlane:
    """Its clock is that of the system, as is that of the command."""
    return ScriptedPlane(clusters=40)


@pytest.fixture
def url(plane: ScriptedPlane, aws_files: Callable[..., None]) -> Iterator[str]:
    with DemoServer(plane) as server:
        aws_files(server.url)
        yield server.url


class Done:
    """What a run of the command said."""

    def __init__(self, status: int, output: str, errors: str) -> None:
        self.status, self.output, self.errors = status, output, errors

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.output)
        return document

    @property
    def rules(self) -> set[str]:
        return {finding["rule"] for finding in self.document["findings"]}


Check = Callable[..., Done]


@pytest.fixture
def check(url: str, capsys: pytest.CaptureFixture[str]) -> Check:
    def run(*words: str, profile: str = "demo") -> Done:
        status = cli.main(["-p", profile, "check", *words])
        return Done(status, *capsys.readouterr())

    return run


def test_a_profile_that_does_not_exist_is_bad_usage_in_whole_sentences(check: Check) -> None:
    done = check(profile="nobody")
    assert (done.status, done.output) == (2, "")
    assert "There is no profile nobody" in done.errors
    assert ".." not in done.errors


def test_everything_is_read_and_judged(check: Check, plane: ScriptedPlane) -> None:
    done = check("--format", "json")
    assert (done.status, done.errors) == (0, "")
    (place,) = done.document["places"]
    assert (place["profile"], place["account"]) == ("demo", HERE[0])
    assert done.document["read"]["clusters"] == 40
    assert done.document["read"]["pages"] == 2
    backups = [r for r in plane.requests if r.operation == "DescribeBackups"]
    assert backups
    assert not any("Filters" in request.parameters for request in backups)
    unchecked = done.document["unchecked"]
    assert {(each["rule"], each["why"]) for each in unchecked} == {FIRST_SEEN_NOW, *NO_METRICS}
    states = {c.cluster_id: c.state for c in plane.clusters(*HERE)}
    passing = {one for one, state in states.items() if state.endswith("_IN_PROGRESS")}
    created = {one for one, state in states.items() if state == "CREATE_IN_PROGRESS"}
    stuck = {each["cluster_id"] for each in unchecked if each["rule"] == "STUCK"}
    assert stuck == passing - created
    assert {"HSM-DEGRADED", "HSM1-EOS", "CERT-EXPIRY", "NO-HSM"} <= done.rules


def test_the_exit_status_says_that_it_is_bad_and_the_table_why(check: Check) -> None:
    done = check("--fail-on", "critical", "--filter", "state:DEGRADED")
    assert (done.status, done.errors) == (3, "")
    assert max(map(len, done.output.splitlines())) <= 80
    groups = [line.split()[0] for line in done.output.splitlines() if line[:2].isupper()]
    assert groups[0] == "CRITICAL"
    assert "CRITICAL  CL-DEGRADED  1 cluster\n  cluster-" in done.output


def test_what_fails_is_not_whole_and_what_was_read_is_printed(
    check: Check, plane: ScriptedPlane
) -> None:
    plane.script("DescribeClusters", DENIED, call=2)
    plane.script("DescribeBackups", DENIED)
    done = check("--format", "json", "--fail-on", "info")
    assert done.status == 4
    assert done.document["whole"] is False
    assert done.document["read"] == {"clusters": 25, "pages": 1, "backups": None}
    assert [each["operation"] for each in done.document["problems"]] == [
        *("DescribeClusters", "DescribeBackups")
    ]
    assert len(done.document["findings"]) > 5
    assert "BACKUP-STALE" not in done.rules
    assert {(each["rule"], each["why"]) for each in done.document["unchecked"]} == {
        ("BACKUP-STALE", "backups were not read"),
        FIRST_SEEN_NOW,
        *NO_METRICS,
    }
    assert done.errors.startswith("hsmtui: DescribeClusters, request id ")
    assert "cloudhsm:DescribeClusters" in done.errors


def test_without_backups_as_a_page(check: Check, plane: ScriptedPlane) -> None:
    done = check("--no-backups", "--format", "markdown")
    assert done.status == 0
    assert not any(request.operation == "DescribeBackups" for request in plane.requests)
    assert done.output.startswith("# CloudHSM findings\n")
    assert "Not evaluated: BACKUP-STALE for " in done.output


def test_where_nothing_can_be_read_the_report_is_empty(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    done = check("--format", "json", "--endpoint-url", "http://127.0.0.1:9")
    assert done.status == 4
    assert (done.document["findings"], done.document["read"]["clusters"]) == ([], 0)


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.parametrize(
    ("profile", "region", "named"),
    [
        ("no-such-profile", "us-east-1", "aws configure list-profiles"),
        ("no-where", "us-east-1", "-p: There is no profile no-where: Did you mean nowhere?"),
        ("demo,no-where", "us-east-1", "-p: There is no profile no-where: Did you mean nowhere?"),
        ("d*,no-where", "us-east-1", "-p: There is no profile no-where: Did you mean nowhere?"),
        ("nowhere", "", "-r or AWS_REGION set it"),
        ("demo", "a b", '-r: there is no region "a b"'),
        ("demo", "us-esat-1", '-r: there is no region "us-esat-1"; the nearest are us-'),
        ("demo", "us-*,eu-wets-1", '-r: there is no region "eu-wets-1"; the nearest are eu-west'),
    ],
)
def test_a_place_that_cannot_be_is_bad_usage(
    check: Check, aws_files: Callable[..., None], url: str, form: str, profile: str, region: str,
    named: str,
) -> None:  # fmt: skip
    aws_files(url, "[profile nowhere]\naws_access_key_id = a\naws_secret_access_key = b\n")
    place = ("-r", region) if region else ()
    done = check("--format", form, *place, profile=profile)
    assert (done.status, done.output) == (2, "")
    assert named in done.errors
    assert done.errors.count("\n") == 1


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("AWS_PROFILE", "dmo", "AWS_PROFILE or config.toml: There is no profile dmo"),
        ("AWS_REGION", "us-esat-1", 'AWS_REGION or AWS_DEFAULT_REGION: there is no region "us-es'),
    ],
)
def test_so_is_one_that_the_environment_names(
    url: str,
    plane: ScriptedPlane,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    named: str,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "demo")
    monkeypatch.setenv(variable, value)
    assert cli.main(["check"]) == 2
    assert named in capsys.readouterr().err
    assert not plane.requests


def test_a_region_that_is_not_known_may_be_at_an_endpoint_of_its_own(
    check: Check, url: str
) -> None:
    done = check("-r", "xx-new-1", "--endpoint-url", url, "--format", "json", "--no-backups")
    assert (done.status, done.document["places"][0]["region"]) == (0, "xx-new-1")


@pytest.mark.parametrize(
    ("word", "status"),
    [("CRITICAL", 3), ("Warning", 3), ("info", 3)],
)
def test_a_severity_in_any_case_and_by_its_old_word(check: Check, word: str, status: int) -> None:
    assert check("--no-backups", "--fail-on", word).status == status


@pytest.fixture
def accepting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever there is of a rule is accepted."""
    rules = Rules(accept=tuple(Acceptance(rule, date.max, "known") for rule in RULES))
    monkeypatch.setattr(Settings, "rules", rules)


def test_what_is_accepted_does_not_fail(check: Check, accepting: None) -> None:
    done = check("--no-backups", "--fail-on", "info", "--format", "json")
    assert (done.status, done.document["counts"]) == (0, {})
    assert done.document["accepted"] == len(done.document["findings"]) > 5


def test_fewer_clusters_than_there_must_be_are_a_failure(check: Check) -> None:
    done = check("--no-backups", "--min-clusters", "41", "--fail-on", "info", "--format", "json")
    assert (done.status, done.document["whole"]) == (4, False)
    assert done.errors == "hsmtui: 40 clusters read, --min-clusters expects 41 at least.\n"
    assert (done.document["min_clusters"], done.document["read"]["clusters"]) == (41, 40)
    assert check("--no-backups", "--min-clusters", "40").status == 0


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the command runs."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_a_file_takes_the_place_of_what_is_there_when_all_is_written(
    check: Check, here: Path
) -> None:
    path = here / "a.json"
    path.write_text("old")
    path.chmod(0o644)
    done = check("--format", "json", "--output", "a.json", "--fail-on", "critical")
    assert (done.status, done.output) == (3, "")
    assert re.fullmatch(
        r"hsmtui: a\.json: \d+ findings: \d+ critical, .* of 40 clusters\.\n", done.errors
    )
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text("utf-8"))["read"]["clusters"] == 40
    assert list(here.iterdir()) == [path]
    assert json.loads(check("--format", "json", "--output", "-").output)["whole"] is True


def test_what_is_not_known_stands_first_beside_a_file_too(
    check: Check, plane: ScriptedPlane, here: Path
) -> None:
    plane.script("DescribeClusters", DENIED)
    done = check("--output", "a.txt")
    assert done.status == 4
    assert done.errors.startswith("hsmtui: a.txt: NOTHING READ: not all of it could be read. No ")
    assert (here / "a.txt").read_text("utf-8").startswith("NOTHING READ: ")


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("folder", "folder was not written: Is a directory. Name a file."),
        ("none/a", "none/a was not written: There is no such folder. Choose a folder that exists."),
        ("link", "link was not written: It is a symbolic link. Name the file itself."),
        ("pipe", "pipe was not written: it is not a regular file. Name a file."),
        ("a" * 300, "was not written: File name too long. Choose a shorter name."),
    ],
)
def test_a_file_that_cannot_be_written_is_bad_usage_before_anything_is_asked(
    check: Check, plane: ScriptedPlane, here: Path, name: str, named: str
) -> None:
    (here / "folder").mkdir()
    (here / "link").symlink_to("a.json")
    os.mkfifo(here / "pipe")
    done = check("--output", name)
    assert (done.status, done.output) == (2, "")
    assert done.errors.startswith("hsmtui: --output: ")
    assert named in done.errors
    assert not plane.requests


def test_a_folder_that_is_taken_away_meanwhile_loses_the_file(
    check: Check, plane: ScriptedPlane, here: Path
) -> None:
    (here / "folder").mkdir()
    plane.script("DescribeClusters", Run((here / "folder").rmdir), call=1)
    done = check("--output", "folder/a", "--fail-on", "info")
    assert (done.status, done.output) == (1, "")
    assert done.errors == (
        "hsmtui: folder/a was not written: There is no such folder. Choose a folder that exists.\n"
    )


def test_only_what_an_earlier_document_has_not_counts(
    check: Check, plane: ScriptedPlane, here: Path
) -> None:
    check("--format", "json", "--output", "before.json")
    again = ("--format", "json", "--new-since", "before.json", "--fail-on", "info")
    done = check(*again)
    assert done.status == 0
    assert {finding["is_new"] for finding in done.document["findings"]} == {False}
    assert done.document["earlier"]["gone"] == []
    before = json.loads((here / "before.json").read_text("utf-8"))
    gone = before["findings"].pop()
    (here / "before.json").write_text(json.dumps(before), "utf-8")
    done = check(*again)
    assert done.status == 3
    new = [finding["id"] for finding in done.document["findings"] if finding["is_new"]]
    assert new == [gone["id"]]
    done = check("--new-since", "before.json", "--filter", "name:zzzz")
    assert "another filter: it does not say what is gone" in " ".join(done.output.split())


def test_an_earlier_document_that_is_none_is_bad_usage(
    check: Check, plane: ScriptedPlane, here: Path
) -> None:
    (here / "a.json").write_text('{"schema": "other/1"}')
    done = check("--new-since", "a.json")
    assert (done.status, done.output) == (2, "")
    assert done.errors == (
        'hsmtui: --new-since: a.json has the schema "other/1"; this hsmtui reads '
        "hsmtui.check/1: use the hsmtui that made it\n"
    )
    assert not plane.requests


def test_what_others_can_change_and_rules_without_a_profile_are_told(
    check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config" / "config.toml"
    config.parent.mkdir()
    config.write_text(
        '[profiles."prd-*"]\nread_only = true\n[profiles."demo*"]\nread_only = true\n'
        '[profiles.default]\nread_only = true\n[profiles.typo]\ncolor = "red"\n'
    )
    monkeypatch.setenv("HSMTUI_CONFIG", str(config))
    done = check("--no-backups", "--filter", "name:none")
    assert done.status == 0
    assert [line for line in done.errors.splitlines() if "read-only" in line] == [
        'hsmtui: config.toml makes the profiles "prd-*" read-only, but no profile has such a name'
    ]
    config.parent.chmod(0o777)
    done = check("--no-backups", "--filter", "name:none")
    assert f"others can change config.toml: {config.parent} has mode 777" in done.errors
    assert done.status == 0


def test_what_is_not_of_the_service_does_not_make_it_fail(
    check: Check, plane: ScriptedPlane, memory: Path
) -> None:
    plane.script("GetCallerIdentity", DENIED)
    memory.write_text("{")
    done = check("--filter", "name:no-such-cluster", "--fail-on", "info")
    assert done.status == 0
    assert "account unknown" in done.output
    assert "No findings." in done.output
    assert str(memory) in done.errors


@pytest.fixture
def memory() -> Path:
    """Where is kept since when states last."""
    path = Path(os.environ["XDG_STATE_HOME"]) / "hsmtui" / "seen.json"
    path.parent.mkdir(parents=True)
    return path


def test_since_when_states_last_is_remembered(
    check: Check, plane: ScriptedPlane, memory: Path, url: str
) -> None:
    updating = [c.cluster_id for c in plane.clusters(*HERE) if c.state == "UPDATE_IN_PROGRESS"]
    long_ago = datetime.now(UTC) - timedelta(hours=5)
    spot = Spot(*HERE, url)
    before = SeenState(spot, updating[0], "UPDATE_IN_PROGRESS", long_ago, long_ago)
    save_first_seen(memory, FirstSeenTimes([before]))
    found = check("--format", "json").document["findings"]
    stuck = {each["cluster_id"] for each in found if each["rule"] == "STUCK"}
    assert stuck & set(updating) == {updating[0]}
    after = {each.cluster_id: each.first for each in load_first_seen(memory)[0].states}
    assert after[updating[0]] == long_ago
    assert all(after[other] > long_ago for other in updating[1:])


def test_the_demo_needs_nothing_and_leaves_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    before = sorted(tmp_path.rglob("*"))
    assert cli.main(["check", "--demo", "-p", "demo-staging", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["places"][0]["endpoint"] == "DEMO"
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "named"),
    [(("--filter", "colour:red"), "colour"), (("--endpoint-url", "nonsense"), "https://")],
)
def test_bad_usage(check: Check, words: tuple[str, ...], named: str) -> None:
    done = check(*words)
    assert (done.status, done.output) == (2, "")
    assert named in done.errors


def test_an_interrupt_ends_it(check: Check, plane: ScriptedPlane) -> None:
    interrupt = Run(lambda: os.kill(os.getpid(), signal.SIGINT))
    plane.script("DescribeClusters", interrupt, Gate(), call=2)
    done = check()
    assert (done.status, done.output) == (130, "")


def test_an_interrupt_ends_it_while_many_places_hang(
    check_places: Check, plane: ScriptedPlane, capsys: pytest.CaptureFixture[str]
) -> None:
    interrupt = Run(lambda: os.kill(os.getpid(), signal.SIGINT))
    plane.script("DescribeClusters", interrupt, call=5)
    plane.script("DescribeClusters", Gate())
    with pytest.raises(KeyboardInterrupt):
        check_places(*((profile, HERE[1]) for profile in ("demo", "same", "empty") * 5))
    assert capsys.readouterr().out == ""


def test_without_a_terminal_one_has_to_sign_in_first(
    check: Check, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("hsmtui.check.console.TERMINAL", tmp_path / "none")
    done = check(profile="demo-mfa")
    assert done.status == 4
    assert "A sign-in is needed, and there is no terminal for it" in done.errors
    assert "Sign in first: start hsmtui with this profile" in done.errors


def test_the_command_that_decodes_a_denial_is_printed_whole(
    check: Check, plane: ScriptedPlane
) -> None:
    message = "aB3-_" * 300
    words = f"You are not authorized. Encoded authorization failure message: {message}"
    plane.script("DescribeClusters", Refuse("UnauthorizedOperation", words, 403))
    done = check()
    assert done.status == 4
    assert f"decode-authorization-message --encoded-message {message} --query" in done.errors
    assert "and then c" not in done.errors


def test_an_odd_entry_is_told_and_the_others_are_judged(check: Check, plane: ScriptedPlane) -> None:
    case = Path(__file__).parents[1] / "cases" / "answer-subnet-is-null.json"
    plane.script("DescribeClusters", reply_json(json.loads(case.read_text(encoding="utf-8"))))
    done = check("--format", "json")
    assert done.status == 4
    assert "cluster-aaaaaaa2345: SubnetMapping.us-east-1a is null, not text" in done.errors
    assert done.document["read"]["clusters"] == 2
    assert not done.document["whole"]
    assert {f["cluster_id"] for f in done.document["findings"]} == {
        "cluster-aaaaaaa2345",
        "cluster-bbbbbbb2345",
    }


@pytest.mark.parametrize("entry", [None, {}, {"ClusterId": 7}, {"ClusterId": "c", "Hsms": [None]}])
def test_an_entry_that_says_nothing_is_not_called_clean(
    check: Check, plane: ScriptedPlane, entry: object
) -> None:
    plane.script("DescribeClusters", reply_json({"Clusters": [entry]}))
    done = check("--format", "json", "--fail-on", "info")
    assert done.status == 4
    assert "An entry could not be read whole" in done.errors
    assert "NO-HSM" not in done.rules


@pytest.mark.parametrize(
    ("entry", "unknown"),
    [
        (
            {"BackupId": "backup-a", "ClusterId": "cluster-a", "CreateTimestamp": 1e20},
            {"cluster-a"},
        ),
        (None, {"cluster-a", "cluster-b"}),
    ],
)
def test_an_odd_backup_is_told_and_says_nothing_of_others(
    check: Check, plane: ScriptedPlane, entry: object, unknown: set[str]
) -> None:
    active = {
        "State": "ACTIVE",
        "CreateTimestamp": 1735689600,
        "Hsms": [{"HsmId": "h", "State": "ACTIVE"}],
    }
    clusters = [active | {"ClusterId": f"cluster-{letter}"} for letter in "ab"]
    plane.script("DescribeClusters", reply_json({"Clusters": clusters}))
    plane.script("DescribeBackups", reply_json({"Backups": [entry]}))
    done = check("--format", "json")
    assert (done.status, "DescribeBackups" in done.errors) == (4, True)
    unchecked = {u["cluster_id"] for u in done.document["unchecked"] if u["rule"] == "BACKUP-STALE"}
    stale = {f["cluster_id"] for f in done.document["findings"] if f["rule"] == "BACKUP-STALE"}
    assert (unchecked, stale) == (unknown, {"cluster-a", "cluster-b"} - unknown)


def test_a_password_that_is_repeated_is_masked(check: Check, plane: ScriptedPlane) -> None:
    secret = "correct horse battery"
    entry = {"ClusterId": "c", "State": "DEGRADED", "StateMessage": secret, "Hsms": []}
    tags = [{"Key": "Name", "Value": secret}]
    answer = {"Clusters": [entry | {"PreCoPassword": secret, "TagList": tags}]}
    plane.script("DescribeClusters", reply_json(answer))
    for form in ("json", "table", "markdown"):
        assert secret not in check("--format", form).output


ELSEWHERE = (HERE[0], "eu-west-1")
SAME = """
[profile same]
endpoint_url = {url}
aws_access_key_id = AKIASAME111111111111
aws_secret_access_key = demo

[profile empty]
endpoint_url = {url}
aws_access_key_id = AKIADEMO333333333333
aws_secret_access_key = demo
"""


@pytest.fixture
def check_places(
    url: str, aws_files: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> Check:
    """Checks places given by profile and region."""
    aws_files(url, SAME.format(url=url))

    def run(
        *places: tuple[str, str],
        form: str = "json",
        fail_on: str | None = None,
        with_backups: bool = False,
    ) -> Done:
        settings = load(Flags(), os.environ, known_columns=COLUMN_IDS)
        wanted = CheckRequest(
            places=tuple(Place(profile, region, explicit=True) for profile, region in places),
            query=parse(""),
            format=form,
            fail_on=Severity[fail_on.upper()] if fail_on else None,
            with_backups=with_backups,
            demo=False,
            look=Look(80),
        )
        status = run_check(settings, wanted, lambda: datetime.now(UTC))
        return Done(status, *capsys.readouterr())

    return run


def statuses(done: Done) -> list[tuple[str, str, str]]:
    return [(p["profile"], p["region"], p["status"]) for p in done.document["places"]]


def test_several_places_are_one_report(check_places: Check, plane: ScriptedPlane) -> None:
    done = check_places(("demo", HERE[1]), ("demo", ELSEWHERE[1]), ("empty", HERE[1]))
    assert (done.status, done.errors) == (0, "")
    document = done.document
    assert document["whole"] is True
    assert statuses(done) == [
        ("demo", HERE[1], "ok"),
        ("demo", ELSEWHERE[1], "ok"),
        ("empty", HERE[1], "ok"),
    ]
    sizes = [len(plane.place(*spot).listed()) for spot in (HERE, ELSEWHERE)]
    assert [place["clusters"] for place in document["places"]] == [*sizes, 0]
    assert document["read"]["clusters"] == sum(sizes)
    where = {
        cluster.cluster_id: spot
        for spot in (HERE, ELSEWHERE)
        for cluster in plane.place(*spot).listed()
    }
    assert {(f["account"], f["region"]) for f in document["findings"]} == {HERE, ELSEWHERE}
    for finding in document["findings"]:
        assert (finding["account"], finding["region"]) == where[finding["cluster_id"]]
        assert finding["profile"] == "demo"
    kinds = [(f["severity"], f["rule"]) for f in document["findings"]]
    assert len(dict.fromkeys(kinds)) == sum(
        a != b for a, b in zip(kinds, [None, *kinds], strict=False)
    )


def test_each_cluster_of_two_profiles_is_told_once(check_places: Check) -> None:
    alone = check_places(("demo", HERE[1])).document
    done = check_places(("demo", HERE[1]), ("same", HERE[1]))
    assert statuses(done)[1] == ("same", HERE[1], "ok")
    assert done.document["places"][1]["same_as"] == "demo"
    assert done.document["places"][1]["account"] == HERE[0]
    assert done.document["read"]["clusters"] == alone["read"]["clusters"] == 40
    assert done.document["counts"] == alone["counts"]
    assert done.status == 0


def test_the_worst_exit_status_counts(check_places: Check, plane: ScriptedPlane) -> None:
    places = (("empty", HERE[1]), ("demo", HERE[1]))
    assert check_places(*places, fail_on="critical").status == 3
    plane.script("DescribeClusters", DENIED, at=At("333333333333"))
    done = check_places(*places, fail_on="critical")
    assert done.status == 4
    assert done.document["findings"]
    error = done.document["places"][0]["error"]
    assert (error["operation"], error["code"]) == ("DescribeClusters", "AccessDeniedException")
    assert error["request_id"]
    assert "cloudhsm:DescribeClusters" in error["remedy"]
    assert done.errors == (
        "hsmtui: 1 of 2 places could not be read whole. The report says which and why.\n"
    )


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_what_could_not_be_read_is_told_first_and_whole(
    check_places: Check, plane: ScriptedPlane, form: str
) -> None:
    plane.script("DescribeClusters", DENIED, at=At("333333333333"))
    plane.script("DescribeClusters", Refuse("OptInRequired", "no"), at=At(HERE[0], "me-south-1"))
    places = (("demo", HERE[1]), ("same", HERE[1]), ("nobody", HERE[1]), ("empty", HERE[1]))
    done = check_places(*places, ("demo", "me-south-1"), form=form)
    assert done.status == 4
    start = 0 if form == "table" else 2
    assert "NOT WHOLE: 2 of 5 places could not be read whole." in done.output.splitlines()[start]
    tail = " ".join(done.output.rpartition("these are findings")[2].split())
    begin, end = ("", ": ") if form == "table" else ("| ", " ")
    marks = (f"{begin}not enabled{end}", f"{begin}same as demo{end}")
    told = ("There is no profile nobody", "Not allowed: DescribeClusters", *marks)
    at = [tail.index(words) for words in told]
    assert at == sorted(at)
    assert "aws configure list-profiles" in tail
    if form == "table":
        assert "Places: 2 not read, 1 not enabled, 1 same as demo, 1 ok." in tail
        assert f"{HERE[0]}  {HERE[1]}  cluster-" in done.output
        assert max(map(len, done.output.splitlines())) <= 80


def test_a_region_that_is_not_enabled_is_no_error_beside_another(
    check_places: Check, plane: ScriptedPlane
) -> None:
    plane.script("DescribeClusters", Refuse("OptInRequired", "no"), at=At(HERE[0], "me-south-1"))
    done = check_places(("demo", "me-south-1"), ("demo", HERE[1]))
    assert (done.status, done.document["whole"]) == (0, True)
    assert statuses(done)[0] == ("demo", "me-south-1", "not enabled")
    assert done.document["places"][0]["error"]["code"] == "OptInRequired"
    assert check_places(("demo", "me-south-1")).status == 4


def test_a_place_that_does_not_answer_leaves_the_others(
    check_places: Check, plane: ScriptedPlane, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[network]\nread_timeout = 1\n")
    monkeypatch.setenv("HSMTUI_CONFIG", str(config))
    plane.script("DescribeClusters", Gate(), at=At(*ELSEWHERE))
    plane.script("DescribeClusters", Reset(), at=At(HERE[0], "us-west-2"))
    done = check_places(("demo", ELSEWHERE[1]), ("demo", "us-west-2"), ("demo", HERE[1]))
    assert done.status == 4
    assert [status for *_, status in statuses(done)] == ["not read", "not read", "ok"]
    codes = [p["error"] and p["error"]["code"] for p in done.document["places"]]
    assert codes == ["ReadTimeoutError", "ConnectionClosedError", None]
    assert done.document["read"]["clusters"] == 40


def test_places_that_need_a_person_are_refused_without_one(
    check_places: Check, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("hsmtui.check.console.TERMINAL", tmp_path / "none")
    done = check_places(("demo-mfa", HERE[1]), ("demo-sso", HERE[1]), ("demo", HERE[1]))
    assert done.status == 4
    assert [status for *_, status in statuses(done)] == [
        *("needs a sign-in", "needs a sign-in", "ok"),
    ]
    mfa, sso, _ = (place["error"] for place in done.document["places"])
    assert "start hsmtui with this profile" in mfa["remedy"]
    assert "aws sso login --profile demo-sso" in sso["remedy"]


def test_rules_without_a_profile_are_told_once(
    check_places: Check, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[profiles."prd-*"]\nread_only = true\n')
    monkeypatch.setenv("HSMTUI_CONFIG", str(config))
    done = check_places(("demo", HERE[1]), ("demo", ELSEWHERE[1]))
    assert done.errors.count("read-only") == 1


def test_states_of_all_places_are_remembered(
    check_places: Check, plane: ScriptedPlane, memory: Path
) -> None:
    check_places(("demo", HERE[1]), ("demo", "us-west-2"))
    going_on = {
        (region, cluster.cluster_id)
        for region in (HERE[1], "us-west-2")
        for cluster in plane.place(HERE[0], region).listed()
        if (cluster.state or "").endswith("_IN_PROGRESS")
    }
    seen = load_first_seen(memory)[0].states
    assert {(each.spot.region, each.cluster_id) for each in seen} == going_on
