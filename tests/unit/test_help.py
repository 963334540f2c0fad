"""Help: what it tells, what typing leaves of it, and how it stands in columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.filter.term import KEYS
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import APP, CLUSTERS, Group
from hsmtui.ui.dialogs.help import (
    HelpColumns,
    HelpLine,
    HelpOf,
    HelpSection,
    fitting_columns,
    help_sections,
    laid_out,
    narrowed_help,
)
from tests.parts import part_of

SECTIONS = help_sections(HelpOf({}))
BESIDE = 6
"""HelpColumns of the screen that frame and scroll bar take."""


def drawn(sections, width, height):
    return [line.plain for line in laid_out(sections, HelpColumns(1, width), height)]


class TestSections:
    def test_begin_with_the_tasks(self):
        assert [section.title for section in SECTIONS][: len(Group)] == [g.value for g in Group]

    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
    def test_tell_of_each_command_once(self, command):
        told = [line for s in SECTIONS for line in s.lines if command.help in str(line.does)]
        assert told
        if command.scope in {APP, CLUSTERS}:
            mine = [line for line in told if line.does == command.help]
            assert len(mine) == 1

    def test_tell_of_each_key_of_the_filter(self):
        keys = {line.keys for section in SECTIONS for line in section.lines}
        assert {f"{name}:" for name in KEYS} <= keys

    def test_have_the_keys_of_this_run(self):
        text = "\n".join(drawn(help_sections(HelpOf({"cluster.delete": "f8"})), 90, 500))
        assert "f8" in text
        assert "ctrl+d  " not in text.replace("delete ctrl+d", "")

    def test_leave_out_what_asks_where_nobody_may_be_asked(self):
        sections = help_sections(HelpOf({}, may_ask=False))
        told = {str(line.does) for section in sections for line in section.lines}
        asking = {command.help for command in COMMANDS if command.asks}
        assert not told & asking
        assert "go to a region" not in told
        assert not any("delete " in each for each in told)


class TestNarrowing:
    def test_leaves_what_has_the_words_in_any_order(self):
        one, other = narrowed_help(SECTIONS, "delete hsm"), narrowed_help(SECTIONS, "HSM delete")
        assert one == other
        assert "delete an HSM" in [line.does for section in one for line in section.lines]
        assert all(section.lines for section in one)

    def test_finds_keys_and_synonyms_and_slips(self):
        for typed, does in (
            ("ctrl+s", "write the marked rows, or those in view, as CSV, JSON or Markdown"),
            ("excel", "write the marked rows, or those in view, as CSV, JSON or Markdown"),
            ("refrsh", "reload (refresh) the list"),
            ("severity:", KEYS["severity"].help),
        ):
            assert does in [
                e.does for section in narrowed_help(SECTIONS, typed) for e in section.lines
            ]

    def test_of_nothing_leaves_all(self):
        assert narrowed_help(SECTIONS, " ") == list(SECTIONS)
        assert narrowed_help(SECTIONS, "xyzzy") == []


class TestColumns:
    def test_show_all_at_once_on_a_large_screen(self):
        columns = fitting_columns(SECTIONS, 200 - BESIDE, 66)
        assert len(laid_out(SECTIONS, columns, 66)) <= 66

    def test_are_one_at_80_and_several_with_room(self):
        numbers = [fitting_columns(SECTIONS, width - BESIDE, 20).number for width in (60, 80, 120)]
        assert numbers == [1, 1, 2]

    @pytest.mark.in_parts
    @pytest.mark.parametrize("height", part_of([12, 20, 36, 46]))
    def test_never_show_less_on_a_wider_screen(self, height):
        before = 0
        for width in range(60, 251, 10):
            columns = fitting_columns(SECTIONS, width - BESIDE, height)
            lines = laid_out(SECTIONS, columns, height)
            assert columns.whole_width <= width - BESIDE
            seen = height / max(height, len(lines))
            assert seen >= before - 0.03  # a line more or less, where the words break otherwise
            before = max(before, seen)

    @given(
        st.lists(
            st.lists(st.text(alphabet="ab é界", min_size=1, max_size=30), min_size=1, max_size=6),
            min_size=1,
            max_size=6,
        ),
        st.integers(1, 4),
        st.integers(20, 60),
        st.integers(1, 30),
    )
    def test_hold_every_word_and_are_never_wider_than_they_are(self, lists, number, width, height):
        sections = [HelpSection("T", [HelpLine("k", does) for does in each]) for each in lists]
        lines = laid_out(sections, HelpColumns(number, width), height)
        assert all(line.cell_length <= number * (width + 3) - 3 for line in lines)
        drawn = "".join(line.plain for line in lines).replace(" ", "")
        wanted = "".join("T" + "".join("k" + d for d in each) for each in lists).replace(" ", "")
        assert sorted(drawn) == sorted(wanted)
