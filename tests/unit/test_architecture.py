"""docs/architecture.md says what is there: its tree, its contracts and the files that it names."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import hsmtui

ROOT = Path(__file__).parents[2]
INSTALLED = Path(hsmtui.__file__).parents[1]
"""Where the package is, which need not be beside the page."""
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
TREE = PAGE.split("```")[1]


def named_in_tree() -> Iterator[str]:
    """The paths of the tree, from the indentation of its lines."""
    above: list[tuple[int, str]] = []
    for line in filter(None, TREE.splitlines()):
        indent, name = len(line) - len(line.lstrip()), line.split()[0]
        above = [each for each in above if each[0] < indent] + [(indent, name)]
        yield "".join(part for _, part in above)


def test_its_tree_is_that_of_the_project() -> None:
    named = set(named_in_tree())
    assert [path for path in named if not is_there(path)] == []
    for folder in ("hsmtui", "hsmtui/model", "hsmtui/ui"):
        folders = filter(Path.is_dir, (INSTALLED / folder).iterdir())
        there = {f"{path.relative_to(INSTALLED)}/" for path in folders}
        assert {each for each in there if "__" not in each} <= named, folder
    for folder in ("hsmtui", "hsmtui/ui"):
        files = {str(path.relative_to(INSTALLED)) for path in (INSTALLED / folder).glob("*.py")}
        assert {each for each in files if "__" not in each} <= named, folder


def test_its_contracts_are_those_that_are_checked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    table = re.findall(
        r"^\| (.+?) \|", PAGE.split("## The layers")[1].split("\n## ")[0], re.MULTILINE
    )
    assert table[1:] == [contract["name"] for contract in contracts]


def test_the_files_that_it_names_are_there() -> None:
    paths = re.findall(r"`([a-z_]+/[a-z_/]+\.py)`", PAGE)
    assert len(paths) > 30
    assert [path for path in paths if not (is_there(path) or is_there(f"hsmtui/{path}"))] == []


def test_a_kind_of_change_is_five_files_of_one_name() -> None:
    gates = {path.stem for path in (INSTALLED / "hsmtui/model/gates").glob("*.py")}
    kinds = gates - {"__init__", "gate", "listed", "tag_rules"}
    assert len(kinds) > 10
    holders = re.findall(r"^\| `(\S+)/NAME\.py` \|", PAGE, re.MULTILINE)
    assert len(holders) == 4
    wanted = {f"{holder}/{kind}" for holder in holders for kind in kinds}
    named = {path.removesuffix(".py") for path in wanted if is_there(f"hsmtui/{path}.py")}
    assert wanted - named == {"ui/flows/edit_tag"}  # which is edit_tags.py, for several clusters


def is_there(path: str) -> bool:
    return any((place / path).exists() for place in (ROOT, INSTALLED))
