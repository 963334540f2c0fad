"""What hsmtui says is plain and short English, in one vocabulary."""

import re

from tests.sentences import page, sentences

MOST_WORDS = 25
"""Words of a sentence that is read at once."""

ONE_WORD = {
    r"\btoast|\bpopup\b": "notice",
    r"\bmodules?\b": "HSM",
    r"\btenan(t|cy)\b": "account",
    r"\bmachines?'s HSM\b": "HSM",
    r"\bdelet(e|ion) protection\b": "read-only",
    r"\bforbidden\b": "not allowed",
    r"\bwarnings?\b(?! \")": "finding, or its severity",
    r"\bnot told\b": "not known, or what the answer lacks",
    r"\basked all the same\b": "asked anyway",
    r"\bshall\b": "will",
    r"\bwhilst\b|\bthereof\b|\bhereby\b|\bherein\b": "a plain word",
    r"\bof it (changes|comes)\b": "its own subject",
    r"\b(log ?in|logon)\b": "sign in",
    r"\bname space\b|\bnamespace\b": "place",
    r"\bgood for\b": "use",
    r"\bafresh\b|\banew\b": "again",
    r"\basks? again\b": "read again, or try again",
    r"\bnobody is asked\b|\basks nobody\b": "AWS is not asked",
    r"\bcredentials have ended\b|\bcode has run out\b": "expired",
    r"\bare the most\b|\bare taken\b": "at most … are allowed",
    r"\bturned off\b": "switched off",
    r"\bin sight\b": "on the screen",
    r"\bnothing of it\b|\bnone of it\b": "its own subject",
    r"\bplaces? (found|that the search)\b|\bhas no place\b": "match, or move",
    r"\b[{§R] takes another\b|\b-[pr] takes\b": "choose, or name",
}
"""What stands for a thing that has one word already, or takes a second reading, and the word."""

THEIRS = re.compile(r"aws (sso |configure )?log(in|out)\b")
"""The names of somebody else's commands."""


def test_of_every_kind_are_on_the_page() -> None:
    told = page()
    for words in (
        "This cannot be undone.",
        "The service refused: nothing was deleted.",
        "Nothing can use the keys of the cluster: it is down.",
        "There is no cluster under the cursor.",
    ):
        assert words in told


def test_are_short() -> None:
    long = [
        f"{sentence.path}:{sentence.line}: {part}"
        for sentence in sentences()
        for part in re.split(r"(?<=[.;:!?])\s+|\n+", sentence.text)
        if len(part.split()) > MOST_WORDS
    ]
    assert long == []


def test_use_one_word_for_a_thing() -> None:
    odd = [
        f'{each.path}:{each.line}: {each.text!r} says "{found[0]}" for {word}'
        for each in sentences()
        for pattern, word in ONE_WORD.items()
        if (found := re.search(pattern, THEIRS.sub("", each.text), re.IGNORECASE))
    ]
    assert odd == []
