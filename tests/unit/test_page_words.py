"""What the pages name is there: commands, options, keys, settings, variables, rules, states."""

import re
import shlex
from importlib.resources import files
from pathlib import Path

import pytest

from hsmtui.aws.guard import READING
from hsmtui.check.command import _FOUND, _NOT_WHOLE
from hsmtui.check.wait import _NEVER, _NOT_READ, _TIME_OVER
from hsmtui.cli import BAD_USAGE, INTERRUPTED, UNEXPECTED
from hsmtui.command_line.arguments import arguments_of, command_parser
from hsmtui.config.file import read_config
from hsmtui.model.columns import COLUMN_IDS
from hsmtui.model.filter.query import parse
from hsmtui.model.filter.term import KEYS
from hsmtui.model.findings.evaluate import RULES
from hsmtui.model.state import STATES
from hsmtui.process.standard_streams import READER_GONE
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.keymap import checked_keymap, display_keys, keys_of
from hsmtui.ui.dialogs.sort import LETTERS, SERVICE_LETTER
from tests.pages import PAGES, Page, doc

READ = {name: page for name, page in PAGES.items() if "CONTRIBUTING" not in name}
OF_OTHERS = {
    "--constraint",
    "--max-items",
    "--network",
    "--no-paginate",
    "--upgrade",
    "--userns",
    "--with",
}
"""Options of aws, pip, uv and podman."""
NO_KEYS = {"0", "*", "~"}
"""What is as short as a key and none."""
OF_A_FORM = {"AWS_ENDPOINT_URL_CLOUDHSM_V2", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"}
"""Variables of which botocore and Python make the names."""


def is_taken(words: list[str]) -> bool:
    """Whether the command line takes them; help and the version end well, too."""
    try:
        arguments_of(words)
    except SystemExit as end:
        return end.code == 0
    return True


@pytest.fixture
def options(capsys: pytest.CaptureFixture[str]) -> set[str]:
    """All options of all commands, as help lists them."""
    for command in ("", "check", "wait", "audit", "paths", "config", "completion", "demo-server"):
        assert is_taken([*command.split(), "--help"])
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", capsys.readouterr().out))


def named(pattern: str, page: Page) -> set[str]:
    """What of this form stands as code in the sentences and tables of a page."""
    return {found for code in page.quoted for found in re.findall(pattern, code)}


def test_the_options_that_are_named_are_options(options: set[str]) -> None:
    for page in READ.values():
        used = named(r"(?<![\w-])--[a-z][a-z-]+", page)
        assert used - options - OF_OTHERS == set(), page.name


def test_the_commands_in_sentences_are_taken() -> None:
    for page in READ.values():
        for code in page.quoted:
            if code.startswith("hsmtui "):
                words = shlex.split(re.split(r" [\\|>]", code)[0])[1:]
                is_name = len(words) == 1 and words[0] in command_parser().commands
                assert is_name or is_taken(words), (page.name, code)


def test_the_keys_that_are_named_are_keys() -> None:
    known = {display_keys([key]) for command in COMMANDS for key in keys_of(command, {})}
    known |= {*LETTERS.values(), SERVICE_LETTER}
    form = r"(?:[!-~↑↓←→]|ctrl\+\w|shift\+\w+|tab|enter|esc|space|delete|home|end|pgup|pgdn)"
    pages = [page for name, page in READ.items() if name != "docs/check-json.md"]
    used = {key for page in pages for code in page.quoted for key in re.findall(f"^{form}$", code)}
    assert len(used) > 40
    assert used - known - NO_KEYS == set()


def test_the_commands_that_are_named_by_id_are_commands() -> None:
    known = {command.id for command in COMMANDS}
    groups = {id_.split(".")[0] for id_ in known}
    for page in set(READ.values()) - {doc("settings")}:
        ids = {each for each in named(r"^\w+\.\w+$", page) if each.split(".")[0] in groups}
        assert ids - known == set()


@pytest.mark.parametrize("name", READ)
def test_the_rules_and_states_that_are_named_are_there(name: str) -> None:
    page = READ[name]
    assert named(r"^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+$", page) - set(RULES) == set()
    states = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)*_(?:PROGRESS|DELETION)\b", page.text))
    assert states - set(STATES) == set()


def test_the_examples_of_settings_can_be_loaded(tmp_path: Path) -> None:
    fences = [fence for page in READ.values() for fence in page.fences if fence.language == "toml"]
    assert len(fences) >= 5
    for number, fence in enumerate(fences):
        file = tmp_path / f"{number}.toml"
        file.write_text(fence.text, "utf-8")
        config = read_config(file, required=True, known_columns=COLUMN_IDS)
        checked_keymap(config.keys)


def test_the_variables_that_are_named_are_read_by_hsmtui_or_botocore() -> None:
    folders = (Path(str(files(package))) for package in ("hsmtui", "botocore", "platformdirs"))
    sources = "\n".join(
        file.read_text("utf-8") for folder in folders for file in folder.glob("**/*.py")
    )
    variables = named(r"^[A-Z]{2,}[A-Z_]*_[A-Z0-9_]+$", doc("settings"))
    assert len(variables) > 15
    assert {each for each in variables - OF_A_FORM if each not in sources} == set()


def test_the_filters_that_are_shown_can_be_parsed() -> None:
    section = doc("triage").section("## Filter the list")
    rows = re.findall(r"^\| `([^`]+)` \|", section.split("| key |")[0], re.MULTILINE)
    assert len(rows) > 4
    for row in rows:
        assert parse(row).terms, row
    values = re.findall(r"`([a-z]+):(?!KEY)", section)
    assert set(values) <= set(KEYS)


def test_the_exit_statuses_are_those_of_the_code() -> None:
    assert statuses("troubleshooting") == [0, UNEXPECTED, BAD_USAGE, INTERRUPTED, READER_GONE]
    assert statuses("ci", "## Use the exit status") == [
        *(0, _FOUND, _NOT_WHOLE),
        *(BAD_USAGE, UNEXPECTED),
    ]
    assert statuses("ci", "## Wait for a cluster") == [
        *(0, BAD_USAGE),
        *(_NEVER, _NOT_READ, _TIME_OVER),
    ]


def statuses(page: str, heading: str = "## Exit statuses") -> list[int]:
    """The numbers that a table of this section begins its rows with."""
    section = doc(page).section(heading)
    return [int(each) for each in re.findall(r"^\| (\d+) \|", section, re.MULTILINE)]


def test_the_settings_that_are_named_are_there() -> None:
    section = doc("settings").section("## Keys of config.toml")
    rows = re.findall(r"^\| `([a-z_]\S*)` \|", section, re.MULTILINE)
    names = {re.split(r"\W+", part)[0] for row in rows for part in row.split(".")}
    for page in READ.values():
        used = named(r"^([a-z]\w+) = ", page) | named(r"^\[+([a-z]\w+)", page)
        assert used - names == set(), page.name


def test_to_initialize_is_spelt_as_the_service_does():
    """Palette words hold the other spelling, too: somebody may type it."""
    code = (Path(__file__).parents[2] / "hsmtui").rglob("*.py")
    lines = [line for path in code for line in path.read_text("utf-8").splitlines()]
    lines += [line for page in READ.values() for line in page.text.splitlines()]
    found = [line for line in lines if re.search("initialis", line, re.IGNORECASE)]
    assert [line for line in found if "words=" not in line] == []


def test_services_that_are_asked_are_in_the_glossary() -> None:
    words = re.findall(r"^\| ([\w ]+)", doc("glossary").text, re.MULTILINE)
    asked = {name.split(":")[0] for name in READING} - {"cloudhsmv2", "sso-oidc", "signin"}
    assert [name for name in asked if not any(w.lower().startswith(name) for w in words)] == []
