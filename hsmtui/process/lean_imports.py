"""Libraries without those of their parts that they import and hsmtui never uses.

While a library is imported, such a part has a stand-in: its classes make objects that do nothing.
Where the library takes something else from the part by now, or does more with it, it gets the part.
"""

import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, Final

UNUSED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "boto3": {
        # transfers to S3 and their pool of processes
        "s3transfer.manager": ("TransferConfig",),
        # objects for buckets and queues: hsmtui makes clients
        "boto3.resources.factory": ("ResourceFactory",),
        # the manual of each method, made of the model when somebody asks Python for help
        "botocore.docs.service": ("ServiceDocumenter",),
        "botocore.docs.docstring": (
            *("ClientMethodDocstring", "PaginatorDocstring", "WaiterDocstring"),
        ),
    },
    "textual.app": {
        # Textual's palette and the widgets in it: ours is a dialog like the others
        "textual.command": (
            *("CommandListItem", "CommandPalette", "Provider", "SimpleProvider"),
            *("DiscoveryHit", "Hit", "Hits"),
        ),
    },
}
"""Of each library its unused parts, with all that it takes from them, and why they are not used."""


def import_lean(library: str) -> None:
    """Import a library without its unused parts, or whole where it fails without them."""
    if library in sys.modules:
        return
    before = set(sys.modules)
    stand_ins = {
        part: _StandIn(part, names)
        for part, names in UNUSED[library].items()
        if part not in sys.modules
    }
    sys.modules.update(stand_ins)
    try:
        import_module(library)
    except Exception:  # noqa: BLE001 - whatever it is, it may come of a stand-in
        _forget(set(sys.modules) - before, library)
        import_module(library)
    finally:
        for part, stand_in in stand_ins.items():
            if sys.modules.get(part) is stand_in:
                del sys.modules[part]


def _forget(modules: set[str], library: str) -> None:
    """Those of the library and of its unused parts, which have been imported with stand-ins."""
    packages = {name.partition(".")[0] for name in (library, *UNUSED[library])}
    for name in modules:
        if name.partition(".")[0] in packages:
            del sys.modules[name]


class _StandIn(ModuleType):
    """A module with classes of these names; it makes way for the real one where that is not all."""

    def __init__(self, name: str, classes: tuple[str, ...]) -> None:
        super().__init__(name)
        vars(self).update({each: type(each, (), {"__init__": _do_nothing}) for each in classes})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def _do_nothing(self: object, *_: object, **__: object) -> None:
    pass
