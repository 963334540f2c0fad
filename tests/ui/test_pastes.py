"""What a terminal sends, cut anywhere, is the same but for what acts in pastes."""

from hypothesis import given
from hypothesis import strategies as st

from hsmtui.ui.pastes import END, START, Pastes

keys = st.text("ab\x1b[2~;", max_size=6).filter(lambda text: START not in text and END not in text)
bodies = st.lists(
    st.sampled_from(["a", "\n", "\t", "\x1b", "\x1b[2", "[201", "~", "\x1b[31m", "\x9b", "\0", "é"])
).map("".join)
KEPT = str.maketrans("", "", "\x1b\x9b\0")


@given(
    st.lists(st.tuples(keys, bodies.filter(lambda body: END not in body)), max_size=4), st.data()
)
def test_only_pastes_are_cleaned(sent: list[tuple[str, str]], data: st.DataObject) -> None:
    text = "".join(f"{typed}{START}{body}{END}" for typed, body in sent)
    wanted = "".join(f"{typed}{START}{body.translate(KEPT)}{END}" for typed, body in sent)
    pastes, got = Pastes(), ""
    while text:
        length = data.draw(st.integers(1, 9))
        got += pastes.cleaned(text[:length])
        text = text[length:]
    assert got == wanted


def test_an_escape_that_is_typed_does_not_wait() -> None:
    pastes = Pastes()
    assert pastes.cleaned("\x1b") == "\x1b"
    assert pastes.cleaned("[200~") == "[200~"
    assert pastes.cleaned("\x1b[3q") == "[3q"
