"""The values of `cert:` and `backup:`: by when a certificate ends, and how old a backup is."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from hsmtui.model.findings.dates import Dates, NoEnd
from hsmtui.model.findings.finding import Judged
from hsmtui.model.newest_backup import Recency
from hsmtui.model.text import visible

_Test = Callable[[Judged], bool]
_Meaning = TypeVar("_Meaning")

BACKUP_VALUES: Mapping[str, tuple[Recency | None, ...]] = {
    "recent": (Recency.RECENT,),
    "old": (Recency.OLD,),
    "none": (Recency.NONE,),
    "unread": (None,),
    "unclear": (Recency.UNTOLD, Recency.UNREADABLE),
}
"""What each value of `backup:` stands for; no backup is in two of them."""

CERTIFICATE_WORDS: Mapping[str, Callable[[Dates], bool]] = {
    "ended": lambda dates: dates.has_ended,
    "none": lambda dates: dates.certificate_end is NoEnd.NONE,
    "unread": lambda dates: dates.certificate_end is NoEnd.UNREAD,
}
_DATE = re.compile(r"([<>]?)(\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)", re.ASCII)
_DAYS = re.compile(r"<(\d{1,5})d", re.ASCII | re.IGNORECASE)


def certificate_test(value: str) -> _Test:
    """Whether the cluster certificate ends as the value says; of a value that is none, never."""
    if (ends := _named(value, CERTIFICATE_WORDS)) is not None:
        return lambda judged: ends(judged.findings.dates)
    if match := _DAYS.fullmatch(value):
        days = int(match[1])
        return lambda judged: 0 < judged.findings.dates.days_left <= days
    if match := _DATE.fullmatch(value):
        return _date_test(match[1], match[2])
    return lambda _: False


def _date_test(sign: str, date: str) -> _Test:
    """Whether the end is on a day, in a month or in a year, before it or after it; in UTC."""

    def test(judged: Judged) -> bool:
        end = judged.findings.dates.certificate_end
        if not isinstance(end, datetime):
            return False
        part = end.date().isoformat()[: len(date)]
        return part < date if sign == "<" else part > date if sign == ">" else part == date

    return test


def certificate_problem(value: str) -> str | None:
    """Why this is no value of `cert:`."""
    dated = _DAYS.fullmatch(value) or _DATE.fullmatch(value)
    if dated or _named(value, CERTIFICATE_WORDS) is not None:
        return None
    return (
        f'"cert:" takes no "{visible(value)}"; it takes ended, none, unread; <90d for the next 90 '
        "days; a year, a month or a day such as 2027-03; <2027-03 for before, >2027-03 for after it"
    )


def backup_test(value: str) -> _Test:
    """Whether the newest backup is as old as the value says; of a value that is none, never."""
    meant = _named(value, BACKUP_VALUES) or ()
    return lambda judged: judged.findings.dates.backup in meant


def backup_problem(value: str) -> str | None:
    """Why this is no value of `backup:`."""
    if _named(value, BACKUP_VALUES) is not None:
        return None
    return f'"backup:" takes no "{visible(value)}"; it takes {", ".join(BACKUP_VALUES)}'


def _named(value: str, words: Mapping[str, _Meaning]) -> _Meaning | None:
    """What the first word that begins with the value stands for."""
    start = value.casefold()
    return next((means for word, means in words.items() if word.startswith(start)), None)
