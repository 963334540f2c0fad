"""The tables and numbers of the pages are those of the code."""

import json
import re
from importlib.util import module_from_spec, spec_from_file_location

from hsmtui.aws.errors import ACTIONS
from hsmtui.aws.guard import READING, WRITING
from hsmtui.model.filter.term import KEYS
from hsmtui.model.findings.evaluate import RULES
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import APP, CLUSTERS
from hsmtui.ui.commands.keymap import display_keys, keys_of
from tests.pages import ROOT, doc


def key_table() -> str:
    rows = ["| key | command | id |", "|---|---|---|"]
    for command in COMMANDS:
        if command.scope in {CLUSTERS, APP}:
            keys = " ".join(f"`{display_keys([key])}`" for key in keys_of(command, {})) or "palette"
            rows.append(f"| {keys} | {command.help} | `{command.id}` |")
    return "\n".join(rows)


def test_the_key_table_is_that_of_the_commands() -> None:
    expected = f"checked by a test -->\n\n{key_table()}\n\n<!-- end of keys -->"
    assert expected in doc("keys").text, f"The table in docs/keys.md must be:\n{key_table()}"


def test_every_filter_key_is_explained() -> None:
    section = doc("triage").section("## Filter")
    assert {key for key in KEYS if f"`{key}:" not in section} == set()


def test_every_rule_is_explained() -> None:
    section = doc("triage").section("## Findings")
    assert re.findall(r"^\| `([A-Z0-9-]+)` \|", section, re.MULTILINE) == list(RULES)


def test_policies_are_json_with_the_actions_that_are_asked_for() -> None:
    fences = doc("read-only").fences
    looking, changing = (
        {action for s in json.loads(each.text)["Statement"] for action in actions(s)}
        for each in fences
        if each.language == "json"
    )
    services = ("cloudhsmv2:", "kms:")
    reads, writes = (
        {ACTIONS[name.split(":")[1]] for name in names if name.startswith(services)}
        for names in (READING, WRITING)
    )
    assert looking == reads
    assert changing == writes | {"ec2:DeleteNetworkInterface"}


def actions(statement):
    found = statement["Action"]
    return [found] if isinstance(found, str) else found


def test_the_incident_takes_as_many_keys_as_are_pressed_for_its_picture() -> None:
    keys = sum(len(step.keys) for step in story())
    assert f"That is {keys} keys besides" in doc("triage").text


def story():
    spec = spec_from_file_location("screenshots_incident", ROOT / "screenshots" / "incident.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.STORY
