"""What the demo shows: each finding, and each case in which a change is refused."""

from datetime import datetime

import pytest

from hsmtui.aws.backups import fetch_backups
from hsmtui.aws.clusters import fetch_page
from hsmtui.aws.metrics import read_health
from hsmtui.aws.pages import Position
from hsmtui.demo.cloudwatch import BUSY
from hsmtui.demo.control_plane import ControlPlane
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.evaluate import RULES, find
from hsmtui.model.findings.finding import Known
from hsmtui.model.findings.limits import Rules
from hsmtui.model.health import SPANS
from tests.scripted import StandingClock

FIRST_PAGES = 3


@pytest.fixture
def read_timeout() -> float:
    """The demo reads the model of CloudWatch with the first request for it."""
    return 20.0


@pytest.fixture
def plane(clock: StandingClock) -> ControlPlane:
    return ControlPlane(clock=clock, clusters=25 * FIRST_PAGES)


def first_clusters(connection) -> list[Cluster]:
    found, position = [], Position({})
    for _ in range(FIRST_PAGES):
        page = fetch_page(connection, position, 25)
        found += page.entries
        position = page.next
    return found


def all_backups(connection) -> dict[str, tuple[Backup, ...]]:
    found, position = {}, Position()
    while position is not None:
        page = fetch_backups(connection, position)
        for backup in page.entries:
            found[backup.cluster_id] = (*found.get(backup.cluster_id, ()), backup)
        position = page.next
    return found


def breaches(clusters: list[Cluster], backups, health, now: datetime) -> set[str]:
    rules = Rules(required_tags=("Name",))
    return {
        finding.rule
        for cluster in clusters
        for finding in find(
            cluster,
            now,
            rules,
            Known(
                None,
                backups.get(cluster.cluster_id, ()),
                certificates=True,
                health=health.get(cluster.cluster_id),
            ),
        ).findings
    }


def test_the_first_pages_show_every_finding(plane, connection, clock):
    now = clock.now()
    clusters = first_clusters(connection)
    health = {
        cluster.cluster_id: read_health(connection, cluster, SPANS[0], now)
        for cluster in clusters
        if cluster.name in {BUSY, "root-ca-ceremony"}
    }
    seen = breaches(clusters, all_backups(connection), health, now)
    assert seen == set(RULES)
