"""The tab on certificates: the chain of trust, each one decoded, and how to check it by hand."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from hsmtui.model.certificates.kinds import KINDS, CertificateKind, why_missing
from hsmtui.model.certificates.openssl import commands, root_files
from hsmtui.model.certificates.pem import UnreadablePemError
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.cluster import Certificates, Cluster
from hsmtui.model.findings.finding import NotYet
from hsmtui.model.initialization import Stage, next_step, stage_of
from hsmtui.model.text import visible
from hsmtui.model.times import stamp
from hsmtui.ui.commands.keymap import spelt
from hsmtui.ui.widgets.detail_view import DetailView
from hsmtui.ui.widgets.hanging_text import Line, styled
from hsmtui.ui.widgets.shell_lines import shell_lines

# cryptography costs as much to import as the first screen to draw: what needs it is imported late
if TYPE_CHECKING:
    from hsmtui.model.certificates.certificate import Certificate
    from hsmtui.model.certificates.chain import Chain, Link

_LABEL_CELLS = 13
"""Cells for the names of fields."""

LINK = 51
"""Cells for the name of a link: that of the longest."""

VERDICT_STYLES = {"VERIFIED": "ansi_green", "FAILED": "bold ansi_red", "UNCHECKED": "ansi_yellow"}
VERDICT_WORDS = {"VERIFIED": "", "FAILED": "failed: ", "UNCHECKED": "not proven: "}
"""What stands before the reason, for those who see neither colours nor the glyphs."""


def certificates(view: DetailView) -> list[Line]:
    """The step that comes next, the verdict on the chain and its links, the certificates, and the
    commands of openssl."""
    return [
        *_next(view),
        *_proof(view),
        *(line for kind in KINDS for line in _certificate(kind, view)),
        *_by_hand(view),
    ]


def trust(view: DetailView) -> list[Line]:
    """The verdict on the chain where there is one, and until when each certificate is valid."""
    if any(isinstance(e, NotYet) and e.rule in _DECODING for e in view.related.findings.unchecked):
        return [styled("… certificates are not decoded yet", "dim")]
    present = [kind for kind in KINDS if kind.pem(view.cluster.certificates) is not None]
    heads = [_certificate(kind, view)[0] for kind in present or KINDS[:1]]
    return [*(_proof(view)[:1] if has_chain(view.cluster) else []), *heads]


_DECODING = {"CERT-EXPIRY", "CERT-KEY", "CERT-CHAIN", "CERT-UNREADABLE"}
"""The rules that decode certificates, which is begun in the background."""


def has_chain(cluster: Cluster) -> bool:
    """Whether a chain of trust can be checked."""
    return any(kind.pem(cluster.certificates) for kind in KINDS[1:])


def _next(view: DetailView) -> list[Line]:
    """What leads on from here, where somebody can do it and the roots have been read."""
    if view.related.recorded is not None:
        return []
    is_trusted = _chain_of(view).verdict.name == "VERIFIED"
    stage = stage_of(view.cluster, is_trusted=is_trusted)
    if stage is None or (stage is Stage.UNPROVEN and view.related.roots is None):
        return []
    return [styled(f"→ Next: {visible(spelt(next_step(stage), view.remapped))}", "bold", 2)]


def _chain_of(view: DetailView) -> "Chain":
    minute = view.now.replace(second=0, microsecond=0)
    return _chain(view.cluster.certificates, view.related.roots or Roots(), minute)


def _proof(view: DetailView) -> list[Line]:
    roots = view.related.roots
    chain = _chain_of(view)
    if not chain.links:
        return [styled(chain.headline, "dim", 2)]
    if roots is None:
        return [styled("… reading the roots that the settings name", "dim", 2)]
    return [
        verdict_line(chain),
        *(line for link in chain.links for line in _link(link, view.width)),
        *(styled(f"  ! {visible(problem)}", "ansi_yellow", 4) for problem in chain.problems),
        *(
            styled(f"  · {visible(remark)}", "dim", 4)
            for remark in (chain.hint, *chain.remarks)
            if remark
        ),
    ]


def verdict_line(chain: "Chain") -> Line:
    """The verdict on a chain as a whole."""
    style = VERDICT_STYLES[chain.verdict.name]
    return styled(f"{chain.verdict.value} {visible(chain.headline)}", f"bold {style}")


@lru_cache(maxsize=16)
def _chain(certificates: Certificates | None, roots: Roots, minute: datetime) -> "Chain":
    """The chain, kept for as long as it cannot have changed: a check takes milliseconds."""
    from hsmtui.model.certificates.chain import check_chain

    return check_chain(certificates, roots, minute)


def _link(link: "Link", width: int) -> list[Line]:
    """A link on one line, or with the reason below it where that is long."""
    style = VERDICT_STYLES[link.verdict.name]
    why_style = "dim" if link.verdict.name == "VERIFIED" else style
    why = visible(VERDICT_WORDS[link.verdict.name] + link.why)
    glyph = ("  ", (link.verdict.value, style), " ")
    if 4 + LINK + 1 + cell_len(why) <= width:
        return [Line(Content.assemble(*glyph, f"{link.name:<{LINK}} ", (why, why_style)))]
    return [
        Line(Content.assemble(*glyph, visible(link.name)), 4),
        styled(f"      {why}", why_style, 6),
    ]


def _certificate(kind: CertificateKind, view: DetailView) -> list[Line]:
    from hsmtui.model.certificates.certificate import decode_pem

    cluster = view.cluster
    title = f"{kind.title:<34}" if view.width >= 72 else f"{kind.title}  "
    indent = len(title) if view.width >= 72 else 2
    pem = kind.pem(cluster.certificates)
    if pem is None:
        return [Line(Content.assemble(title, (why_missing(kind, cluster), "dim")), indent)]
    try:
        certificate = decode_pem(pem)
    except UnreadablePemError as error:
        why = (f"cannot be read: {visible(str(error))}", "ansi_red")
        return [Line(Content.assemble((title, "bold"), why), indent)]
    signed = f"{certificate.key}, signed with {certificate.signature_algorithm}"
    fields = [
        ("subject", certificate.subject),
        ("issuer", certificate.issuer),
        ("key", signed),
        ("serial", certificate.serial),
        (
            "valid",
            f"{stamp(certificate.not_before)} to {stamp(certificate.not_after)}"
            if certificate.not_before and certificate.not_after
            else None,
        ),
        ("SHA-256", certificate.fingerprint),
        ("key SHA-256", certificate.public_key_fingerprint),
    ]
    note = certificate.note
    return [
        Line(Content.assemble((title, "bold"), _validity(certificate, view.now)), indent),
        *([styled(f"  ! {visible(note)}", "ansi_yellow", 4)] if note else []),
        *(_field(name, value) for name, value in fields if value),
    ]


def _field(name: str, value: str) -> Line:
    """A field behind its name."""
    label = f"  {name:<{_LABEL_CELLS}} "
    return Line(Content.assemble((label, "dim"), visible(value)), len(label))


def _validity(certificate: "Certificate", now: datetime) -> Content:
    days, until = certificate.days_left(now), certificate.not_after
    if until is None or days is None:
        return Content("a signing request, which has no end date")
    if days < 0:
        return Content.styled(f"▲ {certificate.lasts(now)}, on {until:%Y-%m-%d}", "bold ansi_red")
    style = "bold ansi_red" if days <= 30 else "ansi_yellow" if days <= 180 else "ansi_default"
    return Content.styled(f"{certificate.lasts(now)}, until {until:%Y-%m-%d}", style)


def _by_hand(view: DetailView) -> Iterable[Line]:
    """The commands of openssl; what is broken over lines can be pasted as it stands."""
    openssl = commands(view.cluster)
    if not openssl:
        return
    yield styled("To check the chain by hand", "bold")
    files = root_files(view.related.roots or Roots()).items()
    missing = " and ".join(name for name, text in files if not text)
    besides = f", add {missing}" if missing else ""
    words = f"save the certificates (palette){besides}, then run in their folder:"
    yield styled(f"  {visible(words)}", "dim", 2)
    for command in openssl:
        yield from (styled(f"  {piece}", "", 6) for piece in shell_lines(command, view.width - 4))
