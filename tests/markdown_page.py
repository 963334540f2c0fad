"""A Markdown page as GitHub reads it, taken apart."""

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

RENDERER = MarkdownIt("gfm-like", {"html": True})
"""Bare addresses become links, HTML becomes HTML."""

AS_TEXT = {"text", "text_special", "code_inline"}


def text_of(inline: Token) -> str:
    """The text of a paragraph or cell, of which nothing but text and code was made."""
    assert {child.type for child in inline.children or ()} <= AS_TEXT
    return "".join(child.content for child in inline.children or ())


def blocks(page: str) -> Iterator[tuple[str, str]]:
    """The blocks of a page with their texts: heading, list item, cell, block of code."""
    inside = ""
    for token in RENDERER.parse(page):
        if token.type == "inline":
            yield inside, text_of(token)
        elif token.type == "fence":
            yield "fence", token.content
        elif token.nesting == 1:
            inside = inside if token.type == "paragraph_open" and inside else token.type
        elif token.nesting == -1 and token.type != "paragraph_close":
            inside = ""
        else:
            assert token.nesting, f"{token.type} was made of {token.content!r}"
