"""The number at a bar of the overview is that of the rows which its filter shows."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple, cast

from hypothesis import given
from hypothesis import strategies as st

from hsmtui.aws.connection import Connection
from hsmtui.aws.pages import Page
from hsmtui.fleet.listing import Listing, Sort, View
from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.filter.query import parse
from hsmtui.model.findings.dates import Dates, NoEnd
from hsmtui.model.findings.finding import Finding, Findings, NotYet
from hsmtui.model.findings.severity import Severity
from hsmtui.model.newest_backup import Recency
from hsmtui.model.overview import overview_of

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


class Stand(NamedTuple):
    """What a listing and a filter look at of a connection."""

    profile_name: str
    account: str | None
    region: str


def cluster(number: int, state: str | None, zones: list[str], hsms: int) -> Cluster:
    return Cluster(
        cluster_id=f"cluster-{number}",
        state=state,
        subnet_mapping=dict.fromkeys(zones, "subnet-1"),
        hsms=tuple(Hsm(hsm_id="h", availability_zone=zone, state=state) for zone in zones[:hsms]),
    )


CLUSTERS = st.builds(
    cluster,
    st.integers(0, 40),
    st.sampled_from(["ACTIVE", "DEGRADED", "BRAND_NEW", None]),
    st.lists(st.sampled_from(["eu-west-1a", "eu-west-1b", "us-gov-west-1a"]), max_size=3),
    st.integers(0, 3),
)
STANDS = st.builds(
    Stand,
    st.sampled_from(["prod", "prod-dr"]),
    st.sampled_from([None, "111111111111", "222222222222"]),
    st.sampled_from(["eu-west-1", "us-gov-west-1"]),
)


def assess(_: object, cluster: Cluster, now: datetime) -> Findings:
    """Something of each kind, by the number of the cluster."""
    number = int(cluster.cluster_id.removeprefix("cluster-"))
    severity = [*Severity, None][number % 6]
    found = (Finding("STUCK", severity, "", (), "", ""),) if severity else ()
    end = NOW + timedelta(days=40 * number - 200)
    return Findings(
        found,
        (NotYet("CERT-KEY", ""),) if number % 5 == 0 else (),
        dates=Dates(
            end if number % 7 else NoEnd.NONE,
            -((NOW - end) // timedelta(days=1)) if number % 7 else 0,
            [None, *Recency][number % 6],
        ),
    )


@given(
    st.lists(
        st.tuples(STANDS, st.lists(CLUSTERS, max_size=8)), max_size=4, unique_by=lambda p: p[0]
    )
)
def test_over_several_places(places):
    listings = []
    for stand, clusters in places:
        listing = Listing(cast("Connection", stand), {}, assess)
        listing.extend(Page(tuple(clusters), None), NOW)
        listings.append(listing)
    rows = [row.judged for listing in listings for row in listing.rows.values()]
    for section in overview_of(rows, NOW, 26):
        for bar in section.bars:
            assert bar.number == len(View(listings, parse(bar.query), Sort())), (section.title, bar)
        if section.is_partition:
            assert sum(bar.number for bar in section.bars) == len(rows), section.title
