"""The gate of a tag: when it may be changed, judged from what the service listed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.cluster import Cluster, Tag
from hsmtui.model.gates.edit_tag import EditTagGate, TagEdit, judge_edit_tag
from hsmtui.model.gates.gate import Reason

ID = "cluster-fhtbm47tsjo"
OWNER = Tag("Owner", "alice")
ADD = TagEdit("Team", None, "pki")
CHANGE = TagEdit("Owner", "alice", "bob")
REMOVE = TagEdit("Owner", "alice", None)


def listed(*tags: Tag) -> list[Cluster]:
    return [Cluster(cluster_id=ID, state="ACTIVE", tag_list=tags)]


def judged(edit: TagEdit, *tags: Tag, why_read_only: str = "") -> EditTagGate:
    return judge_edit_tag(ID, edit, listed(*tags), why_read_only=why_read_only)


def test_a_gate_starts_shut():
    assert not EditTagGate(ID).is_open


@pytest.mark.parametrize("edit", [ADD, CHANGE, REMOVE])
def test_a_tag_as_it_was_shown_opens(edit):
    gate = judged(edit, OWNER)
    assert gate.is_open
    assert gate.allows(ID)


def test_the_operation_follows_from_what_is_to_become_of_it():
    operations = [edit.operation for edit in (ADD, CHANGE, REMOVE, TagEdit("a", "b", ""))]
    assert operations == ["TagResource", "TagResource", "UntagResource", "TagResource"]


@pytest.mark.parametrize(
    ("edit", "tags", "news"),
    [
        (ADD, [Tag("Team", "hsm")], '"hsm"'),
        (ADD, [Tag("Team", "")], '""'),
        (CHANGE, [Tag("Owner", "carol")], '"carol"'),
        (CHANGE, [Tag("owner", "alice")], "no tag has this key"),
        (CHANGE, [], "no tag has this key"),
        (CHANGE, [OWNER, Tag("Owner", "bob")], "2 times"),
        (REMOVE, [Tag("Owner", "alice ")], '"alice "'),
        (REMOVE, [], "no tag has this key"),
        (TagEdit("Owner", "", None), [], "no tag has this key"),
    ],
)
def test_a_tag_that_is_not_as_it_was_shown_shuts(edit, tags, news):
    gate = judged(edit, *tags)
    assert gate.reason is Reason.CHANGED
    assert news in gate.detail


@pytest.mark.parametrize(
    ("clusters", "reason"),
    [
        ([], Reason.GONE),
        (listed(OWNER) * 2, Reason.UNCHECKED),
        ([Cluster(cluster_id=ID.upper(), tag_list=(OWNER,))], Reason.UNCHECKED),
        ([Cluster(cluster_id=ID, state="ACTIVE", tag_list=None)], Reason.UNCHECKED),
        ([Cluster(cluster_id=ID, state="DELETED", tag_list=(OWNER,))], Reason.DELETED),
    ],
)
def test_what_else_comes_shuts(clusters, reason):
    gate = judge_edit_tag(ID, CHANGE, clusters, why_read_only="")
    assert gate.reason is reason


def test_read_only_shuts_and_says_by_what():
    gate = judged(CHANGE, OWNER, why_read_only='profiles."prod-*" in config.toml')
    assert gate.reason is Reason.READ_ONLY
    assert 'by profiles."prod-*"' in gate.why_shut


def test_what_the_service_would_refuse_shuts():
    full = [Tag(f"k{n}", "") for n in range(50)]
    assert judged(ADD, *full).reason is Reason.RULES
    assert judged(TagEdit("k0", "", "new"), *full).is_open
    assert judged(TagEdit("aws:x", "y", None), Tag("aws:x", "y")).reason is Reason.RULES
    assert judged(TagEdit("Owner", "alice", "a,b"), OWNER).reason is Reason.RULES


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (ADD, 'Team: none -> "pki"'),
        (CHANGE, 'Owner: "alice" -> "bob"'),
        (REMOVE, 'Owner: "alice" -> none'),
        (TagEdit("Owner", "", " "), 'Owner: "" -> " "'),
    ],
)
def test_it_is_recorded_with_old_and_new_value(edit, words):
    assert edit.words == words


def test_what_a_person_may_not_mean_is_told():
    assert CHANGE.cautions([OWNER]) == []
    assert REMOVE.cautions([OWNER]) == []
    assert TagEdit("Owner", "a", "b ").cautions([OWNER]) == [
        "The value begins or ends with a blank."
    ]
    value, key, twin = TagEdit("owner ", None, " ").cautions([Tag("Owner ", "")])
    assert "only blanks" in value
    assert "key begins or ends" in key
    assert twin.startswith("Owner  differs in case only")


@pytest.mark.parametrize(
    ("edit", "before", "done"),
    [
        (ADD, [OWNER], [OWNER, Tag("Team", "pki")]),
        (CHANGE, [OWNER], [Tag("Owner", "bob")]),
        (REMOVE, [OWNER], [Tag("owner", "alice")]),
    ],
)
def test_it_is_done_when_the_tags_say_so(edit, before, done):
    assert edit.is_done(done)
    assert not edit.is_done(before)


TAGS = st.lists(
    st.builds(Tag, key=st.sampled_from(["a", "A", "aws:a"]), value=st.sampled_from(["", "x"])),
    max_size=4,
).map(tuple)
CLUSTERS = st.builds(
    Cluster,
    cluster_id=st.sampled_from([ID, ID.upper()]),
    state=st.sampled_from([None, "ACTIVE", "DELETED"]),
    tag_list=st.none() | TAGS,
)
EDITS = st.builds(
    TagEdit,
    st.sampled_from(["a", "A", "aws:a"]),
    st.sampled_from([None, "", "x"]),
    st.sampled_from([None, "", "x", "*"]),
)


@given(edit=EDITS, clusters=st.lists(CLUSTERS, max_size=2), why=st.sampled_from(["", "a rule"]))
def test_an_open_gate_saw_exactly_what_was_shown(edit, clusters, why):
    if judge_edit_tag(ID, edit, clusters, why_read_only=why).is_open:
        (cluster,) = clusters
        assert (cluster.cluster_id, why) == (ID, "")
        shown = () if edit.before is None else (edit.before,)
        assert tuple(t.value for t in cluster.tag_list or () if t.key == edit.key) == shown
        assert edit.problem(cluster.tag_list or ()) == ""


@pytest.mark.parametrize(
    ("before", "after", "noun"),
    [("a", "b", "Change"), (None, "b", "Add"), ("", "b", "Change"), ("a", None, "Remove")],
)
def test_what_it_is_in_a_word(before, after, noun):
    assert TagEdit("key", before, after).verb == noun
