"""Requests checked against botocore's model of the service, in the words that the service uses."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from hsmtui.demo.errors import INVALID_REQUEST, ServiceError

SPACES = " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""The members of the Unicode class Z, which Python's `re` cannot name."""

PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "double": (int, float),
    "boolean": (bool,),
    "timestamp": (int, float),
}


class ServiceModel:
    """The operations and shapes of a service, by botocore's name for it.

    `invalid` is the code of the error for an input that breaks a constraint.
    """

    def __init__(self, name: str = "cloudhsmv2", invalid: str = INVALID_REQUEST) -> None:
        # Read here, not at the top: the client has botocore loaded by the time that it asks.
        from botocore.loaders import Loader

        # The default folders include the user's own, which the demo must not read.
        loader = Loader(
            extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False
        )
        model: dict[str, Any] = loader.load_service_model(name, "service-2")
        self._invalid = invalid
        self._operations: dict[str, Any] = model["operations"]
        self._shapes: dict[str, Any] = model["shapes"]

    def check(self, operation: str, parameters: dict[str, Any]) -> None:
        """Raise the error of the service unless `parameters` fit the input of `operation`."""
        shape: str = self._operations[operation]["input"]["shape"]
        violations = self.violations(parameters, shape)
        if violations:
            errors = "error" if len(violations) == 1 else "errors"
            words = f"{len(violations)} validation {errors} detected: " + "; ".join(violations)
            raise ServiceError(self._invalid, words)

    def violations(self, value: Any, shape: str) -> list[str]:
        """What of `value` breaks a constraint of the shape; raise if a type is wrong."""
        return list(self._violations(value, shape, ""))

    def _violations(self, value: Any, name: str, path: str) -> Iterator[str]:
        shape = self._shapes[name]
        kind = shape["type"]
        expected = PYTHON_TYPES[kind]
        if not isinstance(value, expected) or (kind == "integer" and isinstance(value, bool)):
            raise ServiceError(
                "SerializationException",
                f"'{path or 'the request'}' must be of type {kind}, not {type(value).__name__}.",
            )
        for constraint in _broken_constraints(value, shape):
            shown = value if kind in {"string", "integer"} else "***"
            yield f"Value '{shown}' at '{path}' failed to satisfy constraint: {constraint}"
        yield from self._violations_inside(value, shape, path)

    def _violations_inside(self, value: Any, shape: dict[str, Any], path: str) -> Iterator[str]:
        if shape["type"] == "list":
            for number, member in enumerate(value, 1):
                yield from self._violations(
                    member, shape["member"]["shape"], f"{path}.{number}.member"
                )
        elif shape["type"] == "map":
            for key, member in value.items():
                yield from self._violations(key, shape["key"]["shape"], f"{path}.key")
                yield from self._violations(member, shape["value"]["shape"], f"{path}.{key}")
        elif shape["type"] == "structure":
            yield from self._violations_in_members(value, shape, path)

    def _violations_in_members(self, value: Any, shape: dict[str, Any], path: str) -> Iterator[str]:
        for member, reference in shape["members"].items():
            where = f"{path}.{_lower_first(member)}" if path else _lower_first(member)
            if value.get(member) is not None:
                yield from self._violations(value[member], reference["shape"], where)
            elif member in shape.get("required", ()):
                yield (
                    f"Value null at '{where}' failed to satisfy constraint: Member must not be null"
                )


def _broken_constraints(value: Any, shape: dict[str, Any]) -> Iterator[str]:
    integer = shape["type"] == "integer"
    measured = value if integer else len(value) if hasattr(value, "__len__") else 0
    quantity = "value" if integer else "length"
    if measured < shape.get("min", measured):
        yield f"Member must have {quantity} greater than or equal to {shape['min']}"
    if measured > shape.get("max", measured):
        yield f"Member must have {quantity} less than or equal to {shape['max']}"
    if "pattern" in shape and not _compiled(shape["pattern"]).fullmatch(value):
        yield f"Member must satisfy regular expression pattern: {shape['pattern']}"
    if "enum" in shape and value not in shape["enum"]:
        yield f"Member must satisfy enum value set: [{', '.join(shape['enum'])}]"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """The pattern in Python's syntax; `\\w` and `\\d` hold letters and numbers of every script."""
    for ours, theirs in ((r"\w", r"\p{L}"), (r"\d", r"\p{N}"), (SPACES, r"\p{Z}")):
        pattern = pattern.replace(theirs, ours)
    return re.compile(pattern)


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:]
