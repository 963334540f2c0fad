"""What the dates of a cluster are, as far as they are known."""

from datetime import datetime, timedelta

from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.dates import Dates, NoEnd
from hsmtui.model.findings.finding import Known
from hsmtui.model.findings.rules.certificates import Unreadable, known_end
from hsmtui.model.newest_backup import Recency, judge_newest

_DAY = timedelta(days=1)


def find_dates(cluster: Cluster, now: datetime, known: Known, hours: int) -> Dates:
    """The dates of a cluster at a time; a newest backup that is older than `hours` is old."""
    end = _certificate_end(cluster, known)
    days = -((now - end) // _DAY) if isinstance(end, datetime) else 0
    return Dates(end, days, _recency(cluster, now, known, hours))


def _certificate_end(cluster: Cluster, known: Known) -> datetime | NoEnd:
    if cluster.odd and cluster.is_odd_in("", "Certificates"):
        return NoEnd.UNREAD
    certificates = cluster.certificates
    pem = certificates.cluster_certificate if certificates else None
    if not pem:
        return NoEnd.NONE
    end = known_end(pem) if known.certificates else None
    return NoEnd.UNREAD if end is None or isinstance(end, Unreadable) else end


def _recency(cluster: Cluster, now: datetime, known: Known, hours: int) -> Recency | None:
    """An entry without an id has none that are known to be its own."""
    if not isinstance(known.backups, tuple) or not cluster.has_id:
        return None
    return judge_newest(known.backups, now, hours).recency
