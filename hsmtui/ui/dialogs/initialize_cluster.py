"""The dialog that initializes a cluster with a certificate and the root that signed it."""

from collections.abc import Callable, Iterator
from typing import ClassVar

from textual.content import Content

from hsmtui.changes.change import Phase
from hsmtui.changes.initialize_cluster import InitializeCluster
from hsmtui.model.certificates.certificate import Certificate, decode_pem
from hsmtui.model.certificates.chain import VERIFIED_CHAIN
from hsmtui.model.certificates.claim import ANCHOR, SIGNED
from hsmtui.model.certificates.issuance import LinkVerdict
from hsmtui.model.certificates.pem import UnreadablePemError
from hsmtui.model.cluster import Cluster
from hsmtui.model.findings.limits import Rules
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.change import ChangeDialog
from hsmtui.ui.dialogs.consequences import good, warning
from hsmtui.ui.theme import cluster_line
from hsmtui.ui.widgets.certificates_tab import VERDICT_STYLES

_BOTH = "The trust anchor signed the certificate; both are valid now."
FOR_EVER = (
    "This cannot be undone: the certificate stays for ever, and whoever has the key of the CA "
    "owns the cluster."
)


class InitializeClusterDialog(ChangeDialog[InitializeCluster]):
    """It shows both certificates as they were read, what came of each check, and that it is for
    ever."""

    VERB: ClassVar = "Initialize"
    NOUN: ClassVar = "cluster"

    def __init__(
        self,
        change: InitializeCluster,
        confirm: Callable[[InitializeCluster, str], None],
        cluster: Cluster,
    ) -> None:
        self._certificates = tuple(map(_decoded, change.claim))
        super().__init__(change, confirm, cluster)

    def what(self) -> Content:
        """With the state that was read, as long as the service has not changed it."""
        cluster = self._change.gate.cluster or self._cluster
        is_done = self._change.phase is Phase.ACCEPTED
        return cluster_line(self.target, None if is_done else cluster, cluster.name)

    def gate_open(self) -> list[Content]:
        """All checks hold: then the issuer of both is the trust anchor."""
        checks, lines = self._change.gate.checks, [good(VERIFIED_CHAIN)]
        for check, certificate in zip(checks, self._certificates, strict=False):
            lines += [_check(*check), *_fields(certificate)]
        lines += [good(_BOTH), warning(FOR_EVER)]
        return lines + self._end_that_is_near()

    def gate_shut(self) -> list[Content]:
        lines = super().gate_shut()
        lines += [_check(*check) for check in self._change.gate.checks]
        for name, certificate in zip((SIGNED, ANCHOR), self._certificates, strict=True):
            if certificate is not None:
                lines.append(Content.styled(f"{name}:", "bold"))
                lines += _fields(certificate, issuer=True)
        return lines

    def _end_that_is_near(self) -> list[Content]:
        """So near that the findings will tell of it."""
        signed, _ = self._certificates
        if signed is None or signed.not_after is None:
            return []
        days = signed.days_left(self._change.context.clock())
        if days is None or days > Rules.certificate_medium_days:
            return []
        when = f"in {days} day{'' if days == 1 else 's'}, on {signed.not_after:%Y-%m-%d}"
        return [warning(f"The certificate ends {when}, and none can replace it.")]


def _decoded(pem: str) -> Certificate | None:
    try:
        return decode_pem(pem)
    except UnreadablePemError:
        return None


def _check(name: str, verdict: LinkVerdict, why: str) -> Content:
    style = VERDICT_STYLES[verdict.name]
    words = f" {name}." if verdict is LinkVerdict.VERIFIED else f" {name}: {visible(why)}"
    return Content.assemble((verdict.value, style), words)


def _fields(of: Certificate | None, *, issuer: bool = False) -> Iterator[Content]:
    """Whose it is and, if wanted, whose it says it is by, when it is valid, and its hash."""
    if of is None:  # then no check of it can hold
        return
    yield _field("subject", of.subject)
    if issuer:
        yield _field("issuer", of.issuer or "")
    yield _field("valid", f"{of.not_before:%Y-%m-%d %H:%M} to {of.not_after:%Y-%m-%d %H:%M} UTC")
    yield _field("SHA-256", (of.fingerprint or "").replace(":", ""))


def _field(name: str, value: str) -> Content:
    return Content.assemble((f"  {name:<8}", "dim"), visible(value))
