"""The pages are written in short sentences, and each thing is told once."""

import re
from collections import defaultdict

from tests.pages import PAGES, Page

MOST_WORDS = 28
"""In a sentence, or a part of one up to a semicolon or a colon."""
REPEATED_WORDS = 9
"""A sentence of so many words that stands on two pages is told twice."""
FOR_USERS = [
    page
    for name, page in PAGES.items()
    if name not in {".github/CONTRIBUTING.md", "docs/architecture.md"}
]


def sentences(page: Page) -> list[str]:
    """The sentences of paragraphs, lists and cells."""
    return [
        sentence
        for paragraph in page.paragraphs
        for sentence in re.split(r"(?<=[.;:!?])\s+", paragraph)
    ]


def test_sentences_are_short() -> None:
    long = [
        (page.name, sentence)
        for page in FOR_USERS
        for sentence in sentences(page)
        if len(sentence.split()) > MOST_WORDS
    ]
    assert long == []


def test_no_sentence_stands_on_two_pages() -> None:
    pages: dict[str, set[str]] = defaultdict(set)
    for page in FOR_USERS:
        for sentence in sentences(page):
            if len(sentence.split()) >= REPEATED_WORDS:
                pages[sentence].add(page.name)
    assert {each: where for each, where in pages.items() if len(where) > 1} == {}
