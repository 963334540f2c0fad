"""The commands that the pages show are run, as they stand, against the control plane."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from hsmtui import cli
from hsmtui.command_line.arguments import arguments_of
from hsmtui.demo.server import DemoServer
from hsmtui.model.findings.finding import ON_REQUEST
from tests.pages import PAGES, ROOT, Fence, doc
from tests.parts import part_of
from tests.pems import request
from tests.scripted import ScriptedPlane

PAGES_NOT_RUN = {
    ".github/CONTRIBUTING.md": "its commands set a checkout up, run the tests or make pictures",
    "docs/install.md": "its commands install",
}
NOT_RUN = {
    "python3 -m venv": "makes an environment and fetches packages; .ci/run does it",
    "pipx install": "changes what the user has installed",
    "uv tool install": "changes what the user has installed",
    "hsmtui demo-server": "serves until it is interrupted; its options are parsed",
    ".venv/bin/python -m tests.benchmarks": "takes minutes",
}
"""How lines begin that are not run, and why."""

PROFILES = ("default", "prod-pki", "prod-tde", "audit")
SCOPES = '[scopes.prod]\nprofiles = ["prod-*"]\nregions = ["us-east-1"]\n'
OF_THE_SCREEN = ("--read-only", "--write")
"""Options that `check` does not have."""

CLEAN_OR_NOT = {0, 3}
EVIDENCE = "evidence"


@pytest.fixture
def url(aws_files: Callable[..., None], tmp_path: Path) -> Iterator[str]:
    """A user of the control plane: in an empty folder, with profiles and a scope."""
    with DemoServer(ScriptedPlane(clusters=3)) as server:
        profiles = (
            f"[{'profile ' * (name != 'default')}{name}]\nregion = us-east-1\n"
            f"endpoint_url = {server.url}\naws_access_key_id = AKIADEMO111111111111\n"
            "aws_secret_access_key = demo\n"
            for name in PROFILES
        )
        aws_files(server.url, "\n".join(profiles))
        config = tmp_path / "xdg" / "config" / "hsmtui" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(SCOPES, "utf-8")
        yield server.url


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    programs = Path(sys.executable).parent
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return folder


def shell_fences(page: str) -> list[Fence]:
    return [fence for fence in PAGES[page].fences if fence.language == "sh"]


def commands(fence: Fence) -> list[str]:
    """Its lines, those that go on joined, without comments."""
    text = fence.text.replace("\\\n", "")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def is_script(fence: Fence) -> bool:
    return fence.text.startswith("#!")


@pytest.mark.in_parts
@pytest.mark.parametrize(
    "page",
    part_of([name for name in PAGES if name not in PAGES_NOT_RUN and shell_fences(name)], parts=3),
)
def test_the_commands_of_a_page_run_one_after_the_other(
    page: str, url: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (Path.cwd() / "SHA256SUMS").touch()
    (Path.cwd() / "cluster-aslyoof26eq_ClusterCsr.csr").write_text(request(), "ascii")
    for fence in shell_fences(page):
        for line in [] if is_script(fence) or "SHA256SUMS" in fence.text else commands(fence):
            run(line.replace("http://127.0.0.1:8765", url), monkeypatch, capfd)


def run(line: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(line)
    if words[0] == "export":
        for word in words[1:]:
            monkeypatch.setenv(*word.split("=", 1))
    elif any(line.startswith(start) for start in NOT_RUN):
        if words[0] == "hsmtui":
            arguments_of(words[1:])
    elif words[0] == "hsmtui" and ">" not in words:
        run_hsmtui(words[1:], capfd)
    else:
        subprocess.run(line, shell=True, check=True, capture_output=True)  # noqa: S602 - our own


def run_hsmtui(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    """What needs a screen is taken up to that; its places are then checked without one."""
    if arguments_of(words).command != "app":
        status = cli.main(words)
        assert status in CLEAN_OR_NOT, (words, status, capfd.readouterr())
        return
    assert cli.main(words) == 2
    assert "there is no terminal" in capfd.readouterr().err
    if "--demo" not in words:
        run_hsmtui(["check", *(word for word in words if word not in OF_THE_SCREEN)], capfd)


def test_each_reason_not_to_run_something_is_used() -> None:
    lines = [
        line
        for page in PAGES
        if page not in PAGES_NOT_RUN
        for fence in shell_fences(page)
        for line in commands(fence)
    ]
    unused = [start for start in NOT_RUN if not any(line.startswith(start) for line in lines)]
    assert unused == []


@pytest.mark.usefixtures("url")
def test_the_workflow_keeps_evidence_that_is_whole_a_year_later(in_a_folder: Path) -> None:
    """Its steps are run one after the other, then what the page says for later."""
    workflow = next(fence for fence in doc("ci").fences if fence.text.startswith("name: CloudHSM"))
    (job,) = yaml.safe_load(workflow.text)["jobs"].values()
    summary = in_a_folder / "summary.md"
    for step in job["steps"]:
        if "run" in step and step["name"] != "Install":
            done = shell(step["run"], GITHUB_STEP_SUMMARY=str(summary))
            assert done.returncode in CLEAN_OR_NOT, done.stderr
    assert summary.read_text("utf-8").startswith("# ")
    evidence = in_a_folder / EVIDENCE
    (evidence / "last-year.json").write_bytes((evidence / "check.json").read_bytes())
    later = next(fence for fence in shell_fences("docs/ci.md") if "SHA256SUMS" in fence.text)
    done = shell(f"cd {EVIDENCE}\n{later.text}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("check.csv: OK\n")


@pytest.mark.usefixtures("url")
def test_the_script_for_cron_makes_the_metrics_of_the_day(in_a_folder: Path) -> None:
    (script,) = filter(is_script, shell_fences("docs/ci.md"))
    kept, metrics = in_a_folder / "kept", in_a_folder / "metrics"
    kept.mkdir()
    metrics.mkdir()
    done = shell(script.text, KEEP=str(kept), METRICS=str(metrics), REGIONS="us-east-1")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in metrics.iterdir()] == ["hsmtui.prom"]
    assert "hsmtui_check_whole 1" in (metrics / "hsmtui.prom").read_text("utf-8")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d\.json", next(kept.iterdir()).name)


def shell(script: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run it as GitHub and cron do, in a shell that stops at the first failure."""
    return subprocess.run(
        ["bash", "-e", "-c", script],
        env=dict(os.environ) | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_pages_that_are_not_run_are_pages() -> None:
    assert all((ROOT / name).exists() or name == "docs/install.md" for name in PAGES_NOT_RUN)


def test_the_rules_are_as_severe_as_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    """The demo has each rule's findings, but for a tag that no settings require, and a check reads
    no metrics."""
    assert cli.main(["check", "--demo", "--format", "json"]) == 0
    found: dict[str, set[str]] = {}
    for finding in json.loads(capsys.readouterr().out)["findings"]:
        found.setdefault(finding["rule"], set()).add(finding["severity"])
    section = doc("triage").section("## Look up a rule")
    rows = re.findall(r"^\| `([A-Z0-9-]+)` \| ([a-z, ]+) \|", section, re.MULTILINE)
    told = {rule: set(re.findall("critical|high|medium|low|info", words)) for rule, words in rows}
    assert set(told) - set(found) <= {"TAGS-MISSING", "RETENTION", "CERT-UNREADABLE", *ON_REQUEST}
    assert {rule: words - told[rule] for rule, words in found.items() if words - told[rule]} == {}
