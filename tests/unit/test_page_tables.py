"""The tables and numbers of the pages are those of the code."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from hsmtui.aws.errors import ACTIONS
from hsmtui.aws.guard import READING, WRITING
from hsmtui.changes.audit import Record
from hsmtui.command_line.arguments import arguments_of
from hsmtui.config.file import Config, Table, _expected, _is_table
from hsmtui.model.cluster import Cluster
from hsmtui.model.columns import COLUMN_IDS
from hsmtui.model.filter.term import KEYS
from hsmtui.model.findings.evaluate import RULES
from hsmtui.model.possible_changes import KnownCluster, possible_changes
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import APP, CLUSTERS
from hsmtui.ui.commands.keymap import display_keys, keys_of
from hsmtui.ui.dialogs.change_words import ChangeWords
from hsmtui.ui.dialogs.copy_backup import CopyBackupDialog
from hsmtui.ui.dialogs.create_cluster import CreateClusterDialog
from hsmtui.ui.dialogs.create_hsm import CreateHsmDialog
from hsmtui.ui.dialogs.delete_backup import DeleteBackupDialog
from hsmtui.ui.dialogs.delete_cluster import DeleteClusterDialog
from hsmtui.ui.dialogs.delete_hsm import DeleteHsmDialog
from hsmtui.ui.dialogs.edit_tag import EditTagDialog
from hsmtui.ui.dialogs.initialize_cluster import InitializeClusterDialog
from hsmtui.ui.dialogs.modify_backup import ExpireBackupDialog, KeepBackupDialog
from hsmtui.ui.dialogs.modify_hsm_type import ModifyHsmTypeDialog
from hsmtui.ui.dialogs.modify_retention import ModifyRetentionDialog
from hsmtui.ui.dialogs.restore_backup import RestoreBackupDialog
from tests.pages import doc


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


def settings_rows() -> list[str]:
    """For each key of config.toml the start of its row: name, what it takes, default."""
    return [
        f"| `{name}` | {takes} | {_as_toml(default)} |" for name, takes, default in _keys_of(Config)
    ]


def _keys_of(table: type[Table], above: str = "") -> Iterator[tuple[str, str, object]]:
    """`*` stands for a name of the user's, `[]` for a table that may be there several times."""
    for field in msgspec.structs.fields(table):
        name, kind = f"{above}{field.name}", field.type
        parts = getattr(kind, "__args__", ())
        if _is_table(kind):
            yield from _keys_of(kind, f"{name}.")
        elif getattr(kind, "__origin__", None) is dict and _is_table(parts[1]):
            yield from _keys_of(parts[1], f"{name}.*.")
        elif getattr(kind, "__origin__", None) is dict:
            yield f"{name}.*", _expected(parts[1]), None
        elif parts and _is_table(parts[0]):
            yield from _keys_of(parts[0], f"{name}[].")
        else:
            yield name, _expected(kind), field.default


def _as_toml(value: object) -> str:
    match value:
        case None | "":
            return ""
        case msgspec.NODEFAULT:
            return "required"
        case bool():
            return f"`{str(value).lower()}`"
        case date():
            return f"`{value.isoformat()}`"
        case str():
            return f'`"{value}"`'
        case tuple():
            return "`[]`"
    return f"`{value:g}`"


def test_every_setting_is_told_with_what_it_takes_and_its_default() -> None:
    rows = re.findall(
        r"^(\| `[\w.*\[\]]+` \| .*? \|.*?\|) .+ \|$", doc("settings").text, re.MULTILINE
    )
    assert rows == settings_rows()


def test_every_filter_key_is_explained() -> None:
    section = doc("triage").section("## Filter the list")
    assert {key for key in KEYS if f"`{key}:" not in section} == set()


def test_every_rule_is_explained_with_its_limits() -> None:
    section = doc("triage").section("## Look up a rule")
    rows = re.findall(r"^\| `([A-Z0-9-]+)` \| .* \| .* \| ?(.*?) ?\|$", section, re.MULTILINE)
    assert rows == [
        (name, ", ".join(f"`{limit}`" for limit in rule.limits)) for name, rule in RULES.items()
    ]


def test_policies_are_json_with_the_actions_that_are_asked_for() -> None:
    fences = doc("read-only").fences
    looking, changing = (
        {action for s in json.loads(each.text)["Statement"] for action in actions(s)}
        for each in fences
        if each.language == "json"
    )
    services = ("cloudhsmv2:", "cloudtrail:", "cloudwatch:", "kms:")
    reads, writes = (
        {ACTIONS[name.split(":")[1]] for name in names if name.startswith(services)}
        for names in (READING, WRITING)
    )
    assert looking == reads
    network = {"ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"}
    assert changing == writes | network | OF_A_NEW_CLUSTER


OF_A_NEW_CLUSTER = {
    "iam:CreateServiceLinkedRole",
    *("ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups"),
    *("ec2:CreateSecurityGroup", "ec2:AuthorizeSecurityGroupIngress"),
    *("ec2:AuthorizeSecurityGroupEgress", "ec2:RevokeSecurityGroupEgress", "ec2:CreateTags"),
}
"""What the user guide's policy for power users allows that a new cluster can need."""


DIALOGS: Mapping[str, tuple[type[ChangeWords[Any]], ...]] = {
    "cluster.add_hsm": (CreateHsmDialog,),
    "cluster.initialize": (InitializeClusterDialog,),
    "cluster.delete": (DeleteClusterDialog,),
    "hsm.delete": (DeleteHsmDialog,),
    "hsm.replace": (CreateHsmDialog, DeleteHsmDialog),
    "cluster.retention": (ModifyRetentionDialog,),
    "cluster.hsm_type": (ModifyHsmTypeDialog,),
    "tags.edit": (EditTagDialog,),
    "backup.restore": (RestoreBackupDialog,),
    "backup.keep": (KeepBackupDialog, ExpireBackupDialog),
    "backup.copy": (CopyBackupDialog,),
    "backup.delete": (DeleteBackupDialog,),
    "cluster.create": (CreateClusterDialog,),
}


def test_every_change_is_told_with_its_request_and_what_is_typed() -> None:
    table = doc("changing").text.split("## Before you confirm")[0]
    rows = re.findall(r"^\| .* \| `(\S+)` \| (.+) \| (.*?) ?\|$", table, re.MULTILINE)
    ids = {display_keys(keys_of(each, {})): each.id for each in COMMANDS if each.scope == CLUSTERS}
    assert {ids[key]: bool(typed) for key, _, typed in rows} == {
        command: any(kind.ASKS for kind in kinds) for command, kinds in DIALOGS.items()
    }
    assert set(DIALOGS) == {change.command for change in possible_changes(_OF_NOTHING)}
    told = {f"cloudhsmv2:{name}" for _, names, _ in rows for name in names.split(", ")}
    assert {name.replace("then ", "") for name in told} == WRITING


_OF_NOTHING = KnownCluster(Cluster(), datetime(2026, 11, 21, tzinfo=UTC))


def actions(statement):
    found = statement["Action"]
    return [found] if isinstance(found, str) else found


def test_every_field_of_a_record_is_explained() -> None:
    table = doc("changing").section("## See what was changed").split("| field of the JSON |")[1]
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", table, re.MULTILINE)
    told = [name for row in rows for name in re.findall(r"\w+", row)]
    assert sorted(told) == sorted(Record.__struct_fields__)


def test_every_column_is_named() -> None:
    section = doc("settings").section("## Columns of the list")
    assert re.findall(r"`(\w+)`", section) == list(COLUMN_IDS)


def test_every_option_of_the_demo_server_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments_of(["demo-server", "--help"])
    options = set(re.findall(r"(?<![\w-])--[a-z]+", capsys.readouterr().out)) - {"--help"}
    assert set(re.findall(r"^\| `(--\w+)` \|", doc("demo-server").text, re.MULTILINE)) == options
