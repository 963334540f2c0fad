"""The example of a config.toml, which has every setting with its default."""

from importlib.resources import files
from pathlib import Path

_NAME = "config.example.toml"


def example_config() -> str:
    """The text of the file, which a package has inside and a checkout beside it."""
    packaged = files("hsmtui") / _NAME
    if packaged.is_file():
        return packaged.read_text("utf-8")
    return (Path(__file__).parents[2] / _NAME).read_text("utf-8")
