"""Each link and picture of a page leads somewhere, and each page and picture is led to."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.pages import PAGES, ROOT, Page

COMING = {"docs/install.md", "docs/hsmtui.1"}
"""Pages that are written and not here yet."""
PICTURES = ROOT / "screenshots"


def targets(page: Page) -> list[tuple[str, str]]:
    """The file, as a path from the top of the project, and the anchor of each link within it."""
    found = []
    for address in page.links:
        parts = urlsplit(address)
        if parts.scheme:
            continue
        path = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
        found.append((str(path.relative_to(ROOT)), parts.fragment))
    return found


@pytest.mark.parametrize("name", PAGES)
def test_each_link_leads_to_a_file_and_a_heading(name: str) -> None:
    missing = [
        (file, anchor)
        for file, anchor in targets(PAGES[name])
        if file not in COMING
        and not (
            (ROOT / file).is_file()
            and (not anchor or (file in PAGES and anchor in PAGES[file].anchors))
        )
    ]
    assert missing == []


def test_each_page_is_reached_from_the_index() -> None:
    reached, waiting = set(), ["docs/README.md"]
    while waiting:
        name = waiting.pop()
        if name not in reached and name in PAGES:
            reached.add(name)
            waiting += [file for file, _ in targets(PAGES[name])]
    assert {name for name in PAGES if name.startswith("docs/")} <= reached
    listed = {file for file, _ in targets(PAGES["docs/README.md"])}
    assert {name for name in PAGES if name.startswith("docs/")} - listed == {"docs/README.md"}
    assert "docs/README.md" in {file for file, _ in targets(PAGES["README.md"])}


def test_each_picture_is_shown() -> None:
    shown = {file for page in PAGES.values() for file, _ in targets(page)}
    made = {str(path.relative_to(ROOT)) for path in PICTURES.glob("*.svg")}
    assert made
    assert made - shown == set()


def test_no_page_holds_a_path_of_a_machine_or_an_index() -> None:
    """The pages are read elsewhere; which index pip asks is for whoever runs it."""
    for page in PAGES.values():
        for word in ("/home/", str(Path.home()), "pypi.", "npmjs."):
            assert word not in page.text, (page.name, word)
