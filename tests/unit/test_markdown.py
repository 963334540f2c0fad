"""A Markdown page shows texts from outside as they are, and makes nothing of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.export.markdown import code, escaped, fenced, table
from hsmtui.model.text import visible
from tests.hostile import CORPUS
from tests.markdown_page import RENDERER, text_of

MARKUP = [
    "<script>alert(1)</script>",
    "<b>x",
    "<!-- x",
    "[a link](http://evil.example)",
    "![x](y)",
    "[a]: http://evil.example",
    "http://evil.example",
    "www.evil.example and evil.com",
    "alice@bank.example",
    "@everyone #123",
    "a | b",
    "|---|---|",
    "`a` ``b``` c",
    "``",
    "**bold** _it_ ~~gone~~ snake_case",
    "# heading",
    "- item",
    "+ item",
    "* item",
    "12. item",
    "1) item",
    "> quote",
    "---",
    "===",
    "    code",
    "~~~",
    "```sh",
    "a\\",
    "\\<b>",
    "&lt;b&gt; &copy; &#60;",
    "two\nlines\r\n\r\n# x",
    "a  \nb",
    " ",
    "",
    " ` ",
    "a\\|b",
    "$x$ :+1: ==x== ++y++ {{z}}",
    *CORPUS.values(),
]

markup = st.text(st.sampled_from("ab1 \\`*_[]()<>&~$^{}#@=|-+:./!\"'\n\t\u00a0\u202e\ud800é"))
texts = st.one_of(markup, st.text(), st.sampled_from(MARKUP))


def paragraph(page: str) -> str:
    tokens = RENDERER.parse(page)
    if not tokens:
        return ""
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    return text_of(tokens[1])


@pytest.mark.parametrize("text", MARKUP, ids=ascii)
def test_markup_is_text(text: str) -> None:
    assert paragraph(escaped(text)) == visible(text)
    assert paragraph(f"See {code(text)} there") == f"See {visible(text)} there"


@given(texts)
def test_any_text_is_text(text: str) -> None:
    assert paragraph(escaped(text)) == visible(text)
    assert paragraph(f"See {escaped(text)}.") == f"See {visible(text)}."
    assert paragraph(f"x {code(text)} x") == f"x {visible(text)} x"


@given(texts, texts, texts)
def test_a_table_keeps_its_cells(header: str, first: str, second: str) -> None:
    tokens = RENDERER.parse(table(("ID", header), [(first, second), (second, first)]))
    assert (tokens[0].type, tokens[-1].type) == ("table_open", "table_close")
    cells = [text_of(token) for token in tokens if token.type == "inline"]
    shown = [visible(text) for text in (header, first, second)]
    assert cells == ["ID", shown[0], shown[1], shown[2], shown[2], shown[1]]


@given(st.lists(texts, min_size=1))
def test_a_block_of_code_ends_where_it_should(lines: list[str]) -> None:
    text = "\n".join(lines)
    (token,) = RENDERER.parse(fenced(text, "sh"))
    assert (token.type, token.info) == ("fence", "sh")
    assert token.content.rstrip("\n") == "\n".join(map(visible, text.split("\n"))).rstrip("\n")


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Delete it and create another.", "Delete it and create another."),
        ("hsm-3kd72vqyzma is DEGRADED", "hsm-3kd72vqyzma is DEGRADED"),
        ("state DELETE_IN_PROGRESS since 12:30.", "state `DELETE_IN_PROGRESS` since 12:30."),
        ("ask alice@bank.example, now", "ask `alice@bank.example`, now"),
        ("10.0.15.200, hsm2m.medium.", "10.0.15.200, `hsm2m.medium`."),
        ("2026-11-21 17:09:30 UTC", "2026-11-21 17:09:30 UTC"),
        ("a|b", "`a`&#124;`b`"),
        ("not CN=AWS CloudHSM Root G1", "not CN=AWS CloudHSM Root G1"),
        ("CN=A, O=B+L=C", "CN=A, O=B+L=C"),
    ],
)
def test_plain_words_stay_plain(text: str, page: str) -> None:
    assert escaped(text) == page
