"""The numbers that the pages tell are those of the code."""

from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location

import pytest
from textual.geometry import Size

from hsmtui.aws.bounds import LARGEST_ANSWER
from hsmtui.aws.child_process import PROGRAM_SECONDS
from hsmtui.check.formats import ocsf
from hsmtui.config.file import Config
from hsmtui.config.state import COMMANDS_AT_MOST, FILTERS_AT_MOST
from hsmtui.demo.sessions import Rules
from hsmtui.fleet.background_backups import OLD_AFTER
from hsmtui.model.backup import RETENTION_WORDS
from hsmtui.model.findings.accept import SOON
from hsmtui.model.findings.evaluate import RULES
from hsmtui.model.gates.create_hsm import HSMS_BY_DEFAULT
from hsmtui.model.new_cluster import CLUSTERS_BY_DEFAULT, DAYS_BY_DEFAULT
from hsmtui.ui.main.arrangement import Panes, panes_of
from hsmtui.ui.terminal.clipboard import LONGEST_COPY
from hsmtui.ui.terminal.control_sequences import PASTE_PAUSE
from hsmtui.ui.terminal.type_ahead import DIALOG_AT_MOST
from tests.pages import PAGES, ROOT

IN_WORDS = {2: "two", 5: "five"}


def beside(*, several: bool) -> int:
    """Columns from which on the details stand beside the list."""
    widths = range(80, 300)
    return next(w for w in widths if panes_of(Size(w, 40), several=several) is Panes.BESIDE)


def story():
    spec = spec_from_file_location("screenshots_incident", ROOT / "screenshots" / "incident.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.STORY


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("README", f"{len(RULES)} rules say what is wrong"),
        ("README", f"{sum(len(step.keys) for step in story())} keys."),
        ("docs/triage", f"plays it in {sum(step.seconds for step in story()):g} seconds"),
        ("docs/triage", f"That is {sum(len(step.keys) for step in story())} keys besides"),
        ("docs/triage", f"From {beside(several=False)} columns on they stand beside the list"),
        ("docs/triage", f"beside the list ({beside(several=True)} with several places)"),
        ("docs/triage", f"older than {OLD_AFTER // timedelta(minutes=1)} minutes"),
        ("docs/triage", f"end within {SOON.days} days"),
        ("docs/triage", f"`refresh_seconds` ({Config().refresh_seconds:g})"),
        ("docs/changing", f"An account has {CLUSTERS_BY_DEFAULT} clusters in a region by default"),
        ("docs/changing", f"An account has {HSMS_BY_DEFAULT} HSMs in a region by default"),
        ("docs/changing", f"the service takes {DAYS_BY_DEFAULT}"),
        ("docs/changing", f"every {IN_WORDS[int(Config().delete.poll_seconds)]} seconds"),
        ("docs/many-accounts", f"`[fleet] parallel` ({Config().fleet.parallel}) requests"),
        ("docs/signing-in", f"at most {PROGRAM_SECONDS:g} seconds"),
        ("docs/signing-in", f"an MFA code: it is {Rules().mfa_code}"),
        ("docs/demo-server", f"the MFA code {Rules().mfa_code}"),
        ("docs/terminals", f"Over {LONGEST_COPY:,} bytes"),
        ("docs/terminals", f"over after {IN_WORDS[int(PASTE_PAUSE)]} seconds"),
        ("docs/terminals", f"does not come within {IN_WORDS[int(DIALOG_AT_MOST)]} seconds"),
        ("docs/settings", f"the last {FILTERS_AT_MOST} filters and palette lines"),
        ("docs/settings", f"the last {COMMANDS_AT_MOST} filters and palette lines"),
        ("docs/troubleshooting", f"too large ({LARGEST_ANSWER // 2**20} MiB)"),
        ("docs/glossary", f"are kept: {RETENTION_WORDS}"),
        ("docs/ci", f"of OCSF {ocsf.VERSION}"),
    ],
)
def test_a_number_that_is_told_is_that_of_the_code(page: str, words: str) -> None:
    assert words in " ".join(PAGES[f"{page}.md"].text.split())
