"""The header in any room: the account is never cut, and a wider line says all that a shorter one
does."""

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hsmtui.model.findings.severity import Severity
from hsmtui.ui.widgets.header import HeaderState, header_line
from hsmtui.ui.widgets.severity_counts import SeverityCounts

ACCOUNT = "4417-0923-8812"
LONG = "acme-ledger-prod-SecurityAudit"
ENDPOINT = "https://vpce-0f3c9a7b-q1w2e3r4.cloudhsmv2.us-east-1.vpce.amazonaws.com"
FEW = SeverityCounts(((Severity.CRITICAL, 5), (Severity.HIGH, 13), (Severity.INFO, 2)), 3, 9, "25+")


def asked_by(short: str) -> Any:
    """A connection, of which STS has said who asks."""
    caller = SimpleNamespace(account=ACCOUNT.replace("-", ""), short=short)
    done: Future[Any] = Future()
    done.set_result(caller)
    return SimpleNamespace(caller=done, known_caller=caller)


def state(**parts: Any) -> HeaderState:
    usual = HeaderState("prod", "", "us-east-1", asked_by("Triage"), "", "RW", False, None)
    return usual._replace(**parts)


def line(said: HeaderState, width: int, counts: SeverityCounts = FEW) -> str:
    shown = header_line(said, counts, width)
    assert shown.cell_length == width
    return shown.plain


NAMES = st.sampled_from(["default", LONG, LONG * 3, "産業-prod", "x"]) | st.text(
    st.characters(categories=("L", "N", "P"), exclude_characters="…"), min_size=1, max_size=60
)
COUNTS = st.builds(
    SeverityCounts,
    st.lists(st.integers(1, 999), max_size=5).map(
        lambda numbers: tuple(zip(Severity, numbers, strict=False))
    ),
    st.integers(0, 40),
    st.integers(0, 999),
    st.sampled_from(["25+", "312", "10000+"]),
    st.booleans(),
)
STATES = st.builds(
    state,
    name=NAMES,
    source=st.sampled_from(["", "environment keys", "AWS_CREDENTIAL_FILE"]),
    where=st.sampled_from(["us-east-1", "ap-southeast-4", "us-gov-west-1", "240 places"]),
    connection=NAMES.map(asked_by),
    endpoint=st.sampled_from(["", ENDPOINT, "http://127.0.0.1:43117", "12 endpoints"]),
    mode=st.sampled_from(["RO", "RW", "RO/RW"]),
    demo=st.booleans(),
    color=st.sampled_from([None, "red", "bright_blue"]),
    file=st.sampled_from(["", "check.json", "a-very-long-name-of-a-file-that-was-kept.json"]),
)


@given(STATES, COUNTS, st.integers(20, 250))
@example(state(name=LONG, source="environment keys", endpoint=ENDPOINT), FEW, 80)
def test_account_and_mode_are_whole(said, counts, width):
    shown = line(said, width, counts)
    assert ACCOUNT in shown
    assert shown.endswith(f" {said.mode}")


@settings(max_examples=15)  # each walks all widths
@given(STATES, COUNTS)
def test_a_wider_line_says_all_that_a_shorter_one_says(said, counts):
    before: dict[str, int] = {}
    for width in range(20, 251):
        now = told(said, counts, line(said, width, counts))
        lost = [part for part, cells in before.items() if now[part] < cells]
        assert not lost, f"{lost} at {width}: {line(said, width, counts)!r}"
        before = now


def told(said: HeaderState, counts: SeverityCounts, shown: str) -> dict[str, int]:
    """How much of each part the line says."""
    caller = said.connection.known_caller.short if said.connection else ""
    clipped = {"name": said.name, "file": said.file, "endpoint": said.endpoint, "caller": caller}
    whole = ("hsmtui", said.where, f"({said.source})", "DEMO", "accepted", " of ")
    glyphs = [f"{severity.glyph}{number}" for severity, number in counts.counts]
    named = [f"{severity.glyph} {number} {severity.word}" for severity, number in counts.counts]
    return {
        **{part: _longest(text, shown) for part, text in clipped.items()},
        **{f"word {word}": word in shown for word in whole},
        **{f"count {a}": a in shown or b in shown for a, b in zip(glyphs, named, strict=True)},
    }


def _longest(text: str, shown: str) -> int:
    """How many characters of a text the line begins it with, at least four of them."""
    return next((n for n in range(len(text), 3, -1) if text[:n] in shown), 0)


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (40, "acme…dit · us-east-1 · 4417-0923-8812 RW"),
        (60, "acme…dit · us-east-1 · 4417-0923-8812 https://v…onaws.com RW"),
        (80, "acme…dit · us-east-1 · 4417-0923-8812 https://vpce-0f3c9a….vpce.amazonaws.com RW"),
    ],
)
def test_what_gives_way_first(width, shown):
    said = line(state(name=LONG, endpoint=ENDPOINT), width, SeverityCounts())
    assert " ".join(said.split()) == " ".join(shown.split())


def test_in_room_enough_all_is_said():
    said = line(state(name=LONG, source="environment keys", endpoint=ENDPOINT), 250)
    assert said.startswith(f"hsmtui  {LONG} (environment keys) · us-east-1 · {ACCOUNT} Triage  ")
    assert said.endswith(
        "findings ■ 5 critical  ▲ 13 high  · 2 info, 3 accepted, in 9 of 25+ clusters"
        f"  {ENDPOINT} RW"
    )


def test_of_several_places_it_says_how_many():
    several = state(name="prod", where="12 profiles · 240 places", connection=None, mode="RO/RW")
    assert line(several, 60, SeverityCounts()).startswith("hsmtui  prod · 12 profiles · 240 places")
    assert line(several, 34, SeverityCounts()) == "12 profiles · 240 places     RO/RW"


def test_what_is_not_known_yet_is_not_left_out():
    coming: Any = SimpleNamespace(caller=Future())
    assert "us-east-1 · … " in line(state(connection=coming), 60)


def test_a_file_is_named_where_the_word_hsmtui_has_no_room():
    opened = state(name="audit", file="check-2026-11-02.json", connection=asked_by("x"), mode="RO")
    assert line(opened, 80, SeverityCounts()).startswith("hsmtui  check-2026-11-02.json · audit · ")
    assert line(opened, 66, SeverityCounts()).startswith("check-2026-11-02.json · audit · ")
    assert line(opened, 56, SeverityCounts()).startswith("check")


def test_an_account_that_is_none_of_aws_hides_neither_place_nor_profile():
    caller = SimpleNamespace(account="\x1b[31m" * 300, short="Triage")
    done: Future[Any] = Future()
    done.set_result(caller)
    shown = line(state(connection=SimpleNamespace(caller=done, known_caller=caller)), 80)
    assert shown.startswith(r"prod · us-east-1 · \x1b[31m")
