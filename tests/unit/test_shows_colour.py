"""When what goes to standard output has colours."""

import io
import sys

import pytest

from hsmtui.process.standard_streams import shows_colour


class Output(io.StringIO):
    """A standard output that is a terminal, or not."""

    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize(
    ("choice", "environ", "on_a_terminal", "elsewhere"),
    [
        ("auto", {}, True, False),
        ("auto", {"NO_COLOR": "0"}, False, False),
        ("auto", {"NO_COLOR": ""}, True, False),
        ("auto", {"TERM": "dumb"}, False, False),
        ("auto", {"TERM": ""}, False, False),
        ("auto", {"FORCE_COLOR": "1"}, True, True),
        ("auto", {"FORCE_COLOR": "0"}, True, False),
        ("auto", {"FORCE_COLOR": ""}, True, False),
        ("auto", {"CLICOLOR_FORCE": "1", "TERM": "dumb"}, True, True),
        ("auto", {"CLICOLOR_FORCE": "0"}, True, False),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, True, True),
        ("never", {"FORCE_COLOR": "1"}, False, False),
    ],
)
def test_colours_are_where_they_are_wanted(monkeypatch, choice, environ, on_a_terminal, elsewhere):
    for is_terminal, wanted in ((True, on_a_terminal), (False, elsewhere)):
        monkeypatch.setattr(sys, "stdout", Output(is_terminal))
        assert shows_colour(choice, {"TERM": "xterm"} | environ) is wanted


def test_without_a_name_of_the_terminal_there_are_none(monkeypatch):
    monkeypatch.setattr(sys, "stdout", Output(is_terminal=True))
    assert not shows_colour("auto", {})
