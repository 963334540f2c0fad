"""What there is to look for: the values of each key of the filter language that are known."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice

from hsmtui.model.cluster import Cluster
from hsmtui.model.filter.term import KEYS, Key, Texts
from hsmtui.model.findings.finding import PlaceNames

MOST_VALUES = 50_000
"""Values of a key that are looked at: those of all HSMs of 10,000 clusters."""


class KnownValues:
    """Collects the values of a key when they are first asked for, and keeps them.

    `clusters` and `places` give what is loaded at that moment.
    """

    def __init__(
        self,
        clusters: Callable[[], Iterable[Cluster]],
        places: Callable[[], Iterable[PlaceNames]],
    ) -> None:
        self._clusters = clusters
        self._places = places
        self._kept: dict[str, Sequence[Sequence[str]]] = {}

    def of(self, key_name: str) -> Sequence[Sequence[str]]:
        """The values of a key, each once, in groups of which the later ones are looked at where
        the earlier ones have nothing: of tags first the keys, with ``=`` behind each."""
        if key_name not in self._kept:
            self._kept[key_name] = self._groups(KEYS[key_name])
        return self._kept[key_name]

    def _groups(self, key: Key) -> list[list[str]]:
        if not key.of_cluster:
            places = set(filter(None, map(key.of_place, self._places())))
            return [[*key.values, *sorted(places)]]
        return [self._collected(key.values, texts) for texts in key.of_cluster]

    def _collected(self, beforehand: tuple[str, ...], texts: Texts) -> list[str]:
        """Those that are known beforehand in their order, then those that were read, sorted."""
        found = chain.from_iterable(map(texts, self._clusters()))
        read = set(islice(filter(None, found), MOST_VALUES))
        return [*beforehand, *sorted(read.difference(beforehand), key=str.casefold)]
