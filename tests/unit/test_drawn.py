"""The tests' own eyes: a text is found wherever a line breaks, and what is not there is not."""

import textwrap

import pytest

from tests.drawn import shows

BESIDE = "1234 row of the table".ljust(30)


@pytest.mark.parametrize("length", range(1, 80))
def test_a_message_with_a_path_in_a_box_is_found_whatever_the_paths_length(length: int) -> None:
    path = "/" + "p" * length + "/state.toml"
    message = f"{path} cannot be written: Not a directory"
    pieces = textwrap.wrap(message, 36)
    toast = [f"{BESIDE}▌ {piece}" for piece in pieces]
    dialog = [f"{BESIDE}│ {piece:<36} │ and more" for piece in pieces]
    plain = textwrap.wrap(message, 50, break_on_hyphens=False)
    for screen in (toast, dialog, plain):
        for words in ("cannot be written", path, message):
            assert shows([BESIDE, *screen, BESIDE], words)
        assert not shows([BESIDE, *screen, BESIDE], "can be written")
