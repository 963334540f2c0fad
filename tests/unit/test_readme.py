"""README.md: one page to the first screen, and the two lines that others run."""

import re

from tests.pages import README

TEST_LINE = "python3 -m venv .venv && .venv/bin/pip install --quiet '.[test]' && .venv/bin/pytest"
DEMO_LINE = "python3 -m venv .venv && .venv/bin/pip install --quiet . && .venv/bin/hsmtui --demo"


def test_the_lines_that_run_the_demo_and_the_tests_are_whole_and_the_only_ones() -> None:
    """.ci/run takes the one that tests from here."""
    assert re.findall(r"^python3 -m venv .*pytest$", README.text, re.MULTILINE) == [TEST_LINE]
    assert re.findall(r"^python3 -m venv .*--demo$", README.text, re.MULTILINE) == [DEMO_LINE]
