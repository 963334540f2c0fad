"""The files around the code agree with each other, and speak of no machine."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import date
from fnmatch import fnmatch
from itertools import chain
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from hsmtui import __version__

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
WORKFLOWS = {
    path.name: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
}
CONSTRAINTS = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8").splitlines()
PINNED = re.compile(r"([a-z0-9-]+)==([0-9a-z.]+)( ; [a-z_]+ [^/:@]+)?")
RELEASED = re.compile(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d")

IGNORED = [".git", *(ROOT / ".gitignore").read_text(encoding="utf-8").replace("/\n", "\n").split()]
OF_A_MACHINE = re.compile(
    rb"pythonhosted[.]org|pypi[.]org/simple|index[-]url|find[-]links|file:[/]{3}"  # of a registry
    rb"|(?<![\w.~-])/(?:root|work|workspace|builds|Users)/\w"
    rb"|/home/(?!Alice/)\w+/"  # Alice is of a test
)


def project_files(folder=ROOT):
    """Every file but those that git is told to ignore."""
    for path in folder.iterdir():
        if not any(fnmatch(path.name, pattern) for pattern in IGNORED):
            if path.is_dir():
                yield from project_files(path)
            else:
                yield path


def supported():
    """The Pythons of the classifiers, such as "3.11"."""
    names = re.compile(r"Programming Language :: Python :: (\d\.\d+)")
    return [m[1] for m in map(names.fullmatch, PROJECT["classifiers"]) if m]


def pinned():
    return {m[1]: m[2] for m in map(PINNED.fullmatch, CONSTRAINTS) if m}


def test_the_first_python_is_the_one_that_is_required():
    assert PROJECT["requires-python"] == f">={supported()[0]}"
    assert PYPROJECT["tool"]["mypy"]["python_version"] == supported()[0]
    assert PYPROJECT["tool"]["ruff"]["target-version"] == f"py{supported()[0].replace('.', '')}"


def test_the_tests_run_on_every_python():
    jobs = WORKFLOWS["tests.yml"]["jobs"]
    assert jobs["tests"]["strategy"]["matrix"]["python"] == supported()


@pytest.mark.parametrize("job", ["packages", "lowest-versions"])
def test_what_is_installed_is_tried_on_the_first_python_and_the_last(job):
    matrix = WORKFLOWS["tests.yml"]["jobs"][job]["strategy"]["matrix"]
    assert matrix["python"] == [supported()[0], supported()[-1]]


def jobs_with_steps():
    """The jobs of all workflows, but for those that are another workflow."""
    jobs = chain.from_iterable(workflow["jobs"].items() for workflow in WORKFLOWS.values())
    return [(name, job) for name, job in jobs if "steps" in job]


def test_workflows_may_only_read_but_for_what_a_release_needs_and_end_some_time():
    assert WORKFLOWS
    assert all(workflow["permissions"] == {"contents": "read"} for workflow in WORKFLOWS.values())
    assert all(job["timeout-minutes"] <= 60 for _, job in jobs_with_steps())
    assert {
        name: job["permissions"] for name, job in jobs_with_steps() if "permissions" in job
    } == {
        "attest": {"id-token": "write", "attestations": "write"},
        "index": {"id-token": "write"},
        "files": {"contents": "write"},
    }


def test_workflows_use_others_actions_by_commit():
    used = [step["uses"] for _, job in jobs_with_steps() for step in job["steps"] if "uses" in step]
    assert used
    assert [name for name in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", name)] == []


def test_what_the_workflows_run_of_the_project_is_there():
    steps = chain.from_iterable(job["steps"] for _, job in jobs_with_steps())
    scripts = [step["run"].split()[0] for step in steps if step.get("run", "").startswith(".ci/")]
    expected = [
        ".ci/lowest-versions",
        ".ci/newest-textual",
        ".ci/one-file/check",
        ".ci/packages",
        ".ci/release",
        ".ci/run",
    ]
    assert sorted(scripts) == expected
    assert [name for name in scripts if not (ROOT / name).stat().st_mode & 0o100] == []


def test_what_may_write_runs_nothing_of_the_project():
    for _, job in jobs_with_steps():
        if "permissions" in job:
            assert not any("checkout" in step.get("uses", "") for step in job["steps"])


def test_a_release_is_tested_and_tried_on_every_python_before_it_is_published():
    jobs = WORKFLOWS["release.yml"]["jobs"]
    assert jobs["tests"]["uses"] == "./.github/workflows/tests.yml"
    order = ["tests", "build", "one-file", "attest", "index", "files"]
    assert list(jobs) == order
    assert [jobs[name].get("needs") for name in order] == [None, *order[:-1]]
    assert jobs["one-file"]["strategy"]["matrix"]["python"] == supported()


@pytest.mark.parametrize(("tag", "status"), [("v{}", 0), ("{}", 1), ("v{}rc1", 1), ("v9.9", 1)])
def test_a_tag_that_is_not_the_version_is_no_release(tag, status):
    steps = WORKFLOWS["release.yml"]["jobs"]["build"]["steps"]
    (compare,) = [step for step in steps if step.get("name") == "Compare the tag with the version"]
    given = tag.format(__version__)
    ended = subprocess.run(
        ["bash", "-e", "-c", compare["run"]],
        cwd=ROOT,
        env={"TAG": given, "PATH": f"{Path(sys.executable).parent}:{os.defpath}"},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == status
    assert (
        f"the tag is {given}, and hsmtui.__version__ is {__version__}" in ended.stdout
    ) == status


def release(checkout, *arguments, cwd):
    command = [checkout / ".ci" / "release", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def test_a_release_goes_into_no_folder_that_has_files(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "old.whl").touch()
    ended = release(ROOT, "files", cwd=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr == f"release: {tmp_path / 'files'} is not empty\n"


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_a_release_holds_only_what_is_committed(tmp_path):
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "release", tmp_path / ".ci")
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    ended = release(tmp_path, tmp_path / "files", cwd=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr == "release: commit first, or remove: ?? .ci/\n"


def test_constraints_are_names_and_versions_in_order():
    assert [line for line in CONSTRAINTS if not PINNED.fullmatch(line)] == []
    assert list(pinned()) == sorted(pinned())
    assert len(pinned()) == len(CONSTRAINTS)


def test_everything_asked_for_has_a_version_that_fits():
    asked = chain(
        PYPROJECT["build-system"]["requires"],
        PROJECT["dependencies"],
        *PROJECT["optional-dependencies"].values(),
        *PYPROJECT["dependency-groups"].values(),
    )
    versions = pinned()
    wrong = [
        text
        for text in asked
        for wanted in [Requirement(text)]
        if versions.get(canonicalize_name(wanted.name)) not in wanted.specifier
    ]
    assert wrong == [], ".ci/new-constraints"


def test_no_tool_stands_in_two_lists():
    lists = [*PROJECT["optional-dependencies"].values(), *PYPROJECT["dependency-groups"].values()]
    names = [canonicalize_name(Requirement(text).name) for text in chain.from_iterable(lists)]
    assert sorted(names) == sorted(set(names))


def test_no_file_holds_an_address_of_a_registry_or_a_path_of_a_machine():
    files = list(project_files())
    assert {Path(__file__), ROOT / "pyproject.toml", ROOT / ".ci" / "run"} <= set(files)
    assert {
        str(path.relative_to(ROOT)): match[0]
        for path in files
        if (match := OF_A_MACHINE.search(path.read_bytes()))
    } == {}


def test_versions_in_the_changelog_are_dated_and_newest_first():
    """What comes after this version stands above it, under "Unreleased"."""
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    released = headings[headings[0] == "Unreleased" :]
    assert [each for each in released if not RELEASED.fullmatch(each)] == []
    versions = [Version(each.split()[0]) for each in released]
    days = [date.fromisoformat(each.split()[-1]) for each in released]
    assert versions == sorted(set(versions), reverse=True)
    assert days == sorted(days, reverse=True)
    assert versions[0] == Version(__version__)


def test_what_measures_the_gates_runs_all_their_tests():
    command = (ROOT / ".ci" / "run").read_text(encoding="utf-8").partition("coverage run")[2]
    patterns = re.findall(r"tests/unit/(\S+)", command)
    of_gates = [path.name for path in (ROOT / "tests" / "unit").glob("test_*gate*.py")]
    assert len(of_gates) > 5
    missed = [name for name in of_gates if not any(fnmatch(name, each) for each in patterns)]
    assert missed == []
