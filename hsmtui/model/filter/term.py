"""One term of a filter: what it matches in a cluster, and what the service can match for it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from hsmtui.model.cluster import Cluster
from hsmtui.model.filter.classes import NoSeverity, severity_class, whole_form
from hsmtui.model.filter.date_values import (
    BACKUP_VALUES,
    CERTIFICATE_WORDS,
    backup_problem,
    backup_test,
    certificate_problem,
    certificate_test,
)
from hsmtui.model.filter.search_text import fold, state_words
from hsmtui.model.findings.evaluate import RULES
from hsmtui.model.findings.finding import Judged, PlaceNames
from hsmtui.model.findings.severity import SEVERITY_WORDS, Severity
from hsmtui.model.ids import CLUSTER_ID
from hsmtui.model.state import CLUSTER_STATES, appearance
from hsmtui.model.text import account_number, visible

Test = Callable[[Judged], bool]
Texts = Callable[[Cluster], Iterator[str | None]]

WHOLE = "="
"""Before a value: that and nothing else; alone: that there is nothing."""

_WHOLE_VPC_ID = re.compile(r"vpc-([0-9a-f]{8}|[0-9a-f]{17})")
BARE_VALUE = re.compile(r'[^\s",]+')
_BARE_TEXT = re.compile(r'[^\s":!]+')


class Key(NamedTuple):
    """A key of the filter language.

    `test` makes the test for one value. `api_name` is the service's filter for it, and `api_values`
    gives the values with which that filter selects what the test does; none where it cannot.
    `problem` says why a value is none of this key.

    What there is to look for: `values` are those that are known beforehand, `of_cluster` gives
    those of a cluster, in groups, `of_place` that of a place. `texts` are those which a value after
    an equals sign is compared with as a whole; without them that sign is none.
    """

    name: str
    help: str
    test: Callable[[str], Test]
    api_name: str | None = None
    api_values: Callable[[str], tuple[str, ...]] = lambda _: ()
    problem: Callable[[str], str | None] = lambda _: None
    values: tuple[str, ...] = ()
    of_cluster: tuple[Texts, ...] = ()
    of_place: Callable[[PlaceNames], str | None] = lambda _: None
    texts: Callable[[Judged], Iterator[str | None]] | None = None

    def test_for(self, value: str) -> Test:
        """The test for one value as it was typed."""
        if self.texts is None or not value.startswith(WHOLE):
            return self.test(value)
        return _whole_text(self.texts, value.removeprefix(WHOLE))


@dataclass(frozen=True)
class Term:
    """A key (None for free text), the values of which one must match, and whether it is negated."""

    key: str | None
    values: tuple[str, ...]
    negated: bool = False

    def __str__(self) -> str:
        """The term as it would be typed."""
        bare = BARE_VALUE if self.key else _BARE_TEXT
        values = (value if bare.fullmatch(value) else f'"{value}"' for value in self.values)
        return "!" * self.negated + (f"{self.key}:" if self.key else "") + ",".join(values)

    def matches(self, judged: Judged, text: str) -> bool:
        """Whether the cluster matches; `text` is its `search_text`, which only free text reads."""
        if self.key is None:
            return any(needle in text for needle in self._needles) is not self.negated
        return any(test(judged) for test in self._tests) is not self.negated

    @property
    def api_name(self) -> str | None:
        """The service's filter that does this term, None where it has to be done on loaded rows."""
        if self.key is None or self.negated:
            return None
        key = KEYS[self.key]
        return key.api_name if all(map(key.api_values, self.values)) else None

    @property
    def api_values(self) -> tuple[str, ...]:
        """The values for that filter, each once."""
        if self.key is None:
            return ()
        key = KEYS[self.key]
        return tuple(dict.fromkeys(sent for value in self.values for sent in key.api_values(value)))

    @cached_property
    def _needles(self) -> tuple[str, ...]:
        return tuple(map(fold, self.values))

    @cached_property
    def _tests(self) -> tuple[Test, ...]:
        return tuple(map(KEYS[self.key].test_for, self.values)) if self.key else ()


def _whole_text(texts: Callable[[Judged], Iterator[str | None]], value: str) -> Test:
    """Tests for a value that is the whole of a text; for "" that there is no text."""
    wanted = whole_form(value)
    if not wanted:
        return lambda judged: not any(map(whole_form, texts(judged)))
    return lambda judged: any(whole_form(text) == wanted for text in texts(judged))


def _containing(texts: Texts, folded: Callable[[str], str] = str.casefold) -> Callable[[str], Test]:
    """Tests for a value inside one of the texts."""

    def test_for(value: str) -> Test:
        needle = folded(value)
        return lambda judged: any(needle in folded(text) for text in texts(judged.cluster) if text)

    return test_for


def _cluster_id(value: str) -> Test:
    if whole := _whole_ids(value):
        return lambda judged: judged.cluster.cluster_id in whole
    needle = value.casefold()
    return lambda judged: needle in judged.cluster.cluster_id.casefold()


def _whole_ids(value: str) -> tuple[str, ...]:
    """The id as typed and, since ids in use are in lower case, in lower case too.

    The service compares ids exactly: sending the typed one alone would hide the loaded row that an
    id copied in capitals is meant for.
    """
    if not CLUSTER_ID.fullmatch(value):
        return ()
    return tuple(dict.fromkeys((value, value.lower())))


def _vpc(value: str) -> Test:
    if _whole_vpc(value):
        return lambda judged: judged.cluster.vpc_id == value
    return _containing(lambda cluster: iter((cluster.vpc_id,)))(value)


def _whole_vpc(value: str) -> tuple[str, ...]:
    return (value,) if _WHOLE_VPC_ID.fullmatch(value) else ()


def _word(text: str) -> str:
    """The form in which states and modes are compared: any case, any of `_`, `-` and space."""
    return text.casefold().replace("-", "_").replace(" ", "_")


_STATES = {
    _word(name): state for state in CLUSTER_STATES for name in (state, appearance(state).word)
}
_MODES = {_word(mode): mode for mode in ("FIPS", "NON_FIPS")}


def _state(value: str) -> Test:
    if state := _STATES.get(_word(value)):
        return lambda judged: judged.cluster.state == state
    return _containing(lambda cluster: state_words(cluster.state), _word)(value)


def _whole_state(value: str) -> tuple[str, ...]:
    state = _STATES.get(_word(value))
    return (state,) if state else ()


def _mode(value: str) -> Test:
    if mode := _MODES.get(_word(value)):
        return lambda judged: judged.cluster.mode == mode
    start = _word(value)  # not a part: FIPS is one of NON_FIPS
    return lambda judged: (
        _word(judged.cluster.mode or "").startswith(start) and bool(judged.cluster.mode)
    )


def _tag(value: str) -> Test:
    """A tag whose key is the value, or whose `key=value` is; with a bare `=` at the end, any value.

    Keys and values may hold `=` themselves, so the value is not taken apart.
    """
    wanted = value.casefold()
    key = wanted.removesuffix("=")

    def test(judged: Judged) -> bool:
        tags = judged.cluster.tag_list or ()
        pairs = ((tag.key.casefold(), tag.value.casefold()) for tag in tags)
        return any(name == key or f"{name}={text}" == wanted for name, text in pairs)

    return test


def _address(value: str) -> Test:
    start = value.casefold()
    return lambda judged: any(
        address.casefold().startswith(start) for address in _addresses(judged.cluster) if address
    )


def _zones(cluster: Cluster) -> Iterator[str | None]:
    yield from cluster.subnet_mapping or ()
    yield from (hsm.availability_zone for hsm in cluster.hsms or ())


def _subnets(cluster: Cluster) -> Iterator[str | None]:
    yield from (cluster.subnet_mapping or {}).values()
    yield from (hsm.subnet_id for hsm in cluster.hsms or ())


def _types(cluster: Cluster) -> Iterator[str | None]:
    yield cluster.hsm_type
    yield from (hsm.hsm_type for hsm in cluster.hsms or ())


def _hsms(cluster: Cluster) -> Iterator[str | None]:
    for hsm in cluster.hsms or ():
        yield from (hsm.hsm_id, hsm.eni_id)


def _severity(value: str) -> Test:
    if (nothing := _no_severity(value)) is not None:
        return lambda judged: severity_class(judged.findings) is nothing
    named = _severity_of(value.removeprefix(WHOLE))
    if value.startswith(WHOLE):
        return lambda judged: named is not None and judged.findings.worst == named
    return lambda judged: named is not None and (judged.findings.worst or 0) >= named


def _no_severity(value: str) -> NoSeverity | None:
    """Why there is no severity, by how that begins: with another letter than any severity."""
    start = value.removeprefix(WHOLE).casefold()
    return next((each for each in NoSeverity if start and each.value.startswith(start)), None)


def _severity_of(value: str) -> Severity | None:
    """The severity that begins with the value; no two begin with the same letter."""
    start = value.casefold()
    words = (word for word in SEVERITY_WORDS if start and word.startswith(start))
    return next(map(Severity.named, words), None)


def _severity_problem(value: str) -> str | None:
    if _severity_of(value.removeprefix(WHOLE)) or _no_severity(value):
        return None
    words = ", ".join(severity.word for severity in reversed(Severity))
    others = ", ".join(each.value for each in NoSeverity)
    return (
        f'there is no severity "{visible(value)}"; severities are {words}, with = exactly that one '
        f"(=high), and {others} where there is none"
    )


def _finding(value: str) -> Test:
    part = value.casefold()
    return lambda judged: any(part in (rule or "").casefold() for rule in _found(judged))


def _found(judged: Judged) -> Iterator[str | None]:
    yield from (each.rule for each in judged.findings.found)


def _accepted(value: str) -> Test:
    part = value.casefold()
    return lambda judged: any(part in (rule or "").casefold() for rule in _accepted_in(judged))


def _accepted_in(judged: Judged) -> Iterator[str | None]:
    yield from (each.finding.rule for each in judged.findings.accepted)


def _place_field(text: Callable[[PlaceNames], str | None]) -> Callable[[str], Test]:
    """Tests for a value inside a text of the place."""

    def test_for(value: str) -> Test:
        needle = value.casefold()
        return lambda judged: (
            judged.place is not None and needle in (text(judged.place) or "").casefold()
        )

    return test_for


def _account(value: str) -> Test:
    """With or without the dashes between groups of digits; dashes alone are in none."""
    return _place_field(_account_of)(value.replace("-", "") or value)


def _ids(cluster: Cluster) -> Iterator[str | None]:
    yield cluster.cluster_id


def _vpcs(cluster: Cluster) -> Iterator[str | None]:
    yield cluster.vpc_id


def _states(cluster: Cluster) -> Iterator[str | None]:
    yield cluster.state


def _names(cluster: Cluster) -> Iterator[str | None]:
    yield cluster.name


def _tag_keys(cluster: Cluster) -> Iterator[str | None]:
    yield from (f"{tag.key}=" for tag in cluster.tag_list or ())


def _tags(cluster: Cluster) -> Iterator[str | None]:
    yield from (f"{tag.key}={tag.value}" for tag in cluster.tag_list or ())


def _modes(cluster: Cluster) -> Iterator[str | None]:
    yield cluster.mode


def _addresses(cluster: Cluster) -> Iterator[str | None]:
    for hsm in cluster.hsms or ():
        yield from (hsm.eni_ip, hsm.eni_ip_v6)


def _profile_of(place: PlaceNames) -> str | None:
    return place.profile_name


def _account_of(place: PlaceNames) -> str | None:
    return place.account


def _region_of(place: PlaceNames) -> str | None:
    return place.region


def _accounts(place: PlaceNames) -> Iterator[str | None]:
    """In both forms."""
    yield place.account
    yield account_number(place.account) if place.account else None


def _of_cluster(texts: Texts) -> Callable[[Judged], Iterator[str | None]]:
    """The texts of the cluster's own record."""
    return lambda judged: texts(judged.cluster)


def _of_place(
    texts: Callable[[PlaceNames], Iterator[str | None]],
) -> Callable[[Judged], Iterator[str | None]]:
    """The texts of the place, none where that is not known."""
    return lambda judged: texts(judged.place) if judged.place is not None else iter(())


def _part_of(name: str, words: str, texts: Texts) -> Key:
    """A key for a part of any of these texts."""
    return Key(name, words, _containing(texts), of_cluster=(texts,), texts=_of_cluster(texts))


def _place_part(name: str, words: str, text: Callable[[PlaceNames], str | None]) -> Key:
    """A key for a part of this text of the place."""
    texts = _of_place(lambda place: iter((text(place),)))
    return Key(name, words, _place_field(text), of_place=text, texts=texts)


KEYS = {
    key.name: key
    for key in (
        Key(
            "id",
            "cluster id, or a part of it",
            _cluster_id,
            "clusterIds",
            _whole_ids,
            of_cluster=(_ids,),
            texts=_of_cluster(_ids),
        ),
        Key(
            "vpc",
            "VPC id, or a part of it",
            _vpc,
            "vpcIds",
            _whole_vpc,
            of_cluster=(_vpcs,),
            texts=_of_cluster(_vpcs),
        ),
        Key(
            "state",
            "state of the cluster, or a part of it",
            _state,
            "states",
            _whole_state,
            values=CLUSTER_STATES,
            of_cluster=(_states,),
            texts=_of_cluster(_states),
        ),
        _part_of("name", "part of the Name tag", _names),
        Key("tag", "a tag: KEY, or KEY=VALUE", _tag, of_cluster=(_tag_keys, _tags)),
        _part_of("az", "part of an availability zone", _zones),
        _part_of("type", "part of the HSM type", _types),
        Key("mode", "FIPS or NON_FIPS", _mode, values=("FIPS", "NON_FIPS"), of_cluster=(_modes,)),
        _part_of("hsm", "part of an HSM id or of its ENI id", _hsms),
        Key("ip", "start of an HSM's address, v4 or v6", _address, of_cluster=(_addresses,)),
        _part_of("subnet", "part of a subnet id", _subnets),
        Key(
            "severity",
            "at or above critical, high, medium, low or info; =high that one; none, pending, "
            "unknown; not what is accepted",
            _severity,
            problem=_severity_problem,
            values=(
                *(severity.word for severity in reversed(Severity)),
                *(each.value for each in NoSeverity),
            ),
        ),
        Key(
            "finding",
            "part of the id of a finding's rule, also of an accepted one",
            _finding,
            values=tuple(RULES),
            texts=_found,
        ),
        Key(
            "accepted",
            "part of the id of the rule of a finding that is accepted",
            _accepted,
            values=tuple(RULES),
            texts=_accepted_in,
        ),
        Key(
            "cert",
            "when the certificate ends: ended, <90d, 2027-03, <2027-03, >2027-03, none, unread",
            certificate_test,
            problem=certificate_problem,
            values=tuple(CERTIFICATE_WORDS),
        ),
        Key(
            "backup",
            "the newest backup: recent, old, none, unread, unclear",
            backup_test,
            problem=backup_problem,
            values=tuple(BACKUP_VALUES),
        ),
        _place_part("profile", "part of the profile", _profile_of),
        Key(
            "account",
            "part of the account id",
            _account,
            of_place=_account_of,
            texts=_of_place(_accounts),
        ),
        _place_part("region", "part of the region", _region_of),
    )
}
"""The keys of the filter language by name, in the order in which help shows them."""
