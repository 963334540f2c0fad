"""The schema of the document: what the types say, and what docs/check-json.md says of them."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from tests.check_schema import SCHEMA_FILE, mistakes, schema_text
from tests.documents import (
    ACCEPTED,
    EARLIER,
    cluster,
    document,
    failed_place,
    finding,
    place,
    result,
    unchecked,
)

PAGE = (Path(__file__).parents[2] / "docs" / "check-json.md").read_text(encoding="utf-8")
SCHEMA = json.loads(schema_text())
PARTS = SCHEMA["$defs"]


def as_json(told):
    return json.loads(msgspec.json.encode(told))


def in_order(part):
    """The same schema whatever the order of alternatives, which msgspec changed in 0.22."""
    if isinstance(part, dict):
        return {name: in_order(value) for name, value in part.items()}
    return sorted(map(in_order, part), key=json.dumps) if isinstance(part, list) else part


def test_the_file_is_what_the_types_say():
    assert in_order(json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))) == in_order(SCHEMA), (
        "from tests.check_schema import *; SCHEMA_FILE.write_text(schema_text())"
    )


def test_a_document_with_everything_is_valid():
    entry, problem = failed_place()
    told = document(
        finding(is_new=True),
        finding("STUCK", accepted=ACCEPTED, severity="low"),
        places=(place(), entry),
        problems=(problem,),
        whole=False,
        inventory=(cluster("cluster-a", result("STUCK", "not evaluated", "why")),),
        unchecked=(unchecked(),),
        earlier=EARLIER,
    )
    assert mistakes(as_json(told), SCHEMA) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"schema": "hsmtui.check/2"},
        {"whole": "yes"},
        {"matching": -1},
        {"findings": [{"id": "x"}]},
        {"fail_on": "warning"},
    ],
)
def test_what_is_no_such_document_is_not_valid(wrong):
    assert mistakes(as_json(document()) | wrong, SCHEMA) != []


def test_every_member_must_be_told_that_has_no_default():
    for name in ("schema", "time", "inventory"):
        told = as_json(document())
        del told[name]
        assert mistakes(told, SCHEMA) != []


def test_what_a_later_version_adds_is_no_mistake():
    assert mistakes(as_json(document()) | {"later": 1}, SCHEMA) == []


@pytest.mark.parametrize("name", PARTS)
def test_the_page_tells_each_member_with_its_type(name):
    section = PAGE.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| \S", section, re.MULTILINE)
    assert rows == [(key, words(of)) for key, of in PARTS[name]["properties"].items()]


def words(of):
    """A type as the page tells it."""
    if "$ref" in of:
        name = of["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in of:
        return " or ".join(sorted(map(words, of["anyOf"]), key="null".__eq__))
    if "enum" in of:
        return ", ".join(f"`{each}`" for each in of["enum"])
    match of.get("type"):
        case "array":
            return f"list of {words(of['items'])}"
        case "object":
            values = of.get("additionalProperties")
            return f"object of {words(values)}" if values else "object"
        case "integer":
            return "number"
        case "string" if of.get("description", "").startswith("ISO"):
            return "time"
        case kind:
            return {"string": "text", "boolean": "true or false", "null": "null"}[kind]
