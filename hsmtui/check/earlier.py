"""An earlier document, and what is new and what is gone since."""

from datetime import datetime
from typing import Annotated

import msgspec

from hsmtui.check.build import local_name
from hsmtui.check.document import SCHEMA, AcceptedBy, Document, Earlier, FindingEntry
from hsmtui.check.saved_file import EXPECTED_CHECK, read_saved
from hsmtui.model.times import iso


class EarlierFinding(msgspec.Struct, frozen=True, gc=False):
    """What has to be known of a finding of an earlier document."""

    id: str
    rule: str
    cluster_id: str
    profile: str
    account: str | None
    region: str | None
    accepted: AcceptedBy | None = None

    @property
    def names(self) -> set[str]:
        """What it is found by: its id, and the one that it has where its account is not known."""
        return _names(self)


class EarlierDocument(msgspec.Struct, frozen=True):
    """What is read of an earlier document: the rest of it, which may be large, is passed over."""

    schema: str
    time: Annotated[datetime, msgspec.Meta(tz=True)]
    whole: bool
    filter: str | None
    findings: tuple[EarlierFinding, ...]


class _Schema(msgspec.Struct):
    schema: str | None = None


def read_earlier(name: str) -> EarlierDocument:
    """The document in a file, a pipe or, for "-", standard input. Raises SavedFileError."""
    saved = read_saved(name, EXPECTED_CHECK)
    try:
        schema = msgspec.json.decode(saved.text, type=_Schema).schema
        if schema is not None and schema != SCHEMA:
            raise saved.wrong_schema(schema)
        return msgspec.json.decode(saved.text, type=EarlierDocument)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        why = error if isinstance(saved.value, dict) else "it is JSON, but no object"
        raise saved.refusal(f"is no document of a check: {why}; {EXPECTED_CHECK}") from error


def compared(document: Document, earlier: EarlierDocument) -> Document:
    """The document with what is new in it, and what is gone, since an earlier one.

    A finding is new unless it was found and counted then.
    """
    known = {name for one in earlier.findings if one.accepted is None for name in one.names}
    findings = tuple(
        msgspec.structs.replace(one, is_new=known.isdisjoint(_names(one)))
        for one in document.findings
    )
    comparable = earlier.filter == document.filter
    return msgspec.structs.replace(
        document,
        findings=findings,
        earlier=Earlier(
            time=iso(earlier.time),
            whole=earlier.whole,
            comparable=comparable,
            gone=_gone(document, earlier) if comparable else (),
        ),
    )


def _gone(document: Document, earlier: EarlierDocument) -> tuple[str, ...]:
    """The findings that counted then and are not there now, as far as that was looked into."""
    found = {name for one in document.findings for name in _names(one)}
    unchecked = {(one.cluster_id, one.rule) for one in document.unchecked}
    off = {rule.rule for rule in document.rules if not rule.on}
    read = {
        spot
        for place in document.places
        if place.status == "ok"
        for spot in ((place.account, place.region), (place.profile, place.region))
    }
    return tuple(
        one.id
        for one in earlier.findings
        if one.accepted is None
        and found.isdisjoint(one.names)
        and (one.cluster_id, one.rule) not in unchecked
        and one.rule not in off
        and not read.isdisjoint({(one.account, one.region), (one.profile, one.region)})
    )


def _names(finding: FindingEntry | EarlierFinding) -> set[str]:
    where = local_name(finding.profile, finding.region, finding.cluster_id)
    return {finding.id, f"{where}#{finding.rule}"}
