"""Cases of which one run goes through a part: all parts are all cases, and .ci/run knows them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests import parts

TESTS = Path(__file__).parents[1]


def test_the_parts_are_all_cases_and_none_is_empty(monkeypatch):
    monkeypatch.setattr(parts, "IS_WHOLE", False)
    for count in (1, 2, 9, 10, 11, 25):
        seen = set()
        for part in range(parts.PARTS):
            monkeypatch.setattr(parts, "PART", str(part))
            chosen = parts.part_of(range(count))
            assert chosen == sorted(chosen)
            assert 0 < len(chosen) <= -(-count // min(count, parts.PARTS))
            seen.update(chosen)
        assert seen == set(range(count))


def test_a_whole_run_goes_through_all(monkeypatch):
    monkeypatch.setattr(parts, "IS_WHOLE", True)
    assert parts.part_of(range(25)) == list(range(25))


def those_in_parts() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(TESTS.rglob("test_*.py")):
        text = path.read_text("utf-8")
        if "part_of" in text and path != Path(__file__):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{path.name}::{node.name}", node


def test_each_test_in_parts_is_one_that_ci_goes_through_whole():
    """`.ci/run` finds them by their mark."""
    found = dict(those_in_parts())
    assert found
    used = {name for name, node in found.items() if mentions(node, "part_of", "IS_WHOLE")}
    marked = {name for name, node in found.items() if mentions(node, "in_parts")}
    assert marked
    assert used - marked <= {"test_pasting.py::text"}  # a fixture of tests that are marked


def mentions(node: ast.AST, *names: str) -> bool:
    return any(getattr(each, "id", getattr(each, "attr", None)) in names for each in ast.walk(node))
