"""The text of the trail's tab: one line an event at 80 columns, and more where there is room."""

from datetime import timedelta

import pytest

from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Position
from hsmtui.aws.trail import EventPage
from hsmtui.fleet.recorded import RecordedCluster
from hsmtui.fleet.trail import EventStream, Trail
from hsmtui.model.cluster import Cluster, decode_cluster
from hsmtui.model.trail import Actor, TrailEvent
from hsmtui.ui.widgets.cut_text import MOST_LINES
from hsmtui.ui.widgets.detail_view import DetailView, RelatedData
from hsmtui.ui.widgets.hanging_text import HangingText
from hsmtui.ui.widgets.trail_tab import MOST_IN_FULL, fold_equal, trail
from tests.conftest import NOON
from tests.hostile import CORPUS

CLUSTER = Cluster(cluster_id="cluster-aaaaaaaaaaa", hsms=())
MORE = Position(token="more")
ALICE = Actor("AssumedRole", "alice", "arn:aws:sts::1:assumed-role/Triage/alice", "Triage")
DENIED = HsmtuiError(
    title="Not allowed: LookupEvents",
    detail="Computer says no.",
    remedy="The policy must allow cloudtrail:LookupEvents.",
    operation="LookupEvents",
    request_id="request-1",
)


def event(number=0, **more):
    fields = {
        "key": f"id-{number}",
        "time": NOON - timedelta(minutes=number),
        "name": "CreateHsm",
        "who": ALICE,
        "address": "198.51.100.170",
        "agent": "aws-cli/2.31",
        "parameters": (("clusterId", CLUSTER.cluster_id), ("availabilityZone", "us-east-1a")),
        "reads": False,
    }
    return TrailEvent(**(fields | more))


def known_of(*events, following=None, problem=None):
    begun = Trail((EventStream(Position()),), is_due=False)
    return begun.extended(0, EventPage(events, following, problem), NOON)


def shown_in(known, *, width=78, cluster=CLUSTER):
    view = DetailView(cluster, width, NOON, {}, related=RelatedData(trail=known))
    return HangingText(trail(view))


def rows(known, width=78, **more):
    return [row.text.plain for row in shown_in(known, width=width, **more).rows(width)]


def text(known, **more):
    return str(shown_in(known, **more))


def test_an_event_is_a_line_at_80_columns():
    refused = {"error": "AccessDenied", "name": "InitializeCluster", "parameters": ()}
    own = event(1, agent="Boto3/1.4 hsmtui/0.1")
    head, plain, mine, failed, *_ = rows(known_of(event(), own, event(2, **refused)))[1:]
    assert head.split() == ["WHEN", "(UTC)", "WHO", "WHAT", "FROM"]
    assert plain.split() == ["03-01", "12:00", "alice", "CreateHsm", "198.51.100.170", "us-east-1a"]
    assert mine.split() == [
        *("03-01", "11:59", "alice", "CreateHsm", "198.51.100.170", "hsmtui", "us-east-1a"),
    ]
    assert failed.endswith("198.51.100.170 ▲ AccessDenied")


def test_who_it_was_is_told_in_full_once_at_the_end():
    name = "somebody.with.a.long.name@example.com"
    arn = f"arn:aws:sts::111111111111:assumed-role/Triage/{name}"
    long = Actor("AssumedRole", name, arn, "Triage")
    every = [event(1, who=long), event(2), event(3, who=long), event(4, who=Actor("Root", "root"))]
    shown = rows(known_of(*every), width=80)
    lines = [line for line in shown if line.startswith("03-01")]
    names = [line.split()[2] for line in lines]
    assert names == ["somebody.with.a.long.name@…", "alice", "somebody.with.a.long.name@…", "root"]
    assert "".join(shown).replace(" ", "").count(arn) == 1
    assert f"alice: {ALICE.arn}" in shown
    crowd = [event(n, who=Actor("", f"u{n}", f"arn:{n}")) for n in range(MOST_IN_FULL + 3)]
    assert "and 3 others" in text(known_of(*crowd))


def test_an_error_is_red_and_has_its_word_and_its_message():
    failed = event(error="CloudHsmInvalidRequestException", message="The cluster has HSMs.")
    shown = shown_in(known_of(failed))
    assert "▲ InvalidRequest" in str(shown)
    assert "The cluster has HSMs." in str(shown)
    (line,) = [line.text for line in shown.lines if "▲" in line.text.plain]
    (span,) = [span for span in line.spans if "red" in str(span.style)]
    assert line.plain[span.start : span.end] == "▲ InvalidRequest"


def test_where_there_is_room_names_are_whole_and_parameters_named():
    wide = text(known_of(event()), width=130)
    for words in ("2026-03-01 12:00:00", "alice (Triage)", "aws-cli", "availabilityZone us-east"):
        assert words in wide
    assert CLUSTER.cluster_id not in wide.split("CloudTrail knows")[0]


def test_parameters_are_whole_where_there_is_room_and_cut_where_not():
    many = tuple((f"name{n}", f"value{n}") for n in range(12))
    known = known_of(event(parameters=many))
    assert "name11 value11" in text(known, width=130)
    assert "value0" in text(known, width=78)
    assert len([row for row in rows(known, 78) if "value" in row]) == 1


@pytest.mark.parametrize("width", [24, 44, 54, 78, 130])
def test_what_was_cut_is_below_and_no_row_is_too_wide(width):
    address = "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"
    name = "somebody.with.a.long.name@example.com"
    known = known_of(event(address=address, who=Actor("IAMUser", name), name="ModifyCluster"))
    shown = rows(known, width)
    assert max(map(len, shown)) <= width
    joined = "".join(shown).replace(" ", "")
    for whole in (address, name, "ModifyCluster"):
        assert whole in joined


def test_the_first_line_says_how_far_it_was_read():
    assert text(known_of(event())).startswith("trail (1) · all of the last 90 days\n")
    known = known_of(event(), event(5), following=MORE)
    assert text(known).startswith("trail (2+) · read back to 2026-03-01 11:55:00 UTC\n")
    assert "m reads further back" in text(known)
    reading = known._replace(is_reading=True)
    assert text(reading).split("\n")[0].endswith("· reading …")
    assert "m reads further back" not in text(reading)
    slow = reading._replace(is_throttled=True)
    assert "reading, slowly: AWS throttles it …" in text(slow).split("\n")[0]


def test_while_not_all_resources_were_read_nothing_is_told():
    begun = Trail((EventStream(Position()), EventStream(Position())), is_due=False)
    known = begun.extended(0, EventPage((event(),), MORE), NOON)._replace(is_reading=True)
    assert text(known).startswith("trail (0+) · 1 of 2 resources read · reading …")
    assert "No change" not in text(known)
    assert "CreateHsm" not in text(known)


def test_nothing_read_is_not_nothing_changed():
    for nothing in (None, Trail(), Trail(is_reading=True)):
        assert "Reading the trail …" in text(nothing)
        assert "No change" not in text(nothing)
    assert "No change is known since 2025-12-01 12:00:00 UTC." in text(known_of())


def test_what_it_never_has_is_always_said():
    for known in (known_of(), known_of(event()), known_of(event(), following=MORE)):
        assert "5 to 15 minutes later" in text(known)
        assert f"/aws/cloudhsm/{CLUSTER.cluster_id}" in text(known)


def test_a_failure_says_what_is_missing_and_keeps_what_was_read():
    failed = text(Trail(problem=DENIED))
    assert "trail (" not in failed
    shown = text(known_of(event(), following=MORE)._replace(problem=DENIED))
    assert "▲ failed, see the end" in shown.split("\n")[0]
    assert "CreateHsm" in shown
    for told in (failed, shown):
        for words in ("cloudtrail:LookupEvents", "request-1", "Computer says no.", "r tries again"):
            assert words in told


def test_events_that_only_read_are_counted_by_their_names():
    reads = [event(n, name=f"Describe{n % 2}", reads=True) for n in range(3)]
    shown = text(known_of(event(5), *reads))
    assert shown.startswith("trail (1)")
    assert "Left out, for they only read: Describe0 2, Describe1 1." in shown
    assert "it is not known whether it only reads" in text(known_of(event(reads=None)))


def test_equal_events_that_follow_one_another_are_one():
    again = [event(n) for n in range(12)]
    other = event(3, address="203.0.113.9")
    told = fold_equal([*again[:3], other, *again[4:]])
    assert [(each.event.key, each.times) for each in told] == [
        ("id-0", 3),
        ("id-3", 1),
        ("id-4", 8),
    ]
    shown = text(known_of(*again))
    assert shown.count("CreateHsm") == 1
    assert "12 times since 2026-03-01 11:49:00 UTC" in shown


def test_what_is_odd_is_told_beside_the_rest():
    shown = text(known_of(event(time=None, odd=("its record is not JSON",))))
    assert "? its record is not JSON" in shown
    assert "alice" in shown


def test_hsms_that_were_not_asked_for_are_told():
    assert "the events of 5 HSMs" in text(known_of()._replace(hsms_left_out=5))
    unknown = Cluster(cluster_id="cluster-aaaaaaaaaaa")
    assert "HSMs, which are not known" in text(known_of(), cluster=unknown)


@pytest.mark.parametrize("name", CORPUS)
@pytest.mark.parametrize("width", [40, 78, 130])
def test_nothing_acts_on_the_terminal(name, width):
    evil = CORPUS[name]
    hostile = event(
        name=evil,
        who=Actor(evil, evil, evil, evil),
        address=evil,
        agent=evil,
        error=evil,
        message=evil,
        parameters=((evil, evil),),
        odd=(evil,),
    )
    reads = event(1, name=evil, reads=True)
    shown = shown_in(known_of(hostile, reads), width=width)
    drawn = shown.drawn(width).plain
    assert not {"\x1b", "\u202e", "\x9b", "\x07", "\u200b"} & set(drawn)
    assert max(row.text.cell_length for row in shown.rows(width)) <= width
    if name == "markup":
        assert "[red]x[/foo]" in drawn.replace("\n", "").replace(" ", "")


def test_of_very_many_changes_the_first_are_drawn():
    many = [event(n, name=f"Change{n}") for n in range(MOST_LINES + 5)]
    shown = text(known_of(*many))
    assert "5 older changes are not drawn" in shown
    assert f"Change{MOST_LINES} " not in shown


def test_an_entry_without_an_id_and_a_file_have_none():
    nameless = decode_cluster({"State": "ACTIVE"}, "entry 1, page 1")
    assert "no id" in text(None, cluster=nameless)
    recorded = RelatedData(recorded=RecordedCluster(CLUSTER, NOON))
    view = DetailView(CLUSTER, 78, NOON, {}, related=recorded)
    assert "AWS is not asked" in str(HangingText(trail(view)))
