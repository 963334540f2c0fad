"""What a dialog of a change does where the terminal cannot show all of it at once."""

import re
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.geometry import Region
from textual.widgets import Button, Input, Static

from hsmtui.demo.records import Cluster, KeyStore, Tag
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.subnets import SubnetsDialog
from tests.parts import part_of
from tests.scripted import Gate, reply_json
from tests.ui.conftest import HERE

CHANGES = (
    *("DeleteCluster", "DeleteHsm", "ModifyCluster"),
    *("TagResource", "UntagResource"),
    *("RestoreBackup", "CreateCluster"),
    *("CopyBackupToRegion", "DeleteBackup"),
)
PARTS = "who", "what", "gate", "age", "ask", "field", "confirm", "cancel"
SIZES = [
    *((80, height) for height in range(5, 25)),
    *((60, height) for height in (12, 13, 14, 15, 16, 17)),
    *((50, height) for height in (12, 14, 16, 18, 24)),
    *((36, height) for height in (10, 16, 20, 24, 30)),
    *((28, 60), (27, 60), (20, 5), (12, 4), (120, 40)),
]
FEWER_SIZES = [
    *((80, height) for height in (7, 8, 11, 12, 13, 14, 15, 16, 24)),
    *((60, 15), (60, 17), (50, 16), (36, 10), (36, 24), (27, 60), (20, 5), (120, 40)),
]
SIZES_OF = dict.fromkeys(
    ["hsm", "backup", "retention", "type", "copy", "deletion", "new cluster"], FEWER_SIZES
)
"""For those that share the box of the dialog that walks all sizes."""


async def open_cluster(desk: Any) -> None:
    await desk.press("ctrl+d")


async def open_hsm(desk: Any) -> None:
    await desk.press("D")


async def open_retention(desk: Any) -> None:
    await desk.press("E")
    await desk.until(lambda: desk.app.screen.query("#value"))
    await desk.type("8")
    await desk.press("enter")


async def open_type(desk: Any) -> None:
    await desk.press("T")


async def open_backup(desk: Any) -> None:
    await desk.press("u")
    await desk.until(lambda: len(desk.app.screen_stack) > 1)
    if not isinstance(desk.app.screen, ChangeDialog):
        await desk.press("enter")


async def open_copy(desk: Any) -> None:
    await desk.press("Y")
    for heading in ("Copy which backup?", "Copy it to which region?"):
        await desk.until(lambda there=heading: getattr(desk.app.screen, "_heading", "") == there)
        await desk.press("enter")


async def open_deletion(desk: Any) -> None:
    await desk.press("U")
    await desk.until(lambda: len(desk.app.screen_stack) > 1)
    await desk.press("enter")


async def open_tag(desk: Any) -> None:
    await desk.press("t")
    await desk.until(lambda: getattr(desk.app.screen, "_is_fresh", False))
    await desk.type("Owner")
    await desk.press("enter")
    await desk.until(lambda: desk.app.screen.query("#value"))
    await desk.type("bob")
    await desk.press("enter")


async def open_new_cluster(desk: Any) -> None:
    await desk.press("B")
    await desk.sees("Create a cluster from which backup?")
    await desk.press("enter")
    await desk.until(lambda: isinstance(desk.app.screen, SubnetsDialog))
    await desk.press("enter")


KINDS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "cluster": ("legacy-tde", open_cluster),
    "hsm": ("open-banking-dev", open_hsm),
    "retention": ("payments-prod-01", open_retention),
    "type": ("oracle-tde-prod", open_type),
    "backup": ("legacy-tde", open_backup),
    "copy": ("payments-prod-01", open_copy),
    "deletion": ("payments-prod-01", open_deletion),
    "tag": ("legacy-tde", open_tag),
    "new cluster": ("legacy-tde", open_new_cluster),
}


@pytest.fixture
def open_dialog(sit: Any, cluster: Callable[[str], Cluster]) -> Any:
    """The dialog of a kind of change, with what it asks for given; nothing polls."""

    @asynccontextmanager
    async def open_dialog(kind: str, *, begin: Callable[[Any], None] | None = None) -> Any:
        async with sit(poll_seconds=600) as desk:
            desk.cluster = cluster(KINDS[kind][0])
            if begin is not None:
                begin(desk)
            await come_to(desk, kind)
            yield desk

    return open_dialog


async def come_to(desk: Any, kind: str) -> None:
    """From the list to the dialog."""
    await desk.put_cursor(desk.cluster)
    await KINDS[kind][1](desk)
    await desk.until(lambda: isinstance(desk.app.screen, ChangeDialog))
    await desk.until(lambda: desk.app.screen.has_looked)


async def resize(desk: Any, width: int, height: int) -> None:
    await desk.pilot.resize_terminal(width, height)
    await desk.rest()
    await desk.rest()


def part(desk: Any, name: str) -> Any:
    return desk.app.screen.query_one(f".change-{name}")


def on_screen(desk: Any, name: str, drawn: str | None = None) -> bool:
    """Whether a widget and all of its text are on the screen, by the compositor's own regions and
    by what is drawn in them; `drawn` is the screen's text where it is at hand."""
    widget, screen = part(desk, name), desk.app.screen
    if not widget.display or widget not in screen._compositor.visible_widgets:
        return False
    region, clip = screen._compositor.visible_widgets[widget]
    if not clip.contains_region(region) or not Region(0, 0, *desk.app.size).contains_region(region):
        return False
    drawn = drawn or desk.text
    return not isinstance(widget, Static) or squeezed(widget.render()) in squeezed(drawn)


def squeezed(text: object) -> str:
    return re.sub(r"[\s│]", "", str(text))


def is_whole(desk: Any) -> bool:
    asks, drawn = desk.app.screen.asks, desk.text
    parts = (name for name in PARTS if asks or name not in {"ask", "field"})
    return all(on_screen(desk, name, drawn) for name in parts)


def sent(desk: Any) -> list[Any]:
    return [request for name in CHANGES for request in desk.asked(name)]


async def try_to_confirm(desk: Any) -> None:
    """By every key, and past the dialog's own buttons."""
    dialog, target = desk.app.screen, desk.app.screen.target
    for key in (*target, *(("enter", "space") if dialog.asks else ()), "tab", "up", "shift+tab"):
        await desk.press(key)  # without a field, enter is for Cancel from the beginning
    part(desk, "field").value = target
    part(desk, "confirm").press()
    dialog._confirm(target)
    await dialog._change.confirm(target)
    await desk.settles()


@pytest.mark.in_parts
@pytest.mark.parametrize("kind", part_of(KINDS))
async def test_it_is_confirmed_only_where_all_of_it_is_in_sight(open_dialog, kind):
    async with open_dialog(kind) as desk:
        dialog, blocked = desk.app.screen, set()
        for width, height in SIZES_OF.get(kind, SIZES):
            await resize(desk, width, height)
            whole = is_whole(desk)
            assert dialog.is_confirmable == whole, (width, height, desk.text)
            assert dialog.is_whole() == whole, (width, height)
            if dialog.is_confirmable:
                assert part(desk, "confirm").display
                continue
            blocked.add((width, height))
            shown = {button.id for button in dialog.query(Button) if button.display}
            assert shown == {part(desk, "cancel").id}
            assert desk.app.focused is part(desk, "cancel")
            assert height < 5 or on_screen(desk, "cancel")
            if width >= 36:
                await desk.sees("■ BLOCKED")
                said = desk.flat
                assert f"{height} rows; " in said or f"{height} of " in said
        assert (80, 24) not in blocked
        assert (120, 40) not in blocked
        assert ((60, 17) in blocked) == (kind == "type")  # there is more to be read
        assert {(80, 8), (36, 10), (20, 5), (27, 60)} <= blocked
        assert not sent(desk)
        await says_exactly_how_many_rows_it_needs(desk)


async def says_exactly_how_many_rows_it_needs(desk: Any) -> None:
    await resize(desk, 80, 8)
    needed = int(re.search(r"has 8 rows; (\d+) are needed", desk.flat)[1])
    await resize(desk, 80, needed - 1)
    assert not is_whole(desk)
    await desk.sees(f"has {needed - 1} rows; {needed} are needed")
    await resize(desk, 80, needed)
    assert is_whole(desk)


@pytest.mark.in_parts
@pytest.mark.parametrize("kind", part_of(KINDS))
async def test_nothing_is_sent_where_it_is_not(open_dialog, kind):
    async with open_dialog(kind) as desk:
        for size in ((80, 10), (80, 9), (50, 12), (36, 10), (20, 5), (80, 3)):
            await resize(desk, *size)
            if not is_whole(desk):
                await try_to_confirm(desk)
                assert not sent(desk), size
                await desk.press("escape")
                assert not isinstance(desk.app.screen, ChangeDialog), size
                await resize(desk, 80, 24)
                await come_to(desk, kind)


async def test_a_half_typed_id_is_typed_anew_after_the_terminal_was_too_small(open_dialog):
    async with open_dialog("cluster") as desk:
        await resize(desk, 20, 60)
        needed = int(re.search(r"has 20 columns; (\d+) are needed", desk.flat)[1])
        await resize(desk, needed - 1, 60)
        assert not is_whole(desk)
        await resize(desk, needed, 60)
        assert is_whole(desk)
        await resize(desk, 80, 24)
        await desk.type(desk.cluster.cluster_id[:9])
        await resize(desk, 80, 9)
        await desk.sees("BLOCKED")
        await desk.press(*desk.cluster.cluster_id[9:], "tab", "up")
        await resize(desk, 80, 24)
        await desk.until(lambda: is_whole(desk))
        assert desk.app.focused is part(desk, "field")
        assert part(desk, "field").value == ""
        await desk.type(desk.cluster.cluster_id)
        await desk.press("tab", "enter")
        await desk.sees("The service is deleting the cluster")
        for size in ((80, 10), (50, 12), (36, 10), (36, 6)):  # what came of it is told there, too
            await resize(desk, *size)
            await desk.until(lambda: "The service is deleting the" in desk.flat)
            await desk.sees("Close")


async def test_a_warning_that_comes_late_blocks_where_it_does_not_fit(open_dialog):
    gate = Gate()

    def begin(desk: Any) -> None:
        desk.plane.script("DescribeCustomKeyStores", gate)
        for number in range(6):
            store = KeyStore(
                custom_key_store_id=f"cks-{number}",
                custom_key_store_name=f"store {number}",
                cloud_hsm_cluster_id=desk.cluster.cluster_id,
                custom_key_store_type="AWS_CLOUDHSM",
                connection_state="CONNECTED",
                creation_date=0.0,
            )
            desk.plane.place(*HERE).key_stores.append(store)

    async with open_dialog("cluster", begin=begin) as desk:
        await resize(desk, 80, 13)
        await desk.until(lambda: is_whole(desk))
        await desk.type(desk.cluster.cluster_id)
        assert not part(desk, "confirm").disabled
        gate.release()
        await desk.sees("BLOCKED", "13 rows; 18 are needed")
        await try_to_confirm(desk)
        assert not sent(desk)
        await resize(desk, 80, 18)
        await desk.until(lambda: is_whole(desk))
        assert on_screen(desk, "consent")


@pytest.mark.in_parts
@pytest.mark.parametrize("kind", part_of(["cluster", "tag"]))
async def test_wide_names_and_long_values_are_measured_as_they_are_drawn(open_dialog, kind):
    def begin(desk: Any) -> None:
        desk.cluster.tag_list = [Tag("Name", "鍵" * 60), Tag("Owner", "署" * 100)]

    async with open_dialog(kind, begin=begin) as desk:
        for size in ((80, 24), (60, 16), (36, 30), (30, 60)):
            await resize(desk, *size)
            whole = is_whole(desk)
            assert desk.app.screen.is_confirmable == whole, (size, desk.text)
            if not whole:
                await try_to_confirm(desk)
            assert not sent(desk), size


async def test_where_the_keys_are_lost_is_read_before(open_dialog):
    def begin(desk: Any) -> None:
        desk.plane.script("DescribeBackups", reply_json({"Backups": []}))

    async with open_dialog("cluster", begin=begin) as desk:
        await desk.sees("No READY backup")
        await resize(desk, 80, 10)
        await try_to_confirm(desk)
        assert not sent(desk)
        await resize(desk, 80, 16)
        await desk.sees("No READY backup", "Type the cluster id")
        assert isinstance(desk.app.focused, Input)


async def test_a_choice_that_is_out_of_sight_is_not_taken(sit, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with sit() as desk:
        await desk.press("H")
        await desk.until(lambda: "Wrote the page" in desk.notifications)
        (page,) = tmp_path.glob("*.md")
        page.write_text("kept", encoding="utf-8")
        await desk.press("H")
        await desk.until(lambda: isinstance(desk.app.focused, Input))
        await resize(desk, 80, 5)
        await desk.press("down", "enter")
        await desk.sees("too small to show")
        await desk.settles()
        assert page.read_text(encoding="utf-8") == "kept"
        await resize(desk, 80, 24)
        await desk.press("enter")
        await desk.until(lambda: page.read_text(encoding="utf-8") != "kept")
