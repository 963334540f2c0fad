"""What is said of a command line that is not taken: what is near, whose usage, how long."""

import shlex

import pytest

from hsmtui.command_line.arguments import arguments_of, command_parser
from hsmtui.model.text import visible


def refused(line: str | list[str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines that are printed; the first is the usage, the second the error."""
    with pytest.raises(SystemExit) as left:
        arguments_of(line.split() if isinstance(line, str) else line)
    assert left.value.code == 2
    output, said = capsys.readouterr()
    assert output == ""
    return said.splitlines()


@pytest.mark.parametrize(
    ("line", "usage", "words"),
    [
        ("--regoin us-east-1", "", '"--regoin"; the nearest is --region'),
        ("--regoin us-east-1 check", "", '"--regoin"; the nearest is --region'),
        ("--regoin=us-east-1", "", '"--regoin"; the nearest is --region'),
        ("check --regoin us-east-1", "check", '"--regoin"; the nearest is --region'),
        ("check -p a --PROFILE b", "check", "the nearest is --profile"),
        ("-p a check --fial-on high", "check", '"--fial-on"; the nearest is --fail-on'),
        ("audit --outcom done", "audit", "the nearest is --outcome"),
        ("check --theme x", "check", "--theme stands before the command: hsmtui --theme"),
        ("paths --config x", "paths", "--config stands before the command"),
        ("--fail-on high", "", "--fail-on is an option of hsmtui check"),
        ("--format json", "", "--format is an option of hsmtui check and of hsmtui audit"),
        ("--zzz", "", 'there is no option "--zzz"'),
        ("chek", "", 'there is no command "chek"; the nearest is check'),
        ("--demo audi", "", "the nearest is audit"),
        ("help chek", "help", "the nearest is check"),
        ("completion zhs", "completion", 'there is no shell "zhs"; the nearest is zsh'),
        ("completion", "completion", "shell"),
        ("check --format jsn", "check", 'there is no format "jsn"; the nearest is json'),
        ("check --format xml", "check", "there are table, json"),
        ("check --fail-on hihg", "check", "the nearest is high"),
        ("--log-level debgu", "", "the nearest is debug"),
        ("audit --format jsno", "audit", "the nearest is json"),
        ("paths extra", "paths", '"extra" is one word too many'),
        ("check --region --profile x", "check", "expected one argument"),
        ("check --demo=yes", "check", "--demo"),
        ("check --form json", "check", "the nearest is --format"),
        (
            "wait cluster-2kxmlwwvsa4 --for activex",
            "wait",
            '"activex": no such state; the nearest is ACTIVE',
        ),
        ("wait cluster-2kxmlwwvsa4 --fro ACTIVE", "wait", "the nearest is --for"),
        ("wait --for ACTIVE a-name", "wait", 'such as cluster-2kxmlwwvsa4, not "a-name"'),
        ("wayt", "", "the nearest is wait"),
    ],
)
def test_what_is_near_and_the_usage_of_the_command(
    line: str, usage: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first, error, hint = refused(line, capsys)
    assert first.startswith(f"usage: hsmtui {usage or '[options]'}")
    assert words in error
    assert hint == f"hsmtui {usage}".strip() + " --help says what it takes"


LONG = "\x1b[31m\u202e" + "x" * 5000


@pytest.mark.parametrize(
    "words",
    [
        [LONG],
        [f"--{LONG}"],
        ["check", LONG],
        ["check", "--format", LONG],
        ["check", f"--demo={LONG}"],
        ["audit", "--since", LONG],
        ["demo-server", "--port", LONG],
        ["completion", LONG],
        ["help", LONG],
    ],
)
def test_what_is_said_of_a_long_and_hostile_word_is_short_and_safe(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(words, capsys)
    assert sum(map(len, said)) < 1000
    assert all(line == visible(line) for line in said)


@pytest.mark.parametrize(
    "words", [["--help", "--zzz"], ["--version", "chek"], ["check", "-h", "z"]]
)
def test_what_comes_after_help_and_version_does_not_count(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        arguments_of(words)
    assert left.value.code in {0, None}


@pytest.mark.parametrize("columns", [80, 200])
def test_help_is_no_wider_than_the_terminal_nor_than_is_read_with_ease(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    main = command_parser()
    for parser in (main, *main.commands.values()):
        lines = parser.format_help().splitlines()
        assert max(map(len, lines)) <= min(columns, 100), parser.prog
        assert "exit status:" in lines or parser.prog == "hsmtui help"


def test_the_commands_in_examples_are_taken() -> None:
    main = command_parser()
    for parser in (main, *main.commands.values()):
        for example, _ in parser.notes.examples:
            words = shlex.split(example.replace('eval "$(', "").replace(')"', ""), comments=True)
            ends = [words.index(each) for each in ("|", ">") if each in words]
            name, *rest = words[: min(ends, default=None)]
            assert name == "hsmtui"
            if rest[:1] != ["help"]:
                arguments_of(rest)


@pytest.mark.parametrize("value", ["", " "])
def test_a_name_that_is_empty_names_nothing(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As of a variable of a script that is not set: else it would be the folder that one is in."""
    main = command_parser()
    named = {"FILE", "PROFILES", "REGIONS"}
    found = [
        ([command] if command else [], name)
        for command, parser in {"": main, **main.commands}.items()
        for name, option in parser.options.items()
        if option.metavar in named or name == "--scope"
    ]
    assert len(found) > 15
    for command, name in found:
        _, error, _ = refused([*command, name, value], capsys)
        assert error.endswith("it is empty; expected a name"), name
