"""The room of the screen: widening never loses a column or a tab; the panes share by need."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Size

from hsmtui.model.columns import (
    ACCOUNT,
    COLUMN_IDS,
    COLUMNS,
    PLACE_COLUMNS,
    PROFILE,
    REGION,
    Column,
    choose,
    fit,
    with_places,
)
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.main.arrangement import LEAST_DETAILS, Panes, arrange
from hsmtui.ui.widgets.cluster_table import TABLE_MARGIN
from hsmtui.ui.widgets.details import tab_rows
from hsmtui.ui.widgets.tabs import TABS

WIDTHS = range(60, 251)
HEIGHTS = (16, 24, 50)
KEYS = {tab.id: key_of(f"details.{tab.id}", {}) for tab in TABS}
DIFFERING = [each for n in range(1, 4) for each in combinations(PLACE_COLUMNS, n)]


def list_at(
    width: int, columns: Sequence[Column], *, height: int = 50, several: bool = False
) -> dict[str, int]:
    """The columns of the list on a screen, each with its cells."""
    at = arrange(Size(width, height), several=several, rows=None)
    beside = at.width if isinstance(at.width, int) else 0
    fitted = fit(columns, width - beside - TABLE_MARGIN, steady=at.list_width - TABLE_MARGIN)
    assert sum(cells + 1 for _, cells in fitted) - 1 <= width - beside or len(fitted) == 1
    return {column.header: cells for column, cells in fitted}


def tabs_at(width: int, height: int, chosen: str) -> list[Mapping[str, str]]:
    """The lines of tabs on a screen that shows the details."""
    at = arrange(Size(width, height), several=False, rows=None)
    inner = at.width - 1 if isinstance(at.width, int) else width
    rows = tab_rows(KEYS, chosen, inner, at.tab_lines)
    assert all(sum(len(label) + 1 for label in row.values()) + 1 <= inner for row in rows)
    return list(rows)


def lost(sets: Iterable[tuple[int, set[str]]]) -> Iterator[tuple[int, set[str]]]:
    """What was there at a smaller width, and is not at a greater one."""
    before: set[str] = set()
    for width, there in sets:
        if before - there:
            yield width, before - there
        before |= there


class TestWidening:
    @pytest.mark.parametrize("height", HEIGHTS)
    def test_loses_no_column_of_one_place(self, height):
        shown = [(width, set(list_at(width, COLUMNS, height=height))) for width in WIDTHS]
        assert list(lost(shown)) == []
        assert {"AZS", "TYPE", "MODE"} <= shown[-1][1]

    @pytest.mark.parametrize("differing", DIFFERING)
    def test_loses_no_column_of_several(self, differing):
        columns = with_places(COLUMNS, differing)
        sets = [(width, set(list_at(width, columns, several=True))) for width in WIDTHS]
        assert list(lost(sets)) == []

    def test_of_several_places_keeps_what_a_triage_needs(self):
        columns = with_places(COLUMNS, (PROFILE, ACCOUNT, REGION))
        needed = {"PROFILE", "ACCOUNT", "REGION", "CLUSTER", "NAME", "STATE", "FINDINGS", "HSMS"}
        for width in range(120, 301):
            assert needed <= set(list_at(width, columns, several=True)), width

    @given(st.lists(st.sampled_from(COLUMN_IDS), min_size=1, unique=True), st.booleans())
    def test_loses_none_of_chosen_columns(self, ids, several):
        columns = with_places(choose(ids), PLACE_COLUMNS if several else ())
        sets = [(width, set(list_at(width, columns, several=several))) for width in WIDTHS]
        assert list(lost(sets)) == []

    @pytest.mark.parametrize("several", [False, True])
    def test_keeps_a_name_readable_where_less_important_columns_are_there(self, several):
        columns = with_places(COLUMNS, PLACE_COLUMNS if several else ())
        for width in WIDTHS:
            shown = list_at(width, columns, several=several)
            least = 40 if "VPC" in shown else 26 if "AZS" in shown else 12
            assert shown["NAME"] >= least, width

    def test_of_the_details_beside_the_list_takes_no_cell_of_a_name(self):
        cells = [list_at(width, COLUMNS)["NAME"] for width in range(150, 301)]
        assert cells == sorted(cells)

    @pytest.mark.parametrize("height", HEIGHTS)
    @pytest.mark.parametrize("chosen", [tab.id for tab in TABS])
    def test_loses_no_name_of_a_tab(self, chosen, height):
        named = [
            (
                width,
                {
                    tab_id
                    for row in tabs_at(width, height, chosen)
                    for tab_id, label in row.items()
                    if label != KEYS[tab_id]
                },
            )
            for width in WIDTHS
        ]
        assert list(lost(named)) == []
        assert all(len(names) == len(TABS) for width, names in named if width >= 80)

    def test_makes_no_pane_narrower(self):
        for several in (False, True):
            lists, details = [], []
            for width in range(60, 301):
                at = arrange(Size(width, 50), several=several, rows=None)
                if isinstance(at.width, int):
                    details.append(at.width)
                    lists.append(width - at.width)
                assert at.list_width <= width
            assert lists == sorted(lists)
            assert details == sorted(details)
            assert details[0] == LEAST_DETAILS


def titles(row: Mapping[str, str]) -> str:
    return " ".join(row.values())


class TestTabs:
    def test_have_a_title_each_at_80_columns_beside_a_name(self):
        (row,) = tabs_at(80, 24, "overview")
        assert titles(row) == (
            "1 Overview 2 HSMs 3 Certs 4 Tags 5 JSON 6 Finds 7 Backups 8 Health 9 Trail"
        )

    def test_have_no_short_title_where_there_is_room(self):
        for width in (112, 120, 149):
            assert "3 Certificates" in titles(tabs_at(width, 24, "overview")[0])
        for width in (150, 200, 250):
            assert "3 Certificates" in " ".join(map(titles, tabs_at(width, 50, "json")))

    @pytest.mark.parametrize("chosen", TABS)
    def test_keep_the_title_of_the_one_that_is_chosen(self, chosen):
        for width in range(len(chosen.title) + 4, 251):
            rows = tabs_at(width, 16, chosen.id)
            assert f"{KEYS[chosen.id]} {chosen.title}" in " ".join(map(titles, rows))

    @given(st.integers(1, 250), st.integers(0, 4), st.sampled_from(TABS))
    def test_have_whole_words_or_none(self, width, tab_lines, chosen):
        words = {word for tab in TABS for word in ("", f" {tab.title}", f" {tab.short}")}
        rows = tab_rows(KEYS, chosen.id, width, tab_lines)
        assert len(rows) <= max(1, tab_lines)
        assert any(chosen.id in row for row in rows)
        for row in rows:
            assert {label[1:] for label in row.values()} <= words


class TestPanes:
    @pytest.mark.parametrize(
        ("size", "several", "panes"),
        [
            ((60, 16), False, Panes.ONE),
            ((79, 50), False, Panes.ONE),
            ((149, 23), False, Panes.ONE),
            ((80, 24), False, Panes.BELOW),
            ((149, 24), False, Panes.BELOW),
            ((150, 24), False, Panes.BESIDE),
            ((150, 10), False, Panes.BESIDE),
            ((177, 50), True, Panes.BELOW),
            ((178, 50), True, Panes.BESIDE),
        ],
    )
    def test_stand_where_there_is_room(self, size, several, panes):
        assert arrange(Size(*size), several=several, rows=None).panes is panes

    @pytest.mark.parametrize(
        ("height", "rows", "lines"),
        [
            (24, None, 10),  # as many clusters as there may be
            (50, None, 19),
            (50, 6, 42),  # two clusters
            (50, 24, 24),
            (50, 29, 19),
            (50, 400, 19),
            (24, 4, 16),
        ],
    )
    def test_share_the_lines_by_need(self, height, rows, lines):
        assert arrange(Size(100, height), several=False, rows=rows).height == lines

    @given(st.integers(24, 200), st.none() | st.integers(4, 10_000))
    def test_leave_each_other_what_it_needs(self, height, rows):
        at = arrange(Size(100, height), several=False, rows=rows)
        assert isinstance(at.height, int)
        of_list = height - 2 - at.height
        assert at.height >= 10
        assert of_list >= min(rows or 12, 12)
        assert at.height <= max(10, (height - 2) * 2 // 5) or of_list >= (rows or 0)

    @given(st.integers(0, 300), st.integers(0, 120), st.booleans(), st.booleans())
    def test_are_one_at_a_time_where_one_is_zoomed(self, width, height, several, zoomed):
        at = arrange(Size(width, height), several=several, rows=None, is_zoomed=zoomed)
        if zoomed:
            assert (at.panes, at.list_width) == (Panes.ONE, width)
        assert at.tab_lines >= 0
