"""The incident of docs/triage.md, taken step by step: what it sends, records, and puts right."""

from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from hsmtui.ui.widgets.cluster_table import ClusterTable
from tests.pages import ROOT
from tests.recorded import read_audit

READING = ("Describe", "Get", "List", "Lookup")
SENT = ["CreateHsm", "InitializeCluster", "DeleteHsm", "ModifyCluster", "CopyBackupToRegion"]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script that draws it; there, a cluster is read again every five seconds."""
    monkeypatch.syspath_prepend(str(ROOT / "screenshots"))
    import make

    load = make.load
    monkeypatch.setattr(make, "load", lambda *a, **k: replace(load(*a, **k), poll_seconds=0.1))
    return make


def values(sent: Any) -> list[str]:
    """What is sent, one text each; of a certificate its SHA-256, as it is shown."""
    if isinstance(sent, str):
        is_pem = sent.startswith("-----BEGIN")
        return [fingerprint(sent) if is_pem else sent] if sent != "DAYS" else ["days"]
    return [text for each in sent.values() for text in values(each)]


def fingerprint(pem: str) -> str:
    return x509.load_pem_x509_certificate(pem.encode()).fingerprint(SHA256()).hex().upper()


async def test_each_request_is_sent_once_as_shown_and_recorded_and_its_findings_go(
    make, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    plane = make.StandingPlane()

    def sent() -> list[Any]:
        return [each for each in plane.requests if not each.operation.startswith(READING)]

    shown, found, said = [], [], ""
    with make.demo_app(make.ONE_PLACE, plane) as app:
        async with app.run_test(size=make.SMALL) as stage:
            async for step in make.walked(stage, plane.standing):
                shown += [said] * (len(sent()) - len(shown))
                said = make.said(app.screen)
                row = app.screen_stack[0].query_one(ClusterTable).row
                found.append({finding.rule for finding in row.findings.findings})
                last = step
        records = read_audit(app.settings.paths.audit_file).records

    requests = sent()
    assert [request.operation for request in requests] == SENT
    assert {request.status for request in requests} == {200}
    for request, words in zip(requests, shown, strict=True):
        assert [text for text in values(request.parameters) if text not in words] == []
    assert [(each.operation, each.phase, each.outcome) for each in records] == [
        (operation, *end)
        for operation in SENT
        for end in (("before", "unknown"), ("after", "done"))
    ]
    repaired = {"CL-DEGRADED", "HSM-DEGRADED", "HSM-UNHEALTHY", "SINGLE-HSM", "RETENTION"}
    assert repaired <= set.union(*found[:6])
    assert found[-1] == {"TWO-HSM"}
    assert last.words.startswith("H ")
    (page,) = tmp_path.glob("cluster-*.md")
    assert requests[0].parameters["ClusterId"] in page.read_text()
    assert plane.standing.now() - make.MOMENT < timedelta(minutes=1)
