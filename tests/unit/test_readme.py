"""The README says what the code does."""

import json
import re
from pathlib import Path

from hsmtui.aws.errors import ACTIONS
from hsmtui.model.query import KEYS
from hsmtui.ui.keymap import APP, CLUSTERS, COMMANDS, keys_of, spoken

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def key_table() -> str:
    rows = ["| key | command | id |", "|---|---|---|"]
    for command in COMMANDS:
        if command.scope in {CLUSTERS, APP}:
            keys = " ".join(f"`{spoken([key])}`" for key in keys_of(command, {})) or "palette"
            rows.append(f"| {keys} | {command.help} | `{command.id}` |")
    return "\n".join(rows)


def test_the_key_table_is_that_of_the_commands():
    assert f"checked by a test -->\n\n{key_table()}\n\n<!-- end of keys -->" in README, (
        f"The table in README.md must be:\n{key_table()}"
    )


def test_every_filter_key_is_explained():
    section = README.split("## Filter", 1)[1].split("\n## ", 1)[0]
    assert {key for key in KEYS if f"`{key}:" not in section} == set()


def test_policies_are_json_with_the_actions_that_are_asked_for():
    policies = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", README, re.DOTALL)]
    allowed = [{s["Action"] for s in policy["Statement"]} for policy in policies]
    assert allowed == [
        {ACTIONS["DescribeClusters"]},
        {ACTIONS["DescribeClusters"], ACTIONS["DeleteCluster"]},
    ]


def test_pictures_and_files_that_are_linked_exist():
    links = re.findall(r"\]\((?!#|https?:)([^)]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []
