"""The manual page is what the parser says, and roff has nothing against it."""

import shutil
import subprocess

import pytest

from hsmtui.command_line.arguments import command_parser
from tests.manual_page import PAGE, manual_page


def test_the_page_in_docs_is_not_old() -> None:
    assert PAGE.read_text("utf-8") == manual_page(), "write it: python -m tests.manual_page"


@pytest.mark.parametrize("program", ["mandoc", "man"])
def test_roff_has_nothing_against_it(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"there is no {program}")
    commands = {"mandoc": ("mandoc", "-Tlint"), "man": ("man", "--warnings", "-E", "UTF-8", "-l")}
    done = subprocess.run([*commands[program], PAGE], capture_output=True, text=True, check=False)
    said = (done.stdout if program == "mandoc" else done.stderr).splitlines()
    undated = 'missing date, using "": TH'  # a date would make another page each day
    assert [line for line in said if not line.endswith(undated)] == []


def test_it_has_every_option_and_the_sections_of_a_manual() -> None:
    lines = manual_page().replace("\\-", "-").splitlines()
    titles = [line.removeprefix(".SH ") for line in lines if line.startswith(".SH ")]
    assert titles == [
        *("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "FILES", "ENVIRONMENT"),
        *("EXIT STATUS", "EXAMPLES", "SEE ALSO"),
    ]
    main = command_parser()
    options = {name for parser in (main, *main.commands.values()) for name in parser.options}
    text = "\n".join(lines)
    assert [name for name in options if f"\\fB{name}\\fR" not in text] == []
