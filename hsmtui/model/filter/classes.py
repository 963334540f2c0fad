"""The classes into which the filter divides clusters, so that what counts them counts the same."""

from enum import Enum

from hsmtui.model.findings.finding import Findings
from hsmtui.model.findings.severity import Severity
from hsmtui.model.text import visible


class NoSeverity(Enum):
    """Why nothing that was found of a cluster counts; the values are those of `severity:`."""

    NONE = "none"
    """All was looked into, and nothing was found but what is accepted."""
    PENDING = "pending"
    """Something is still being looked into."""
    UNKNOWN = "unknown"
    """Something could not be looked into."""


def severity_class(findings: Findings) -> Severity | NoSeverity:
    """The severity of the worst finding that counts, or why there is none."""
    if findings.findings:
        return findings.findings[0].severity
    if not findings.is_unknown:
        return NoSeverity.NONE
    return NoSeverity.PENDING if findings.is_coming else NoSeverity.UNKNOWN


def whole_form(text: str | None) -> str:
    """A text in the form in which whole ones are compared: as it is shown, in folded case, without
    double quotes, which no filter can hold. "" is that there is none."""
    return visible(text).replace('"', "").casefold() if text else ""
