"""The filter language: parse what is typed, match clusters, find the part the service can do."""

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from hsmtui.model.filter.search_text import search_text
from hsmtui.model.filter.term import KEYS, Term
from hsmtui.model.findings.finding import Judged

WORD = re.compile(r'(?:!\s+)?(?:[^\s"]|"[^"]*"?)+')
"""One term; the quotes of an unfinished one run to the end of the text."""
NEGATION = re.compile(r"^[!\s]+")
"""What negates a term, in front of it."""
VALUE = re.compile(r'(?:[^,"]|"[^"]*"?)+')
"""One value of a term, as typed."""
TERM_KEY = re.compile(r"([A-Za-z][A-Za-z_-]*):")
"""What is read as a key, with its colon."""
_NEVER_A_KEY = re.compile(r"arn|aws|[0-9a-f]{1,4}", re.IGNORECASE)
"""Starts of ARNs, of AWS's own tag keys, and groups of an IPv6 address."""

_OF_FINDINGS = frozenset({"severity", "finding", "accepted", "cert", "backup"})
"""The keys that look at what was found, and at the dates that are known with it."""


class QueryError(ValueError):
    """A filter that cannot be read; its message fits under the filter line."""


@dataclass(frozen=True)
class Query:
    """A filter: a cluster matches when every term does. Two are equal when their terms are."""

    text: str = field(compare=False)
    terms: tuple[Term, ...]

    def __bool__(self) -> bool:
        """Whether it restricts anything."""
        return bool(self.terms)

    def __str__(self) -> str:
        """The terms as they would be typed."""
        return " ".join(map(str, self.terms))

    def matches(self, judged: Judged, text: str | None = None) -> bool:
        """Whether every term matches.

        `text` is the cluster's `search_text`, given by a caller that keeps it from key to key.
        """
        if text is None:
            text = search_text(judged.cluster) if self.reads_text else ""
        return all(term.matches(judged, text) for term in self.terms)

    @cached_property
    def reads_text(self) -> bool:
        """Whether a term is free text, so that `matches` needs `search_text`."""
        return any(term.key is None for term in self.terms)

    @cached_property
    def reads_findings(self) -> bool:
        """Whether a term looks at findings, so that other findings may match otherwise."""
        return any(term.key in _OF_FINDINGS for term in self.terms)

    @cached_property
    def reads_certificates(self) -> bool:
        """Whether a term looks at certificates, which are to be decoded for it."""
        return any(term.key == "cert" for term in self.terms)

    @cached_property
    def reads_account(self) -> bool:
        """Whether a term may look at the account, which is known later than the cluster."""
        return any(term.key in {"account", None} for term in self.terms)

    def toggled(self, term: Term) -> "Query":
        """The query with this term instead of what it asks of the same key; where that is this
        term, without it."""
        others = tuple(each for each in self.terms if each.key != term.key or each.negated)
        query = Query("", others if term in self.terms else (*others, term))
        return Query(str(query), query.terms)

    @property
    def server_filters(self) -> dict[str, list[str]]:
        """The Filters of DescribeClusters that select what `local` is then applied to."""
        return {name: list(values) for name, values in self._split[0].items()}

    @property
    def local(self) -> "Query":
        """The terms that the service does not do, which see loaded rows only."""
        query = Query("", self._split[1])
        return Query(str(query), query.terms)

    @property
    def served(self) -> "Query":
        """The terms that the service does."""
        query = Query("", tuple(term for term in self.terms if term not in self._split[1]))
        return Query(str(query), query.terms)

    @cached_property
    def _split(self) -> tuple[dict[str, tuple[str, ...]], tuple[Term, ...]]:
        """The values by the service's filter, and the terms that are left.

        The service takes alternatives for a filter and no second set of them. Two terms with the
        same key become the values that both have; without any, the second is left.
        """
        filters: dict[str, tuple[str, ...]] = {}
        left = []
        for term in self.terms:
            name = term.api_name
            if name is None:
                left.append(term)
                continue
            values = term.api_values
            common = tuple(value for value in filters.get(name, values) if value in values)
            if common:
                filters[name] = common
            else:
                left.append(term)
        return filters, tuple(left)


def parse(text: str) -> Query:
    """The query that a text means; raises QueryError for a key or a value that does not exist.

    Terms are divided by white space and all must match. `!` negates a term. Double quotes keep
    what is in them together and literal. A term is a key, a colon and values divided by commas, of
    which one must match, or else free text. A key without a value restricts nothing yet.

    Only letters, `_` and `-` before the first colon make a key, and not `arn`, `aws` or up to four
    hexadecimal digits: ARNs, addresses such as `fd00::1`, times and tags such as
    `aws:cloudformation:stack-name` are free text without quotes.
    """
    terms = (_term(word) for word in WORD.findall(text))
    return Query(text, tuple(term for term in terms if term.values))


def is_query(text: str) -> bool:
    """Whether a text can be read as a query."""
    try:
        parse(text)
    except QueryError:
        return False
    return True


def _term(word: str) -> Term:
    body = NEGATION.sub("", word)
    negated = word[: len(word) - len(body)].count("!") % 2 == 1
    match = TERM_KEY.match(body)
    name = match[1].lower() if match else ""
    if match and name in KEYS:
        values = tuple(filter(None, map(unquoted, VALUE.findall(body[match.end() :]))))
        if problem := next(filter(None, map(KEYS[name].problem, values)), None):
            raise QueryError(problem)
        return Term(name, values, negated)
    if match and not _NEVER_A_KEY.fullmatch(name):
        raise _unknown_key(name)
    free = unquoted(body)
    return Term(None, (free,) if free else (), negated)


def unquoted(text: str) -> str:
    """What a value with quotation marks means."""
    return text.replace('"', "")


def _unknown_key(name: str) -> QueryError:
    nearest = get_close_matches(name, KEYS, n=1)
    hint = f', did you mean "{nearest[0]}:"?' if nearest else ";"
    return QueryError(f'unknown key "{name}:"{hint} keys are {", ".join(KEYS)} (quote free text)')
