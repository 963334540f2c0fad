"""The JSON Schema of the document, as schema.json holds it."""

import json
import re
from inspect import cleandoc
from pathlib import Path
from typing import Any

import msgspec

import hsmtui.check
from hsmtui.check.document import Document

SCHEMA_FILE = Path(hsmtui.check.__file__).with_name("schema.json")
"""The schema for programs that are not this one."""


def schema_text() -> str:
    """The text of the file, made from the types; it allows members that a later hsmtui may add."""
    (whole,), parts = msgspec.json.schema_components([Document], ref_template="#/$defs/{name}")
    for part in parts.values():
        part["description"] = re.sub(r"\bNone\b", "null", cleandoc(part["description"]))
    parts["Document"]["required"].insert(0, "schema")
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:hsmtui:check:1",
        **whole,
        "$defs": parts,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def mistakes(document: Any, schema: Any) -> list[str]:
    """What is not as the schema says."""
    from jsonschema import Draft202012Validator  # makes grammars, which take most of a second

    Draft202012Validator.check_schema(schema)
    return [error.message for error in Draft202012Validator(schema).iter_errors(document)]
