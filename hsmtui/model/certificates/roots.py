"""The certificates that the user trusts: what the files named in the settings hold."""

from typing import NamedTuple


class RootFile(NamedTuple):
    """A file of roots: its certificates as PEM, or why there are none."""

    path: str
    pems: tuple[str, ...] = ()
    problem: str = ""


class Roots(NamedTuple):
    """The root of AWS and those of the makers of HSMs, as far as the settings name them."""

    aws: RootFile | None = None
    manufacturer: tuple[RootFile, ...] = ()
