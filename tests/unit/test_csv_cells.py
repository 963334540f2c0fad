"""CSV that reads back as it was, and in which no spreadsheet finds a formula."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.export.csv_cells import as_csv
from hsmtui.model.text import visible
from tests.hostile import CORPUS

SIGNS = "=+-@＝＋－＠"
cells = st.one_of(
    st.text(st.sampled_from("=+-@＝;,\t\r\n \u00a0\"'`ab1|()")),
    st.text(),
    st.sampled_from([*CORPUS.values()]),
)


def read(text: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def calculates(cell: str) -> bool:
    return cell.lstrip(" \t\u00a0\u3000\"'`")[:1] in set(SIGNS) and not cell.startswith("'")


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+41 44", "'+41 44"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("'=1", "''=1"),
        ('"=1', '"\'""=1"'),
        ("\t=1", "\\t=1"),
        ("\r=1", "\\r=1"),
        ("＝1", "'＝1"),
        ("a;=1", "a;'=1"),
        ("a, b", '"a, b"'),
        ('say "x"', '"say ""x"""'),
        ("cluster-abc", "cluster-abc"),
        ("012345678901", "'012345678901"),  # a spreadsheet would drop its 0
        ("111111111111", "111111111111"),
        ("1234567890123456", "'1234567890123456"),
        ("12e34", "'12e34"),
        ("0", "0"),
        (12, "12"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_cell(cell: str | int, written: str) -> None:
    assert as_csv(["ID", "NAME"], [["a", cell]]) == f"ID,NAME\r\na,{written}\r\n"


@given(st.lists(st.tuples(st.just("id"), cells, cells)))
def test_cells_come_back_as_texts(rows: list[tuple[str, str, str]]) -> None:
    text = as_csv(["ID", "A", "B"], rows)
    assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]", text)
    header, *found = read(text)
    assert header == ["ID", "A", "B"]
    assert len(found) == len(rows)
    for row, back in zip(rows, found, strict=True):
        assert [cell.replace("'", "") for cell in back] == [
            visible(cell).replace("'", "") for cell in row
        ]
        assert not any(map(calculates, back))


@given(st.lists(st.tuples(st.just("id"), cells), min_size=1))
def test_nor_where_semicolons_part_cells(rows: list[tuple[str, str]]) -> None:
    for row in read(as_csv(["ID", "A"], rows), ";"):
        assert not any(map(calculates, row))
