"""What every test would do anew with the same outcome is done once in a run, and shared.

Nothing here answers in place of the code: each first time is the code's own work, and what a test
may change is given to it as a copy.
"""

import pickle
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from botocore import hooks
from botocore.loaders import JSONFileLoader, Loader
from cryptography import x509
from textual.css.model import RuleSet
from textual.css.stylesheet import CSSLocation, Stylesheet

from hsmtui.demo import certificates, control_plane


def share(patch: pytest.MonkeyPatch) -> None:
    """Have the work shared until the patches are undone: three quarters of a short test's time."""
    _botocore_data(patch)
    _event_names(patch)
    _fleets(patch)
    _certificates(patch)
    _stylesheets(patch)
    patch.setattr(RuleSet, "__hash__", object.__hash__)  # by identity as before, but not in Python


def _botocore_data(patch: pytest.MonkeyPatch) -> None:
    """Each session lists some 400 folders, and reads the same files again."""
    patch.setattr(JSONFileLoader, "load_file", staticmethod(cache(JSONFileLoader().load_file)))
    begin = Loader.__init__
    caches: dict[tuple[str, ...], dict[object, object]] = {}

    def begin_with_what_is_known(loader: Loader, *arguments: Any, **named: Any) -> None:
        begin(loader, *arguments, **named)
        if not named.get("file_loader"):
            loader._cache = caches.setdefault(tuple(loader.search_paths), {})

    patch.setattr(Loader, "__init__", begin_with_what_is_known)


def _event_names(patch: pytest.MonkeyPatch) -> None:
    """Each session works out again how botocore's events are called in the end."""
    begin = hooks.EventAliaser.__init__
    names: dict[str, str] = {}

    def begin_with_what_is_known(
        aliaser: hooks.EventAliaser, emitter: Any, aliases: Any = None
    ) -> None:
        begin(aliaser, emitter, aliases)
        if aliases is None:
            aliaser._alias_name_cache = names

    patch.setattr(hooks.EventAliaser, "__init__", begin_with_what_is_known)


def _fleets(patch: pytest.MonkeyPatch) -> None:
    """Each plane makes the same 312 clusters; a plane changes its own copy of them."""
    fleet = cache(_pickled(control_plane.make_place))
    patch.setattr(control_plane, "make_place", lambda *asked: pickle.loads(fleet(*asked)))  # noqa: S301


def _pickled(make: Callable[..., object]) -> Callable[..., bytes]:
    return lambda *asked: pickle.dumps(make(*asked))


def _certificates(patch: pytest.MonkeyPatch) -> None:
    """Each plane signs the same certificates, which cannot be changed."""
    sign = certificates._certificate
    signed: dict[tuple[object, ...], x509.Certificate] = {}

    def sign_once(subject: Any, public_key: Any, *more: Any, **named: Any) -> x509.Certificate:
        asked = (subject, public_key.public_numbers(), *more, *named.items())
        if asked not in signed:
            signed[asked] = sign(subject, public_key, *more, **named)
        return signed[asked]

    patch.setattr(certificates, "_certificate", sign_once)


def _stylesheets(patch: pytest.MonkeyPatch) -> None:
    """Each app parses the same sheets again."""
    parse = Stylesheet._parse_rules
    parsed: dict[object, Any] = {}

    def parse_once(
        sheet: Stylesheet, css: str, read_from: CSSLocation, *more: Any, **named: Any
    ) -> Any:
        variables = frozenset(sheet._variables.items())
        asked = (css, read_from, more, frozenset(named.items()), variables)
        if asked not in parsed:
            parsed[asked] = parse(sheet, css, read_from, *more, **named)
        return parsed[asked]

    patch.setattr(Stylesheet, "_parse_rules", parse_once)
