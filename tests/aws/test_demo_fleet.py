"""What the demo shows: each finding, and each case in which a change is refused."""

from datetime import datetime

import pytest

from hsmtui.aws.backups import fetch_backups
from hsmtui.aws.clusters import fetch_page
from hsmtui.aws.pages import Position
from hsmtui.demo.control_plane import ControlPlane
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.evaluate import RULES, find
from hsmtui.model.findings.finding import Known
from hsmtui.model.findings.limits import Rules
from tests.scripted import StandingClock

FIRST_PAGES = 3


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


def breaches(clusters: list[Cluster], backups, now: datetime) -> set[str]:
    rules = Rules(required_tags=("Name",))
    return {
        finding.rule
        for cluster in clusters
        for finding in find(
            cluster, now, rules, Known(None, backups.get(cluster.cluster_id, ()), certificates=True)
        ).findings
    }


def test_the_first_pages_show_every_finding(plane, connection, clock):
    now = clock.now()
    seen = breaches(first_clusters(connection), all_backups(connection), now)
    assert seen == set(RULES)
