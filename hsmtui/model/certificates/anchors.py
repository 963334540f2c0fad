"""The roots of the settings, and which of them a certificate ends in."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from hsmtui.model.certificates.facts import RootFacts, root_facts
from hsmtui.model.certificates.issuance import (
    Issuance,
    Judgement,
    LinkVerdict,
    issuance,
    names_as_issuer,
    self_signed,
)
from hsmtui.model.certificates.pem import UnreadablePemError
from hsmtui.model.certificates.roots import RootFile
from hsmtui.model.text import visible


class Anchor(NamedTuple):
    """A certificate of a file of roots, and whether it is a root."""

    pem: str
    facts: RootFacts
    is_root: bool


class Anchors:
    """The certificates in the files of one kind, and what is wrong with some.

    `reissues` says what to do about a root that has ended, `at_most` how many a file may hold.
    """

    def __init__(
        self,
        name: str,
        setting: str,
        files: Iterable[RootFile],
        reissues: str,
        at_most: int | None = None,
    ) -> None:
        self.name = name
        self.setting = setting
        self.reissues = reissues
        self.all: list[Anchor] = []
        self.problems: list[str] = []
        for file in files:
            for problem in self._take(file, at_most):
                self.problems.append(visible(f"{name} {file.path}: {problem}"))

    @property
    def roots(self) -> list[Anchor]:
        """Those that a chain can end in."""
        return [anchor for anchor in self.all if anchor.is_root]

    def _take(self, file: RootFile, at_most: int | None) -> Iterator[str]:
        """Take the certificates of a file, and say what is wrong with it or with one of them."""
        if file.problem:
            yield file.problem
            return
        if at_most is not None and len(file.pems) > at_most:
            yield f"holds {len(file.pems)} certificates, expected the root alone"
            return
        for pem in file.pems:
            try:
                anchor = Anchor(pem, root_facts(pem, file.path), self_signed(pem))
            except UnreadablePemError as error:
                yield f"cannot be read: {error}"
                continue
            self.all.append(anchor)
            if not anchor.is_root:
                yield f"{anchor.facts.subject} is not self-signed, expected a root"

    def judge(self, name: str, pem: str, now: datetime) -> tuple[Judgement, Anchor | None]:
        """Whether the certificate called `name` ends in one of the roots, and in which of them."""
        if not self.roots:
            unnamed = f"no {self.name} in settings ([trust] {self.setting})"
            why = "no usable root" if self.problems else unnamed
            return Judgement(LinkVerdict.UNCHECKED, why), None
        try:
            of_this_name = [anchor for anchor in self.all if names_as_issuer(pem, anchor.pem)]
            pairs = [
                (issuance(pem, each.pem, by_root=True), each) for each in of_this_name or self.roots
            ]
        except UnreadablePemError as error:
            return Judgement(LinkVerdict.UNCHECKED, f"{name} cannot be judged: {error}"), None
        in_time = [pair for pair in pairs if not pair[0].issuer.out_of_time(now)]
        if of_this_name and not in_time:
            return self._out_of_time(name, *pairs[0], now), pairs[0][1]
        return self._best(
            [(each.at(now, self.name, name), root) for each, root in in_time or pairs]
        )

    def _best(self, judged: list[tuple[Judgement, Anchor]]) -> tuple[Judgement, Anchor]:
        """That of the root that fits, if all do: openssl may take any that has the name."""
        best, root = next((pair for pair in judged if _holds(*pair)), judged[0])
        if _holds(best, root) and not all(_holds(*pair) for pair in judged):
            why = f"another {self.name} of this name in the settings did not issue it"
            return Judgement(LinkVerdict.UNCHECKED, why), root
        if best.verdict is LinkVerdict.FAILED and self.problems:
            why = f"{best.why}; another root is not usable"
            return Judgement(LinkVerdict.UNCHECKED, why), root
        return best, root

    def _out_of_time(self, name: str, pair: Issuance, anchor: Anchor, now: datetime) -> Judgement:
        """What an old file means: nothing about the certificate, unless that has ended too."""
        if ended := pair.certificate.out_of_time(now):
            return Judgement(LinkVerdict.FAILED, f"{name} {ended}")
        late = pair.issuer.out_of_time(now)
        why = f"{anchor.facts.file} holds a root that {late}"
        if pair.issuer.ends <= now:
            why += f"; it is an old file: {self.reissues}"
        return Judgement(LinkVerdict.UNCHECKED, why)


def _holds(judgement: Judgement, anchor: Anchor) -> bool:
    return anchor.is_root and judgement.verdict is not LinkVerdict.FAILED
