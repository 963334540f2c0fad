"""Commands and their keys: one declaration, and a key map that is obeyed or refused."""

import inspect
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input, OptionList

from hsmtui.ui.app import HsmtuiApp
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import (
    APP,
    CLAIM,
    CLUSTERS,
    COMPARE,
    DELETE,
    DIALOG,
    ERRORS,
    FILTER,
    INITIALIZE,
    PICK,
    PLACES,
    SEARCH,
    SIGN_IN_SCOPE,
    SORT,
    TABLE_COLUMNS,
    TAGS,
)
from hsmtui.ui.commands.keymap import KeymapError, checked_keymap, display_keys, keys_of
from hsmtui.ui.dialogs.claim_files import ClaimFilesDialog
from hsmtui.ui.dialogs.columns import ColumnsDialog
from hsmtui.ui.dialogs.compare import CompareDialog
from hsmtui.ui.dialogs.delete_cluster import DeleteClusterDialog
from hsmtui.ui.dialogs.dialog import Dialog
from hsmtui.ui.dialogs.errors import ErrorsDialog
from hsmtui.ui.dialogs.initialize_steps import InitializeStepsDialog
from hsmtui.ui.dialogs.pick_several import PickSeveralDialog
from hsmtui.ui.dialogs.places import PlacesDialog
from hsmtui.ui.dialogs.sign_in import DeviceDialog
from hsmtui.ui.dialogs.sort import SortDialog
from hsmtui.ui.dialogs.tags import TagsDialog
from hsmtui.ui.main.screen import ClusterScreen
from hsmtui.ui.widgets.filter_bar import FilterBar
from hsmtui.ui.widgets.search_line import SearchLine

OWNERS = {
    APP: HsmtuiApp,
    CLAIM: ClaimFilesDialog,
    CLUSTERS: ClusterScreen,
    COMPARE: CompareDialog,
    DELETE: DeleteClusterDialog,
    DIALOG: Dialog,
    ERRORS: ErrorsDialog,
    FILTER: FilterBar,
    INITIALIZE: InitializeStepsDialog,
    PICK: PickSeveralDialog,
    PLACES: PlacesDialog,
    SIGN_IN_SCOPE: DeviceDialog,
    SORT: SortDialog,
    TABLE_COLUMNS: ColumnsDialog,
    TAGS: TagsDialog,
    SEARCH: SearchLine,
}
WITH_KEYS = [command for command in COMMANDS if command.scope == CLUSTERS and command.keys]


class TestDeclaration:
    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
    def test_names_an_action_that_exists(self, command):
        name, arguments = re.fullmatch(r"(\w+)(?:\((.*)\))?", command.action).groups()
        action = getattr(OWNERS[command.scope], f"action_{name}")
        parameters = [p for p in inspect.signature(action).parameters if p != "self"]
        assert len(parameters) == bool(arguments)
        assert command.help

    def test_has_each_id_once_and_no_key_twice(self):
        assert len({command.id for command in COMMANDS}) == len(COMMANDS)
        assert checked_keymap({}) == {}

    async def test_makes_footer_help_and_palette(self, sit):
        async with sit(size=(250, 60), keys={"cluster.delete": "f8"}) as desk:
            await desk.until(lambda: len(desk.asked()) == 3)  # what a view of this height needs
            await desk.settles()
            assert "f8 delete" in desk.lines[-1]
            await desk.pilot.resize_terminal(90, 60)  # so that each line of help is one
            await desk.press("?")
            told = desk.widget("VerticalScroll > Static")
            for command in COMMANDS:
                if command.scope in {APP, CLUSTERS}:
                    assert command.help in told
                    keys = display_keys(keys_of(command, {"cluster.delete": "f8"}))
                    assert f"{keys or 'palette'} " in told
            assert "\nctrl+d" not in told
            await desk.press("escape", "colon")
            await desk.until(lambda: desk.app.screen.query(OptionList))
            palette = desk.app.screen.query_one(OptionList)
            count = sum(c.palette for c in COMMANDS if c.scope in {APP, CLUSTERS})
            await desk.until(lambda: palette.option_count == count)
            assert len(desk.asked()) == 3
            await desk.type("delete the")
            await desk.sees("delete the cluster  f8")
            await desk.press("enter")
            await desk.sees("Delete cluster")


class TestKeyMap:
    @pytest.mark.parametrize(
        ("keys", "words"),
        [
            ({"cluster.delet": "d"}, ("cluster.delet", "did you mean", "cluster.delete")),
            ({"nothing.like.it": "d"}, ("nothing.like.it", "commands are")),
            ({"certificates.save": "d"}, ("certificates.save", "palette")),
            ({"cluster.delete": "ctrl+alt+delet"}, ("cluster.delete", "no key")),
            ({"cluster.delete": "pagedwn"}, ("no key", "did you mean", "pagedown")),
            ({"cluster.delete": "control+d"}, ("no key", "control+d")),
            ({"cluster.delete": ""}, ("cluster.delete", "no key")),
            ({"cluster.delete": "q"}, ("app.quit", "cluster.delete", "already")),
            ({"list.sort": "r"}, ("list.sort", "list.refresh", "already")),
            ({"list.sort": "x", "list.reverse": "x"}, ("list.sort", "list.reverse")),
            ({"app.help": "escape"}, ("app.help", "already")),
            ({"errors.copy_command": "escape"}, ("errors.copy_command", "dialog.close")),
            ({"dialog.close": "c"}, ("dialog.close", "already")),
        ],
    )
    def test_that_cannot_be_obeyed_says_why(self, keys, words):
        with pytest.raises(KeymapError) as caught:
            checked_keymap(keys)
        assert all(word in str(caught.value) for word in words), caught.value

    @pytest.mark.parametrize(
        ("written", "key"),
        [
            ("d", "d"),
            ("Z", "Z"),
            ("ctrl+y", "ctrl+y"),
            ("f5", "f5"),
            (" f5 ", "f5"),
            ("@", "at"),
            ("(", "left_parenthesis"),
            ("f5,f6", "f5,f6"),
        ],
    )
    def test_takes_keys_as_people_write_them(self, written, key):
        assert checked_keymap({"cluster.delete": written}) == {"cluster.delete": key}

    @given(st.permutations(WITH_KEYS))
    def test_may_swap_keys_among_commands(self, order):
        swapped = {old.id: new.keys for old, new in zip(WITH_KEYS, order, strict=True)}
        result = checked_keymap(swapped)
        for old, new in zip(WITH_KEYS, order, strict=True):
            assert keys_of(old, result) == keys_of(new, {})

    @given(st.sampled_from(WITH_KEYS), st.sampled_from(WITH_KEYS))
    def test_may_not_take_the_key_of_another(self, one, other):
        if one is not other:
            with pytest.raises(KeymapError):
                checked_keymap({one.id: other.keys})

    async def test_is_obeyed(self, sit):
        keys = {
            "list.sort": "r",
            "list.refresh": "s",
            "cluster.delete": "x,f8",
            "dialog.close": "f9",
            "app.errors": "(",
        }
        async with sit(keys=keys) as desk:
            await desk.press("r", "f")
            await desk.sees("FINDINGS↑")
            assert len(desk.asked()) == 1
            await desk.press("s")
            await desk.until(lambda: len(desk.asked()) == 2)
            await desk.settles()
            for key in ("ctrl+d", "ctrl+r", "!"):
                await desk.press(key)
                assert len(desk.app.screen_stack) == 1
            assert len(desk.asked()) == 2
            for key in ("x", "f8", "("):
                await desk.press(key)
                await desk.until(lambda: len(desk.app.screen_stack) == 2)
                await desk.press("escape")
                assert len(desk.app.screen_stack) == 2
                await desk.press("f9")
                assert len(desk.app.screen_stack) == 1


async def test_quit_works_from_everywhere(sit) -> None:
    for keys in (("q",), ("ctrl+q",), ("slash", "ctrl+q"), ("?", "ctrl+q"), ("P", "ctrl+q")):
        async with sit(wait=False) as desk:
            await desk.press(*keys)
            await desk.until(lambda: desk.app._exit)
            assert desk.app.return_code == 0


async def test_no_field_blinks_and_letters_typed_into_the_filter_are_no_commands(sit):
    """Each blink would be written to the terminal."""
    async with sit() as desk:
        await desk.press("slash", "q", "r", "M", "?", "!")
        assert desk.app.focused.value == "qrM?!"
        assert len(desk.app.screen_stack) == 1
        assert not desk.app._exit
        assert len(desk.asked()) == 1
        await desk.press("escape")
        for keys in (("slash",), ("colon",), ("?",), ("P",), ("t",), ("enter", "slash")):
            await desk.press(*keys)
            await desk.until(lambda: isinstance(desk.app.focused, Input), keys)
            assert not desk.app.focused.cursor_blink
            await desk.press("escape", "escape")
            await desk.until(lambda: not isinstance(desk.app.focused, Input), "no field")
