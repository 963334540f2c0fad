"""A check of the demo, as programs read it: each format is fed to a reader that is not ours."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import fromstring

import msgspec
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from hsmtui import cli
from hsmtui.check.document import Document
from hsmtui.check.forms import CHECK_FORMATS
from hsmtui.check.look import Look
from hsmtui.demo.server import DemoServer
from tests.check_schema import SCHEMA_FILE, mistakes
from tests.scripted import ScriptedPlane

CLUSTERS = 60


@pytest.fixture
def run(aws_files: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What the command prints of one place that is read and one that is not."""

    def run(form: str) -> str:
        with DemoServer(ScriptedPlane(clusters=CLUSTERS)) as server:
            aws_files(server.url)
            words = ("-p", "demo,demo-denied", "-r", "us-east-1", "--format", form)
            assert cli.main(["check", *words]) == 4
        return capsys.readouterr().out

    return run


def closed(schema: Any) -> Any:
    """The schema where members that it does not name are mistakes."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    more = {"additionalProperties": False} if "properties" in schema else {}
    return {key: closed(each) for key, each in schema.items()} | more


def test_every_reader_finds_what_the_json_has(run: Callable[..., str]) -> None:
    told = json.loads(run("json"))
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    assert mistakes(told, closed(schema)) == []
    document = msgspec.convert(told, Document)
    text = {
        name: "".join(form.parts(document, Look(80, colour=False)))
        for name, form in CHECK_FORMATS.items()
    }
    assert json.loads(text["json"]) == told
    found = Counter((one["rule"], one["severity"]) for one in told["findings"])
    assert found
    assert len({one["id"] for one in told["findings"]}) == found.total()
    assert len(told["inventory"]) == CLUSTERS
    assert [place["failed"] for place in told["places"]] == [False, True]

    rows = [*csv.DictReader(io.StringIO(text["csv"], newline=""), strict=True)]
    assert Counter((row["rule"], row["severity"]) for row in rows) == found

    suites = fromstring(text["junit"])  # noqa: S314  # what we made ourselves
    failures = [case for case in suites.iter("testcase") if case.find("failure") is not None]
    assert Counter((case.get("name"), case[0].get("type")) for case in failures) == found
    assert len([*suites.iter("error")]) == 2, "the check, and a place of it"
    passing = [case for case in suites.iter("testcase") if case.get("name") == "all other rules"]
    assert len(passing) == CLUSTERS

    events = [json.loads(line) for line in text["ocsf"].splitlines()]
    titled = Counter((e["compliance"]["control"], e["severity"].lower()) for e in events)
    assert titled.pop(("NOT-READ", "unknown")) == 1
    assert titled == Counter(
        {(r, s.replace("info", "informational")): n for (r, s), n in found.items()}
    )

    metrics = {
        each.name: each.samples for each in text_string_to_metric_families(text["openmetrics"])
    }
    counted = {
        (s.labels["rule"], s.labels["severity"]): s.value for s in metrics["hsmtui_findings"]
    }
    assert counted == found
    assert [s.value for s in metrics["hsmtui_check_whole"]] == [0]
    assert len(metrics["hsmtui_cluster_hsms_active"]) == CLUSTERS


@pytest.mark.parametrize("form", ["csv", "junit", "ocsf", "openmetrics"])
def test_the_command_prints_each_format(run: Callable[..., str], form: str) -> None:
    starts = {"csv": "time,", "junit": "<?xml", "ocsf": "{", "openmetrics": "# HELP hsmtui_"}
    assert run(form).startswith(starts[form])
