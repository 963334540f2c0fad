"""What an error advises, for someone who has a command line before them and not the app."""

import re

_INSTEAD = (
    (r"press r: the files are read again", "run this again"),
    (r"\bpress r\b", "run this again"),
    (r"\bPress r\b", "Run this again"),
    (r"\bPress m to go on from here\b", "Run this again"),
    (r"\bpress R\b", "use -r"),
    (r"\bPress R to choose one; -r or AWS_REGION set it at the start\b", "-r or AWS_REGION set it"),
    (r"\bP lists the profiles that exist\b", "aws configure list-profiles lists those that exist"),
    (r"\bP (takes|and) ", r"-p \1 "),
    (r"\bR (takes another|another) ", r"-r \1 "),
    (r"; ! keeps it\b", ""),
    (r" ! and then c copies the command that decodes the message\.", " This decodes the message:"),
)
"""Keys of the app, and what does the same here."""


def for_a_command(remedy: str) -> str:
    """The remedy without keys to press."""
    for keys, words in _INSTEAD:
        remedy = re.sub(keys, words, remedy)
    return remedy
