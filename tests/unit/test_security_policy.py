"""What SECURITY.md promises of requests is what a client lets through."""

import re
from pathlib import Path

from hsmtui.aws.guard import READING, WRITING

POLICY = (Path(__file__).parents[2] / ".github" / "SECURITY.md").read_text(encoding="utf-8")


def operations(purpose):
    rows = re.findall(rf"^ *\| {purpose} \| (.*) \|$", POLICY, re.MULTILINE)
    return set(re.findall(r"`([^`]+)`", " ".join(rows)))


def test_operations_are_those_that_a_client_sends():
    assert operations("looking") | operations("signing in") == READING
    assert operations("changing") == WRITING
