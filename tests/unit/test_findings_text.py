"""What the details say of findings."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.finding import AcceptedFinding, Finding, Findings, Unchecked
from hsmtui.model.findings.severity import Severity
from hsmtui.model.text import visible
from hsmtui.ui.widgets.detail_view import DetailView, RelatedData
from hsmtui.ui.widgets.findings_tab import findings as findings_tab
from hsmtui.ui.widgets.hanging_text import HangingText

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DEGRADED = Finding(
    "HSM-DEGRADED",
    Severity.CRITICAL,
    "hsm-7qsltqrczv5 is DEGRADED",
    (("HsmId", "hsm-7qsltqrczv5"), ("StateMessage", "HSM creation failed.")),
    "An HSM that failed never recovers.",
    "Delete it and create another.",
)


def findings_text(found, rules, width, ended=None):
    related = RelatedData(found, rules, ended=ended or {})
    lines = findings_tab(DetailView(Cluster(), width, NOW, {}, related=related))
    return HangingText(lines).drawn(width)


def test_a_finding_has_a_glyph_a_word_its_rule_what_was_seen_why_and_the_remedy():
    assert findings_text(Findings((DEGRADED,)), 20, 80).plain.split("\n") == [
        "■ critical HSM-DEGRADED hsm-7qsltqrczv5 is DEGRADED",
        "    HsmId hsm-7qsltqrczv5 · StateMessage HSM creation failed.",
        "    An HSM that failed never recovers.",
        "    → Delete it and create another.",
    ]


def test_rules_that_could_not_be_evaluated_are_told_with_the_reason_they_share():
    unchecked = (
        Unchecked("CERT-KEY", "certificates are not decoded yet"),
        Unchecked("BACKUP-STALE", "backups were not read"),
        Unchecked("CERT-CHAIN", "certificates are not decoded yet"),
    )
    assert findings_text(Findings((), unchecked), 20, 80).plain.split("\n") == [
        "No findings: 17 rules evaluated.",
        "Not checked: CERT-KEY, CERT-CHAIN: certificates are not decoded yet.",
        "Not checked: BACKUP-STALE: backups were not read.",
    ]


def test_what_is_accepted_stands_below_with_until_when_and_why_and_is_dim():
    single = Finding("SINGLE-HSM", Severity.HIGH, "1 HSM", (("HsmId", "hsm-1"),), "why", "do")
    past = Acceptance("HSM-DEGRADED", date(2026, 2, 28), "a spare\x1b comes")
    until = {date(2026, 3, 1): ", today", date(2026, 3, 2): ", tomorrow"}
    until |= {date(2026, 3, 14): ", in 13 days", date(2026, 3, 15): ""}
    for day, left in until.items():
        accepted = AcceptedFinding(single, Acceptance("SINGLE-HSM", day, "no clients at night"))
        found = Findings((DEGRADED,), accepted=(accepted,))
        text = findings_text(found, 20, 80, ended={"HSM-DEGRADED": past})
        assert text.plain.split("\n")[3:] == [
            "    → Delete it and create another.",
            "    Was accepted until 2026-02-28: a spare\\x1b comes",
            "accepted ▲ high SINGLE-HSM 1 HSM",
            f"    Accepted until {day}{left}: no clients at night",
            "    HsmId hsm-1",
        ]
        dim = "".join(
            text.plain[span.start : span.end] for span in text.spans if "dim" in span.style
        )
        assert "accepted ▲ high SINGLE-HSM" in dim
        assert ("no clients at night" in dim) is not bool(left)
    alone = findings_text(Findings(accepted=(accepted,)), 20, 80).plain
    assert alone.startswith("No findings that are not accepted: 20 rules evaluated.\naccepted ▲")


texts = st.text(max_size=40)
findings = st.builds(
    Finding,
    st.just("RULE"),
    st.sampled_from(Severity),
    texts,
    st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
    texts,
    texts,
)


@given(st.lists(findings, max_size=3), st.integers(20, 120))
def test_whatever_was_seen_is_drawn_as_text_that_does_not_act(found, width):
    text = findings_text(Findings(tuple(found)), 20, width).plain
    assert all(visible(line) == line for line in text.split("\n"))
