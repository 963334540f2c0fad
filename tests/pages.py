"""The pages that people read, as GitHub reads them, taken apart."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markdown_it.token import Token

from tests.markdown_page import RENDERER

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


class Fence(NamedTuple):
    """A block of code: where it stands, in which language, and what it says."""

    page: str
    line: int
    language: str
    text: str


class Page:
    """A page, and what is in it. `name` is its path from the top of the project."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path.relative_to(ROOT))
        self.text = path.read_text("utf-8")
        self._tokens = RENDERER.parse(self.text)

    def section(self, heading: str) -> str:
        """What stands below a heading, up to the next that is as high."""
        _, below = self.text.split(f"\n{heading}\n", 1)
        level = len(heading) - len(heading.lstrip("#"))
        return re.split(rf"^#{{1,{level}}} ", below, maxsplit=1, flags=re.MULTILINE)[0]

    @property
    def headings(self) -> list[str]:
        """The texts of its headings."""
        pairs = zip(self._tokens, self._tokens[1:], strict=False)
        return [
            "".join(each.content for each in text.children or ())
            for opening, text in pairs
            if opening.type == "heading_open"
        ]

    @property
    def anchors(self) -> set[str]:
        """What may stand behind # in an address of this page."""
        found: set[str] = set()
        seen: Counter[str] = Counter()
        for heading in self.headings:
            slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
        return found

    @property
    def links(self) -> list[str]:
        """Where its links and pictures lead, those of HTML too."""
        by_html = re.findall(r'(?:src|srcset|href)="([^"]+)"', self.text)
        return [*_addresses(self._tokens), *by_html]

    @property
    def fences(self) -> list[Fence]:
        """Its blocks of code."""
        return [
            Fence(self.name, token.map[0] + 1 if token.map else 0, token.info, token.content)
            for token in self._tokens
            if token.type == "fence"
        ]

    @property
    def paragraphs(self) -> list[str]:
        """Its paragraphs, list items and cells, without marks."""
        return [
            "".join(_INSTEAD.get(child.type, child.content) for child in token.children)
            for token in self._tokens
            if token.type == "inline" and token.children
        ]

    @property
    def quoted(self) -> list[str]:
        """What stands as code in its sentences, tables and headings."""
        return [
            child.content
            for token in self._tokens
            for child in token.children or ()
            if child.type == "code_inline"
        ]


_INSTEAD = {"softbreak": " ", "image": "", "html_inline": ""}
"""What stands in a paragraph in place of what is no text."""


def _addresses(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        yield from _addresses(token.children or [])
        for name in ("href", "src"):
            if isinstance(address := token.attrGet(name), str):
                yield address


README = Page(ROOT / "README.md")
PAGES = {
    page.name: page
    for page in (
        README,
        Page(ROOT / ".github" / "CONTRIBUTING.md"),
        *(Page(path) for path in sorted(DOCS.glob("*.md"))),
    )
}


def doc(name: str) -> Page:
    """A page of docs/."""
    return PAGES[f"docs/{name}.md"]
