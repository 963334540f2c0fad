"""A comparison of clusters as a Markdown page."""

from hsmtui.export.markdown import escaped, table
from hsmtui.model.comparison import (
    ComparedCluster,
    ComparedField,
    Comparison,
    Knowledge,
)
from hsmtui.model.redaction import redact
from hsmtui.model.times import stamp


def comparison_page(comparison: Comparison) -> str:
    """What differs, a column for each cluster, and what is the same in all; no text from outside is
    markup in it, and no secret is in it."""
    clusters = comparison.clusters
    headers = ["Field", *(redact(_title(each)) for each in clusters)]
    rows = [["ClusterId", *(redact(each.cluster.cluster_id) for each in clusters)]]
    rows += [["Read", *(stamp(each.read_at) for each in clusters)]]
    rows += [[redact(field.label), *_cells(field)] for field in comparison.differing]
    same = [[redact(field.label), _cells(field)[0]] for field in comparison.same]
    parts = [
        f"# {escaped(f'Comparison of {len(clusters)} clusters')}\n",
        table(headers, rows),
        "## The same in all\n",
        table(["Field", "Value"], same) if same else "Nothing.\n",
    ]
    return "\n".join(parts)


def _title(compared: ComparedCluster) -> str:
    return compared.cluster.name or compared.cluster.cluster_id


def _cells(field: ComparedField) -> list[str]:
    said = {Knowledge.ABSENT: "none", Knowledge.UNREAD: "not known: "}
    return [
        redact(f"{said.get(value.knowledge, '')}{text}")
        for value, text in zip(field.values, field.texts, strict=True)
    ]
