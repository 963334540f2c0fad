"""Texts that would do harm where they are not taken as text, in every field of the model."""

import json
from typing import Any

from msgspec import inspect

from hsmtui.model.cluster import Cluster
from hsmtui.model.entry import Entry

CORPUS = {
    "markup": "[red]x[/foo][bold[@click=app.quit]y[/]$text",
    "csi": "\x1b[6666;6666HPWNED\x1b[6666J",
    "osc": "\x1b]0;PWNED\x07\x1b]8;;http://PWNED\x1b\\x",
    "dcs": "\x1bPPWNED\x1b\\\x1b_PWNED\x1b\\\x1bcPWNED",
    "c0": "\x00\x05\x07\x08\x0b\x0c\x0e\x0f\x7fPWNED\r\n\tz",
    "c1": "\x9b6666HPWNED\x90PWNED\x9c\x84\x85",
    "bidi": "safe\u202egnp.exe\u2066a\u2069\u200f\u061c",
    "zero width": "a\u200bb\u200cc\u200dd\u2060e\ufefff\xadg",
    "separators": "a\u2028b\u2029c",
    "wide": "本番環境" * 12 + "\U0001f469\u200d\U0001f4bb\U0001f1e8\U0001f1ed",
    "combining": "z" + "\u0301" * 60 + "Z\u0337a\u0336l\u0334",
    "long": "x" * 256,
    "surrogates": "a\ud800b\udfffc\udc9bd",
    "selectors": "\u2764\ufe0f\U000e0041\U000e007f",
}


def cluster_of(text: str) -> dict[str, Any]:
    """A cluster as the API answers it, with this text in every field of the model that has one.

    The PreCoPassword is another text, as a secret it would be masked in all the others.
    """
    return _fields(inspect.type_info(Cluster), text)


def answer_of(*texts: str) -> bytes:
    """An answer of DescribeClusters; JSON's own escapes can carry halves of surrogate pairs."""
    return json.dumps({"Clusters": [cluster_of(text) for text in texts]}).encode()


def _fields(info: inspect.Type, text: str) -> dict[str, Any]:
    assert isinstance(info, inspect.StructType)
    members = [field for field in info.fields if field.name not in Entry.__struct_fields__]
    return {field.encode_name: _value(field.type, text) for field in members}


def _value(info: inspect.Type, text: str) -> Any:
    if isinstance(info, inspect.UnionType):
        return _value(next(kind for kind in info.types if kind != inspect.NoneType()), text)
    if isinstance(info, inspect.StructType):
        return _fields(info, text)
    if isinstance(info, inspect.VarTupleType):
        return [_value(info.item_type, text)]
    if isinstance(info, inspect.DictType):
        return {text: text}
    kinds: dict[type[inspect.Type], Any] = {
        inspect.StrType: text,
        inspect.DateTimeType: 1_700_000_000,
        inspect.CustomType: f"of-its-own {text}",
    }
    return kinds[type(info)]  # a KeyError tells of a field of a new kind
