"""Which room of the house may know which, and what a start does without."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest
from importlinter.cli import lint_imports

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
SOURCE = PYPROJECT.parent / "hsmtui"


def test_the_import_contracts_hold(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PYPROJECT.parent)
    status = lint_imports(config_filename=str(PYPROJECT), no_cache=True)
    assert status == 0, capsys.readouterr().out


def test_no_file_comes_back_to_itself_not_even_for_its_types() -> None:
    graph = grimp.build_graph("hsmtui", cache_dir=None, exclude_type_checking_imports=False)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    TopologicalSorter(imports).prepare()  # a CycleError names the files of a cycle


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("hsmtui.cli", ("textual", "rich", "boto3", "botocore", "cryptography", "platformdirs")),
        ("hsmtui.fleet.places", ("textual", "rich", "hsmtui.aws.config_files")),
        (
            "hsmtui.aws.connect",
            (
                *("textual", "rich", "cryptography", "multiprocessing", "html.parser"),
                *("s3transfer", "boto3.resources", "botocore.docs.service"),
            ),
        ),
        ("hsmtui.demo.server", ("textual", "rich", "boto3", "cryptography")),
        (
            "hsmtui.ui.app",
            (
                *("cryptography", "hsmtui.demo", "hsmtui.model.overview"),
                *("textual.command", "textual.widgets._select", "textual.widgets._tree"),
                *("hsmtui.aws.metrics", "hsmtui.ui.widgets.health_tab"),
                *("hsmtui.fleet.trail", "hsmtui.aws.trail", "hsmtui.aws.rate_limit"),
                *("hsmtui.model.trail", "hsmtui.ui.widgets.trail_tab"),
                *(
                    f"hsmtui.ui.dialogs.{name}"
                    for name in (
                        *("columns", "compare", "help", "overview"),
                        *("palette", "places", "sort"),
                    )
                ),
            ),
        ),
    ],
)
def test_a_start_does_not_wait_for_what_it_does_not_need(
    module: str, unwanted: tuple[str, ...]
) -> None:
    code = f"import sys, {module}; print(sorted(set({unwanted!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_public_name_stands_in_two_files() -> None:
    """The demo is apart: it has words of its own for what the service knows."""
    files = [path for path in SOURCE.rglob("*.py") if "demo" not in path.parts]
    names = [(name, path) for path in files for name in public_names(path)]
    counts = Counter(name for name, _ in names)
    assert [f"{name} in {path}" for name, path in names if counts[name] > 1] == []


def public_names(path: Path) -> Iterator[str]:
    for statement in ast.parse(path.read_text("utf-8")).body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found = [statement.name]
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            found = [target.id for target in targets if isinstance(target, ast.Name)]
        else:
            found = []
        yield from (name for name in found if not name.startswith("_"))
