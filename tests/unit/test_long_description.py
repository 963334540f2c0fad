"""An index shows the README with its pictures and links, though it has nothing beside it.

``.ci/packages`` names the wheel that it has built in ``BUILT_WHEEL``; the description in that is
rendered as an index renders it.
"""

import os
import re
import tomllib
from email import message_from_bytes
from html.parser import HTMLParser
from pathlib import Path
from zipfile import ZipFile

import pytest

from hsmtui import __version__
from tests.markdown_page import RENDERER

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
HOOK = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"][
    "metadata"
]["hooks"]["fancy-pypi-readme"]
PICTURES = f"https://raw.githubusercontent.com/hsmtui/hsmtui/v{__version__}/"
FILES = f"https://github.com/hsmtui/hsmtui/blob/v{__version__}/"


class Addresses(HTMLParser):
    """What a page links and shows."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.pictures: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "a":
            self.links.append(named["href"])
        elif tag == "img":
            self.pictures.append(named["src"])
        elif tag == "source":
            self.pictures.append(named["srcset"])


def made_absolute(text):
    """The text as the build has it."""
    for each in HOOK["substitutions"]:
        text = re.sub(each["pattern"], each["replacement"], text)
    return text.replace("$HFPR_VERSION", __version__)


def page_of_the_checkout():
    return RENDERER.render(made_absolute(README))


def page_of_the_wheel():
    wheel = os.environ.get("BUILT_WHEEL")
    if not wheel:
        pytest.skip("BUILT_WHEEL names no wheel: .ci/packages builds one")
    markdown = pytest.importorskip("readme_renderer.markdown")
    with ZipFile(wheel) as archive:
        metadata = archive.read(f"hsmtui-{__version__}.dist-info/METADATA")
    description = message_from_bytes(metadata).get_payload(decode=True)
    return markdown.render(description.decode("utf-8"))


@pytest.mark.parametrize("page_of", [page_of_the_checkout, page_of_the_wheel])
def test_links_and_pictures_are_those_of_the_tagged_version(page_of):
    page = Addresses(page_of())
    assert page.links
    assert [link for link in page.links if not link.startswith("https://")] == []
    assert [name for name in page.pictures if not name.startswith(PICTURES)] == []
    named = [link.removeprefix(FILES) for link in page.links if link.startswith(FILES)]
    named += [name.removeprefix(PICTURES) for name in page.pictures]
    assert [name for name in named if not (ROOT / name.partition("#")[0]).exists()] == []


@pytest.mark.parametrize("page_of", [page_of_the_checkout, page_of_the_wheel])
def test_every_picture_is_seen(page_of):
    """A renderer may leave out `source`, of which each stands beside an `img`."""
    wanted = re.findall(r'!\[[^\]]*\]\(([^)]+)\)|<img [^>]*src="([^"]+)"', README)
    shown = Addresses(page_of()).pictures
    assert wanted
    assert {PICTURES + (plain or tag) for plain, tag in wanted} <= set(shown)


@pytest.mark.parametrize(
    ("text", "absolute"),
    [
        ("[a](docs/a.md#b)", f"[a]({FILES}docs/a.md#b)"),
        ("[a](#b)", f"[a]({FILES}README.md#b)"),
        ("[a]: docs/a.md", f"[a]: {FILES}docs/a.md"),
        ("![a](a.svg)", f"![a]({PICTURES}a.svg)"),
        ("[![a](a.svg)](docs/a.md)", f"[![a]({PICTURES}a.svg)]({FILES}docs/a.md)"),
        ('<img alt="" src="a.svg">', f'<img alt="" src="{PICTURES}a.svg">'),
        ('<source srcset="a.svg">', f'<source srcset="{PICTURES}a.svg">'),
        ("[a](https://aws.amazon.com/)", "[a](https://aws.amazon.com/)"),
        ("![a](https://aws.amazon.com/a.svg)", "![a](https://aws.amazon.com/a.svg)"),
    ],
)
def test_each_form_of_a_link_is_made_absolute(text, absolute):
    assert made_absolute(text) == absolute
