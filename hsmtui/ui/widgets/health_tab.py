"""What the tab of metrics says: how each HSM was, a line of characters for each of its metrics."""

from collections.abc import Iterator

from textual.content import Content

from hsmtui.model.cluster import Hsm
from hsmtui.model.columns import ABSENT
from hsmtui.model.findings.rules.health import when
from hsmtui.model.findings.severity import Severity
from hsmtui.model.health import (
    LATE,
    TITLES,
    Health,
    HsmHealth,
    Measure,
    Series,
    Span,
    figure,
    metrics_of,
    missing_metrics,
    percent,
)
from hsmtui.model.text import visible
from hsmtui.ui.theme import SEVERITY_CONTENT, clip, flowed, state_content
from hsmtui.ui.widgets.asked_tab import failure, progress
from hsmtui.ui.widgets.detail_view import DetailView
from hsmtui.ui.widgets.hanging_text import Line, styled
from hsmtui.ui.widgets.value_line import value_line

TITLE, FIGURE, SHARE = 15, 8, 8
"""Cells of a metric's title, of each of its figures, and of the share of its limit."""

LEAST_ROOM, FIGURES = 12, ("least", "most", "last", "limit")
"""Cells of a line of characters from which on the figures stand beside it; and which they are."""


def health(view: DetailView) -> list[Line]:
    """How old it is, then each HSM, then what could not be told."""
    if view.related.recorded is not None:
        return [styled("Metrics are not in this file.")]
    if not view.cluster.has_id:
        return [styled("This entry has no id, so its metrics cannot be asked for.")]
    if view.cluster.hsms is None:
        return [styled("The HSM list is not known, so no metrics can be asked for.")]
    if not view.cluster.live_hsms:
        return [styled("No HSMs, so there are no metrics.")]
    problem = view.related.health.problem
    return [*_head(view), *_hsms(view), *failure(problem, view.remapped)]


def _head(view: DetailView) -> Iterator[Line]:
    reading, span = view.related.health, view.related.health_span
    known, parts = reading.health, list[Content]()
    if known is not None:
        parts.append(Content.styled(_words(known.span), "bold"))
        parts.append(Content(f"read {known.read_at:%H:%M} UTC"))
    words = "reading" if known is not None and known.span == span else f"reading the {_words(span)}"
    is_coming = reading.is_reading or known is None
    parts += progress(reading.problem, words if is_coming else "")
    yield Line(Content(" · ").join(parts), 2)


def _words(span: Span) -> str:
    minutes = int(span.period.total_seconds()) // 60
    every = f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"
    return f"last {span.words}, every {every}"


def _hsms(view: DetailView) -> Iterator[Line]:
    known = view.related.health.health
    if known is None:
        return
    if not any(hsm.series for hsm in known.hsms):
        yield styled(
            f"CloudWatch has no values of these HSMs in the last {known.span.words}. The first "
            "come some minutes after an HSM was made; its type, or the region, may have none."
        )
    else:
        for hsm, read in _worst_first(known, view):
            yield from _hsm(hsm, read, known, view)
    yield from _besides(known)


def _worst_first(known: Health, view: DetailView) -> list[tuple[Hsm, HsmHealth]]:
    """One that has failed, or is unhealthy, near a limit, was unhealthy, then the others by
    zone."""
    percent_near = view.related.near_limit_percent

    def order(each: tuple[Hsm, HsmHealth]) -> tuple[bool, int, float, str]:
        hsm, read = each
        urgency, share = read.urgency(percent_near)
        return hsm.state != "DEGRADED", -urgency, -share, hsm.availability_zone or ""

    found = ((hsm, known.of(hsm.hsm_id)) for hsm in view.cluster.live_hsms)
    return sorted([(hsm, read) for hsm, read in found if read is not None], key=order)


def _besides(known: Health) -> Iterator[Line]:
    """What a type of HSM does not have, and what else is not told."""
    for hsm_type in dict.fromkeys(hsm.hsm_type for hsm in known.hsms):
        if missing := missing_metrics(hsm_type):
            titles = ", ".join(TITLES[metric.name] for metric in missing)
            yield styled(f"{visible(hsm_type or '')} has no metrics of: {titles}.", "dim")
    if known.left_out:
        yield styled(f"{known.left_out:,} more HSMs were not asked for.", "ansi_yellow")
    for words in known.odd:
        yield styled(f"? {visible(words)}", "ansi_magenta")


def _hsm(hsm: Hsm, read: HsmHealth, known: Health, view: DetailView) -> Iterator[Line]:
    room = _room(known.span, view.width)
    head = Content.assemble(
        (visible(hsm.hsm_id), "bold"),
        f"  {visible(hsm.availability_zone or ABSENT)}  ",
        state_content(hsm.state, whole=False),
    )
    before = TITLE + room + FIGURE - len(FIGURES[0])
    if room and head.cell_length < before:
        heads = "".join(clip(each, FIGURE, right=True) for each in FIGURES).lstrip()
        yield Line(Content.assemble(head.truncate(before, pad=True), (heads, "dim")), 2)
    else:
        yield Line(head, 2)
    for measure in read.measures:
        yield from _measure(measure, room, view)
    for episode in read.episodes[-1:]:
        glyph, style = ("■", Severity.CRITICAL) if episode.end is None else ("▲", Severity.MEDIUM)
        words = f"  {glyph} unhealthy {when(episode)}{_times(read)}"
        yield styled(words, SEVERITY_CONTENT[style], 4)
    for words in flowed(_lacking(read, known), view.width - 2):
        yield styled(f"  {words}", "dim", 4)


def _times(read: HsmHealth) -> str:
    number = len(read.episodes)
    return f", the last of {number} times" if number > 1 else ""


def _room(span: Span, width: int) -> int:
    """Cells of a line of characters beside its figures; 0 where these stand below it."""
    room = width - TITLE - len(FIGURES) * FIGURE - SHARE
    return min(room, span.periods) if room >= LEAST_ROOM else 0


def _measure(measure: Measure, room: int, view: DetailView) -> Iterator[Line]:
    title = clip(f"  {measure.title}", TITLE)
    pick = min if measure.lowest_is_worst else max
    drawn = value_line(measure.series.values, room or view.width - TITLE, pick)
    figures, share = _figures(measure.series), measure.share
    limit = figure(measure.limit) if measure.limit else ""
    is_near = measure.is_near_limit(view.related.near_limit_percent)
    style = SEVERITY_CONTENT[Severity.HIGH] if is_near else ""
    told = "" if share is None else f"{'▲ ' if is_near else ''}{percent(share)}"
    if room:
        cells = "".join(clip(each, FIGURE, right=True) for each in (*figures, limit))
        line = Content.assemble(
            title, drawn.ljust(room), cells, (clip(told, SHARE, right=True), style)
        )
        yield Line(line, TITLE)
        return
    yield Line(Content(f"{title}{drawn}"), TITLE)
    least, most, last = figures
    words = f"    {least} to {most}, last {last}"
    yield Line(Content.assemble(words, (f", {told} of {limit}" if told else "", style)), 4)


def _figures(series: Series) -> tuple[str, str, str]:
    known, last = series.known, series.last
    if last is None:
        return (ABSENT, ABSENT, ABSENT)
    return (figure(min(known)), figure(max(known)), figure(last[1]))


def _lacking(read: HsmHealth, known: Health) -> list[str]:
    """The metrics without any value, those with gaps, and those that have ended."""
    none = [TITLES[e.name] for e in metrics_of(read.hsm_type) if e.name not in read.series]
    parts = [f"no values: {', '.join(none)}"] if none else []
    gaps: dict[str, list[str]] = {}
    for name, series in read.series.items():
        for words in _gaps(series, known):
            gaps.setdefault(words, []).append(TITLES[name])
    return parts + [f"{words}: {', '.join(titles)}" for words, titles in gaps.items()]


def _gaps(series: Series, known: Health) -> Iterator[str]:
    last = series.last
    if last is None:
        return
    if series.gaps:
        yield f"{series.gaps} of {known.span.periods} periods without a value"
    if series.values[0] is None:
        at = next(n for n, value in enumerate(series.values) if value is not None)
        yield f"from {series.start + at * series.period:%m-%d %H:%M} UTC on"
    if known.read_at - last[0] > 2 * series.period + LATE:
        yield f"none after {last[0] + series.period:%m-%d %H:%M} UTC"
