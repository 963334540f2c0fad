"""A case that is handed over: the page is there, and the terminal as it was."""

import re
import stat
from pathlib import Path

from tests.terminal.rows import go_to
from tests.terminal.terminal import HSMTUI, Terminal, environment


def test_a_page_is_written_for_its_owner_alone(home: Path) -> None:
    folder = home / "case"
    folder.mkdir()
    with Terminal([HSMTUI, "--demo"], environment(home), cwd=folder) as terminal:
        terminal.wait_for("clusters (25+)")
        cluster_id = go_to(terminal, "legacy-tde")
        terminal.send("H")
        terminal.wait_for("Wrote the page")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert terminal.is_restored
    (page,) = folder.iterdir()
    assert re.fullmatch(rf"{cluster_id}-.*\.md", page.name)
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert cluster_id in page.read_text(encoding="utf-8")
