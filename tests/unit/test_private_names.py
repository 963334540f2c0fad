"""Private names of Textual and rich: used in one file, each listed there, each still there."""

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from textwrap import dedent
from types import ModuleType

import hsmtui.ui
from hsmtui.ui.terminal import private

FOREIGN = {"textual", "rich"}
MODULES = [
    "hsmtui.cli",
    *(found.name for found in walk_packages(hsmtui.ui.__path__, "hsmtui.ui.") if not found.ispkg),
]


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def is_foreign(name: str) -> bool:
    return name.split(".")[0] in FOREIGN


@cache
def own_names(kind: type) -> frozenset[str]:
    """The private names that a class gives itself: methods, and attributes of its instances."""
    names = {name for name in vars(kind) if is_private(name)}
    source = ast.parse(dedent(inspect.getsource(kind)))
    for node in ast.walk(source):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names |= {node.attr} if is_private(node.attr) else set()
    return frozenset(names)


def owner(kind: type, name: str) -> str | None:
    """The name with the class of Textual that has it first, of those that a class is made of."""
    for base in reversed(kind.__mro__):
        if is_foreign(base.__module__) and name in own_names(base):
            return f"{base.__module__}.{base.__qualname__}.{name}"
    return None


def imported(tree: ast.AST) -> Iterator[str]:
    """What is imported from a private module, or is private in one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if is_foreign(name) and any(map(is_private, name.split("."))):
                yield name


def reached(node: ast.AST, kind: type | None, module: ModuleType) -> Iterator[str]:
    """Private names of others: those of a class's own bases, and any of anything else."""
    for child in ast.iter_child_nodes(node):
        inner = getattr(kind or module, child.name) if isinstance(child, ast.ClassDef) else kind
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from of_bases(child.name, kind if node_is_class(node) else None)
        if isinstance(child, ast.AnnAssign | ast.Assign) and node_is_class(node):
            targets = child.targets if isinstance(child, ast.Assign) else [child.target]
            for target in targets:
                yield from of_bases(getattr(target, "id", ""), kind)
        if isinstance(child, ast.Attribute) and is_private(child.attr):
            yield from of_bases(child.attr, kind) if is_self(child.value) else of_others(child)
        if isinstance(child, ast.Constant) and is_private(str(child.value)):
            yield from of_bases(str(child.value), kind)
        yield from reached(child, inner, module)


def node_is_class(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef)


def is_self(node: ast.expr) -> bool:
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id
    return called == "super" or (isinstance(node, ast.Name) and node.id in {"self", "cls"})


def of_bases(name: str, kind: type | None) -> Iterator[str]:
    if kind is not None and is_private(name) and (found := owner(kind, name)):
        yield found


def of_others(node: ast.Attribute) -> Iterator[str]:
    """`a._b`: of whom it is cannot be told, so nobody's is taken but what tuples and we have."""
    if node.attr != "_replace":
        yield ast.unparse(node)


def used(module: ModuleType) -> set[str]:
    """The private names of Textual that a module uses."""
    tree = ast.parse(inspect.getsource(module))
    return {*imported(tree), *reached(tree, None, module)}


def test_none_is_used_but_in_one_file():
    others = (import_module(name) for name in MODULES if name != private.__name__)
    found = {module.__name__: names for module in others if (names := used(module))}
    assert not found


def test_the_list_is_what_that_file_uses():
    assert used(private) == set(private.USED)


def test_each_has_a_reason():
    assert all(len(reason.split()) >= 3 for reason in private.USED.values())


def exists(name: str) -> bool:
    """Whether the installed Textual has it: in a module, or in a class or its instances."""
    parts = name.split(".")
    at = max(n for n in range(1, len(parts)) if ".".join(parts[:n]) in sys.modules)
    found: object = sys.modules[".".join(parts[:at])]
    for part in parts[at:]:
        if isinstance(found, type):
            return part in own_names(found)
        found = getattr(found, part, None)
    return found is not None


def test_textual_still_has_each():
    assert [name for name in private.USED if not exists(name)] == []


def test_one_that_textual_lacks_is_noticed():
    assert not exists("textual.app.App._no_such_name")
    assert not exists("textual._context.no_such_name")


def test_uses_of_every_form_are_noticed(tmp_path: Path, monkeypatch):
    (tmp_path / "uses_private_names.py").write_text(
        "import textual._context\n"
        "from textual._time import get_time\n"
        "from textual.app import App\n"
        "class Mine(App):\n"
        "    _driver = None\n"
        "    def _fatal_error(self): super()._fatal_error()\n"
        "    def mine(self, other):\n"
        "        self._own = self._notifications\n"
        "        return other._nodes, getattr(self, '_exception')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert used(import_module("uses_private_names")) == {
        "textual._context",
        "textual._time.get_time",
        "textual.app.App._driver",
        "textual.app.App._fatal_error",
        "textual.app.App._notifications",
        "textual.app.App._exception",
        "other._nodes",
    }
