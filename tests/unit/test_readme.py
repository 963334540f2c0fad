"""The README says what the code does."""

import json
import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from hsmtui.aws.errors import ACTIONS
from hsmtui.aws.guard import READING, WRITING
from hsmtui.model.filter.term import KEYS
from hsmtui.model.findings.evaluate import RULES
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import APP, CLUSTERS
from hsmtui.ui.commands.keymap import display_keys, keys_of

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def key_table() -> str:
    rows = ["| key | command | id |", "|---|---|---|"]
    for command in COMMANDS:
        if command.scope in {CLUSTERS, APP}:
            keys = " ".join(f"`{display_keys([key])}`" for key in keys_of(command, {})) or "palette"
            rows.append(f"| {keys} | {command.help} | `{command.id}` |")
    return "\n".join(rows)


def test_the_key_table_is_that_of_the_commands():
    assert f"checked by a test -->\n\n{key_table()}\n\n<!-- end of keys -->" in README, (
        f"The table in README.md must be:\n{key_table()}"
    )


def test_every_filter_key_is_explained():
    section = README.split("## Filter", 1)[1].split("\n## ", 1)[0]
    assert {key for key in KEYS if f"`{key}:" not in section} == set()


def test_every_rule_is_explained():
    section = README.split("## Findings", 1)[1].split("\n## ", 1)[0]
    assert re.findall(r"^\| `([A-Z0-9-]+)` \|", section, re.MULTILINE) == list(RULES)


def test_policies_are_json_with_the_actions_that_are_asked_for():
    policies = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", README, re.DOTALL)]
    looking, changing = (
        {action for s in p["Statement"] for action in actions(s)} for p in policies
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


def test_pictures_and_files_that_are_linked_exist():
    links = re.findall(r"\]\((?!#|https?:)([^)]+)\)", README)
    links += re.findall(r'src(?:set)?="([^"]+)"', README)
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_the_incident_takes_as_many_keys_as_are_pressed_for_its_picture():
    keys = sum(len(step.keys) for step in story())
    assert f"That is {keys} keys besides" in README


def story():
    spec = spec_from_file_location("screenshots_incident", ROOT / "screenshots" / "incident.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.STORY
