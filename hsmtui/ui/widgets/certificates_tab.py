"""The tab on certificates: the chain of trust, each one decoded, and how to check it by hand."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from textwrap import wrap
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from hsmtui.model.certificates.kinds import KINDS, CertificateKind, why_missing
from hsmtui.model.certificates.openssl import commands, root_files
from hsmtui.model.certificates.pem import UnreadablePemError
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.cluster import Certificates
from hsmtui.model.text import visible
from hsmtui.model.times import stamp
from hsmtui.ui.widgets.detail_view import DetailView

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


def certificates(view: DetailView) -> Content:
    """The verdict on the chain and its links, the certificates, and the commands of openssl."""
    return Content("\n").join(
        [
            *_proof(view),
            *(line for kind in KINDS for line in _certificate(kind, view)),
            *_by_hand(view),
        ]
    )


def _proof(view: DetailView) -> list[Content]:
    roots, width = view.related.roots, view.width
    minute = view.now.replace(second=0, microsecond=0)
    chain = _chain(view.cluster.certificates, roots or Roots(), minute)
    if not chain.links:
        return [_hanging("", chain.headline, width, "dim")]
    if roots is None:
        return [Content.styled("… reading the roots that the settings name", "dim")]
    style = VERDICT_STYLES[chain.verdict.name]
    return [
        _hanging(f"{chain.verdict.value} ", chain.headline, width, f"bold {style}"),
        *(_link(link, width) for link in chain.links),
        *(_hanging("  ! ", problem, width, "ansi_yellow") for problem in chain.problems),
        *(
            _hanging("  · ", remark, width, "dim")
            for remark in (chain.hint, *chain.remarks)
            if remark
        ),
    ]


@lru_cache(maxsize=16)
def _chain(certificates: Certificates | None, roots: Roots, minute: datetime) -> "Chain":
    """The chain, kept for as long as it cannot have changed: a check takes milliseconds."""
    from hsmtui.model.certificates.chain import check_chain

    return check_chain(certificates, roots, minute)


def _link(link: "Link", width: int) -> Content:
    """A link on one line, or with the reason below it where that is long."""
    style = VERDICT_STYLES[link.verdict.name]
    why_style = "dim" if link.verdict.name == "VERIFIED" else style
    why = VERDICT_WORDS[link.verdict.name] + link.why
    glyph = ("  ", (link.verdict.value, style), " ")
    if 4 + LINK + 1 + cell_len(why) <= width:
        return Content.assemble(*glyph, f"{link.name:<{LINK}} ", (why, why_style))
    name = _hanging("    ", link.name, width)[4:]
    below = _hanging("      ", why, width, why_style)
    return Content.assemble(*glyph, name, "\n", below)


def _hanging(lead: str, text: str, width: int, style: str = "") -> Content:
    """A text after a lead, over as many lines as it needs, the later ones under the first."""
    pieces = wrap(visible(text), max(12, width - len(lead)), break_on_hyphens=False) or [""]
    blank = " " * len(lead)
    lines = [
        Content.styled(f"{blank if n else lead}{piece}", style) for n, piece in enumerate(pieces)
    ]
    return Content("\n").join(lines)


def _certificate(kind: CertificateKind, view: DetailView) -> list[Content]:
    from hsmtui.model.certificates.certificate import decode_pem

    cluster = view.cluster
    title = f"{kind.title:<34}" if view.width >= 72 else f"{kind.title}  "
    pem = kind.pem(cluster.certificates)
    if pem is None:
        return [Content.assemble(title, (why_missing(kind, cluster), "dim"))]
    try:
        certificate = decode_pem(pem)
    except UnreadablePemError as error:
        return [Content.assemble((title, "bold"), (f"cannot be read: {error}", "ansi_red"))]
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
    return [
        Content.assemble((title, "bold"), _validity(certificate, view.now)),
        *(
            [_hanging("  ! ", certificate.note, view.width, "ansi_yellow")]
            if certificate.note
            else []
        ),
        *(line for name, value in fields if value for line in _wrapped(name, value, view.width)),
    ]


def _wrapped(name: str, value: str, width: int) -> list[Content]:
    """A field over as many lines as it needs, the later ones under the first."""
    room = max(12, width - _LABEL_CELLS - 3)
    room -= room % 3 if value.count(":") > len(value) // 4 else 0  # fingerprints break at colons
    pieces = wrap(visible(value), room) or [""]
    return [
        Content.assemble((f"  {name if number == 0 else '':<{_LABEL_CELLS}} ", "dim"), piece)
        for number, piece in enumerate(pieces)
    ]


def _validity(certificate: "Certificate", now: datetime) -> Content:
    days, until = certificate.days_left(now), certificate.not_after
    if until is None or days is None:
        return Content("a signing request, which has no end date")
    if days < 0:
        return Content.styled(f"▲ {certificate.lasts(now)}, on {until:%Y-%m-%d}", "bold ansi_red")
    style = "bold ansi_red" if days <= 30 else "ansi_yellow" if days <= 180 else "ansi_default"
    return Content.styled(f"{certificate.lasts(now)}, until {until:%Y-%m-%d}", style)


def _by_hand(view: DetailView) -> Iterable[Content]:
    """The commands of openssl; what is broken over lines can be pasted as it stands."""
    openssl = commands(view.cluster)
    if not openssl:
        return
    yield Content.styled("To check the chain by hand", "bold")
    files = root_files(view.related.roots or Roots()).items()
    missing = " and ".join(name for name, text in files if not text)
    besides = f", add {missing}" if missing else ""
    words = f"save the certificates (palette){besides}, then run in their folder:"
    yield _hanging("  ", words, view.width, "dim")
    room = max(20, view.width - 8)
    for command in openssl:
        whole = command.replace("> ", ">\N{NO-BREAK SPACE}")  # the file stays with its sign
        pieces = wrap(whole, room, break_on_hyphens=False, break_long_words=False)
        yield Content("  " + " \\\n      ".join(pieces).replace("\N{NO-BREAK SPACE}", " "))
