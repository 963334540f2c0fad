"""``hsmtui check --from``: what a check has written is printed again as if it were made now."""

import json
import os
from collections.abc import Callable, Iterator
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from hsmtui import cli
from hsmtui.aws.place import Place
from hsmtui.check.command import CheckRequest, run_check
from hsmtui.check.file_check import run_file_check
from hsmtui.check.forms import CHECK_FORMATS
from hsmtui.check.look import Look
from hsmtui.check.recorded_file import open_file
from hsmtui.config.settings import Flags, Settings, load
from hsmtui.demo.server import DemoServer
from hsmtui.model.columns import COLUMN_IDS
from hsmtui.model.filter.query import Query, parse
from tests.parts import part_of
from tests.scripted import ScriptedPlane, StandingClock

WHOLE = (("demo", "us-west-2"), ("demo-auditor", "us-west-2"), ("demo-staging", "eu-west-1"))
NOT_WHOLE = (*WHOLE, ("demo-denied", "us-west-2"))
NOTHING = parse("")
REQUEST = CheckRequest((), NOTHING, "json", None, with_backups=True, demo=False, look=Look(80))
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def live(
    clock: StandingClock,
    aws_files: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Iterator[Run]:
    """Runs a check of places of the demo, as of a standing clock."""
    settings = some_rules(tmp_path)

    def run(
        places: tuple[tuple[str, str], ...], form: str = "json", query: Query = NOTHING
    ) -> tuple[int, str, str]:
        asked = tuple(Place(profile, region, explicit=True) for profile, region in places)
        wanted = REQUEST._replace(places=asked, format=form, query=query)
        return (run_check(settings, wanted, clock.now), *capsys.readouterr())

    with DemoServer(ScriptedPlane(clusters=12, clock=clock)) as server:
        aws_files(server.url)
        yield run


CONFIG = """
[findings]
off = ["RETENTION"]
severity = { "TWO-HSM" = "medium" }
[[findings.accept]]
rule = "HSM1-EOS"
region = "us-west-2"
until = 2099-01-31
reason = "they go in spring"
[[findings.accept]]
rule = "SINGLE-HSM"
cluster = "*"
until = 2001-01-31
reason = "it was small"
[[findings.accept]]
rule = "TWO-HSM"
account = "999999999999"
until = 2099-01-31
reason = "nobody"
"""
"""Settings with a rule that is off, and with acceptances that are used, over and for nothing."""


def some_rules(folder: Path) -> Settings:
    """The settings of the check."""
    path = folder / "rules.toml"
    path.write_text(CONFIG)
    return load(Flags(config=path), os.environ, known_columns=COLUMN_IDS)


@pytest.fixture
def again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a check of a file with this content, by settings of its own."""

    def run(content: str, form: str = "json", query: Query = NOTHING) -> tuple[int, str, str]:
        path = tmp_path / "saved.json"
        path.write_bytes(content.encode())
        settings = load(Flags(), os.environ, known_columns=COLUMN_IDS)
        wanted = REQUEST._replace(format=form, query=query)
        return (run_file_check(settings, wanted, open_file(str(path))), *capsys.readouterr())

    return run


def test_it_is_the_same_document_and_status(live: Run, again: Run) -> None:
    status, document, errors = live(NOT_WHOLE)
    assert status == 4
    assert {"finding", "accepted"} <= {
        one["result"] for each in json.loads(document)["inventory"] for one in each["results"]
    }
    assert again(document)[:2] == (4, document)
    assert errors.splitlines()[-1] == again(document)[2].splitlines()[-1]
    assert "1 of 4 places could not be read whole" in errors


@pytest.mark.in_parts
@pytest.mark.parametrize("form", part_of([name for name in CHECK_FORMATS if name != "json"]))
def test_every_format_is_as_if_it_were_made_directly(live: Run, again: Run, form: str) -> None:
    assert again(live(WHOLE)[1], form)[:2] == live(WHOLE, form)[:2]


@pytest.mark.in_parts
@pytest.mark.parametrize(
    "words",
    part_of(
        [
            *("state:ACTIVE", "severity:high", "finding:HSM1-EOS", "profile:demo-staging", "prod"),
            *("severity:=high", "accepted:=HSM1-EOS", "backup:old", "backup:recent"),
            *("cert:<2028", "!cert:>2028"),
        ]
    ),
)
def test_a_filter_gives_the_document_of_a_check_with_it(live: Run, again: Run, words: str) -> None:
    query = parse(words)
    known_to_the_service = query.server_filters
    narrowed, direct = (
        json.loads(text)
        for text in (again(live(WHOLE)[1], query=query)[1], live(WHOLE, query=query)[1])
    )
    assert 0 < narrowed["matching"] < json.loads(live(WHOLE)[1])["matching"]
    if known_to_the_service:  # it read no more than that; what was read is told as it was
        for each in (narrowed, direct):
            del each["read"]
            for place in each["places"]:
                del place["clusters"], place["pages"]
    assert narrowed == direct


def test_of_one_place_what_went_wrong_is_said_as_by_the_check_itself(live: Run, again: Run) -> None:
    status, document, errors = live((("demo-denied", "us-west-2"),))
    assert (status, "Not allowed: DescribeClusters" in errors) == (4, True)
    again_status, output, said = again(document, "table")
    assert again_status == 4
    assert output.startswith("NOTHING READ")
    assert said.splitlines()[1:] == errors.splitlines()


def test_a_listing_that_goes_on_is_not_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = b'{"Clusters": [{"ClusterId": "cluster-a", "State": "ACTIVE"}], "NextToken": "x"}'
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(listed)))
    status = cli.main(["check", "--from", "-"])
    output, errors = capsys.readouterr()
    assert (status, output.splitlines()[0]) == (4, "NOT WHOLE: not all of it could be read.")
    assert "from standard input: received 20" in errors
    assert "The file has not all clusters" in errors
