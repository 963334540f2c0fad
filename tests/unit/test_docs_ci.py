"""docs/ci.md says what the formats have, and its examples are whole."""

import re

import yaml

from hsmtui.check.formats.openmetrics import as_openmetrics
from hsmtui.check.forms import CHECK_FORMATS
from tests.documents import document
from tests.pages import doc

PAGE = doc("ci").text
WORKFLOW, ALERTS = (
    yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
)


def test_every_metric_is_told_and_no_other():
    made = re.findall(r"^# TYPE (\w+) gauge$", "".join(as_openmetrics(document())), re.MULTILINE)
    rows = [line for line in PAGE.splitlines() if line.startswith("| `hsmtui_")]
    assert re.findall(r"`(hsmtui_\w+)`", "".join(rows)) == made


def test_alerts_go_by_metrics_that_are_there():
    made = set(re.findall(r"^# TYPE (\w+)", "".join(as_openmetrics(document())), re.MULTILINE))
    used = {
        name
        for group in ALERTS["groups"]
        for rule in group["rules"]
        for name in re.findall(r"hsmtui_\w+", rule["expr"])
    }
    assert used
    assert used <= made


def test_every_format_is_told():
    section = doc("ci").section("## Choose a format")
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(CHECK_FORMATS)


def test_the_workflow_asks_for_formats_that_are_there_and_names_actions_by_commit():
    (job,) = WORKFLOW["jobs"].values()
    runs = "\n".join(step["run"] for step in job["steps"] if "run" in step)
    forms = set(re.findall(r"(?:--format |print )(\w+)", runs))
    assert forms <= set(CHECK_FORMATS)
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", name) for name in used)
