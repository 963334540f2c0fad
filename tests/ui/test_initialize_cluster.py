"""Initializing a cluster: from its first key to a cluster that is in use, with openssl outside."""

import shutil
import subprocess
from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.containers import VerticalScroll
from textual.widgets import Button, Input

from hsmtui.config.file import Trust
from hsmtui.demo.place import ACTIVATE_SECONDS, CREATE_SECONDS, INITIALIZE_SECONDS
from hsmtui.demo.records import Cluster, Tag
from hsmtui.model.certificates.certificate import same_key
from hsmtui.model.certificates.openssl import CUSTOMER_CA, signed_name
from hsmtui.model.text import visible
from hsmtui.ui.dialogs.claim_files import ClaimFilesDialog
from hsmtui.ui.dialogs.create_hsm import CreateHsmDialog
from hsmtui.ui.dialogs.initialize_cluster import InitializeClusterDialog
from hsmtui.ui.dialogs.initialize_steps import InitializeStepsDialog
from hsmtui.ui.terminal.type_ahead import BLIND
from tests.claims import TRUST, csr_of, open_claim, openssl, quick_claim, root_of, signed_by
from tests.parts import part_of
from tests.recorded import read_audit
from tests.scripted import Gate, Refuse, Reset, StandingClock, reply_json
from tests.ui.conftest import HERE

INITIALIZE = "InitializeCluster"
GOOD, NO_HSM, OTHER_KEY = "firmware-signing-dev", "mobile-wallet-qa", "code-signing-qa"
ACTIVE, DELETED, DAY = "payments-prod-01", "pin-verification-perf", 86_400


@pytest.fixture
def clock() -> StandingClock:
    """A little after openssl signs, by the time of this machine; a test advances it."""
    return StandingClock(datetime.now(UTC) + timedelta(minutes=9))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current one, with a folder beside that a CA signs in."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def at(sit: Any, cluster: Callable[[str], Cluster]) -> Any:
    """The app with the cursor on the cluster of this Name."""

    @asynccontextmanager
    async def at(name: str = GOOD, **more: Any) -> Any:
        async with sit(**{"trust": TRUST, **more}) as desk:
            desk.cluster = cluster(name)
            if desk.cluster.cluster_id not in desk.rows:
                await desk.press("M")
                await desk.until(lambda: desk.cluster.cluster_id in desk.rows, "the other pages")
                await desk.settles()
            await desk.put_cursor(desk.cluster)
            yield desk

    return at


async def comes(desk: Any, kind: type) -> Any:
    await desk.until(lambda: isinstance(desk.app.screen, kind), kind.__name__)
    await desk.rest()
    return desk.app.screen


async def to_files(desk: Any) -> ClaimFilesDialog:
    """From the list to the fields for the files."""
    await desk.press("i")
    await comes(desk, InitializeStepsDialog)
    await desk.press("enter")
    dialog: ClaimFilesDialog = await comes(desk, ClaimFilesDialog)
    return dialog


async def give(desk: Any, signed: object, anchor: object) -> None:
    """Type both paths, and have them read."""
    for part, path in (("signed", signed), ("anchor", anchor)):
        field = desk.app.screen.query_one(f"#claim-{part}", Input)
        desk.app.screen.set_focus(field)
        await desk.type(str(path))
    await desk.press("enter")


NAME_ROOTS = "under [trust] in config.toml"


async def confirm(desk: Any) -> None:
    dialog = await comes(desk, InitializeClusterDialog)
    await desk.until(lambda: dialog.is_confirmable, "an open gate")
    await desk.type(desk.cluster.cluster_id)
    await desk.press("tab", "enter")


async def to_dialog(desk: Any, folder: Path) -> InitializeClusterDialog:
    """From the list to the dialog of the change, by the shortest way."""
    await open_claim(desk, desk.cluster, folder)
    dialog: InitializeClusterDialog = desk.app.screen
    await desk.until(lambda: dialog.has_looked, "a look")
    return dialog


def run_as_shown(page: str, folder: Path) -> None:
    """The commands of the page, answered as a person answers openssl."""
    commands = [line for line in page.splitlines() if line.startswith("openssl ")]
    answers = ["word\nword\n", "word\n" + "\n" * 5 + "Test root\n\n", "word\n"]
    for command, answer in zip(commands, answers, strict=True):
        subprocess.run(
            command.split(),
            cwd=folder,
            input=answer,
            check=True,
            capture_output=True,
            text=True,
            start_new_session=True,  # openssl asks on standard input where there is no terminal
        )


async def test_from_the_first_key_to_a_cluster_in_use(at, clock, folder):
    async with at() as desk:
        cluster_id = desk.cluster.cluster_id
        await desk.press("i")
        await comes(desk, InitializeStepsDialog)
        await desk.sees("✓ Chain of trust verified", "openssl genrsa -aes256", "s saves the CSR")
        await desk.press("s")
        saved = folder / cluster_id
        await desk.sees(f"Saved in {saved}")
        run_as_shown((saved / "how-to-sign.txt").read_text(), saved)
        await desk.press("enter")
        await comes(desk, ClaimFilesDialog)
        await desk.press("enter")  # the files are where they are expected
        dialog = await comes(desk, InitializeClusterDialog)
        await desk.until(lambda: dialog.has_looked, "a look")
        signed = saved / f"{cluster_id}_CustomerHsmCertificate.crt"
        anchor = saved / "customerCA.crt"
        for path in (signed, anchor):
            printed = openssl("x509", "-in", path, "-noout", "-fingerprint", "-sha256")
            await desk.sees(printed.strip().split("=")[1].replace(":", ""))
        await desk.sees(
            "✓ The certificate is for the key of the CSR.",
            "CN=HSM:",
            "✓ The trust anchor is signed by itself.",
            "CN=Test root",
            "✓ The trust anchor signed the certificate; both are valid now.",
            f"to {openssl('x509', '-in', signed, '-noout', '-enddate').split()[-2]}-",
            "This cannot be undone",
        )
        await confirm(desk)
        await desk.sees("The service took the request.", "INITIALIZE_IN_PROGRESS")
        assert desk.asked(INITIALIZE) == [
            {
                "ClusterId": cluster_id,
                "SignedCert": signed.read_text(),
                "TrustAnchor": anchor.read_text(),
            }
        ]
        await desk.press("escape")
        clock.advance(INITIALIZE_SECONDS)
        words = f"{cluster_id} is INITIALIZED. i on its row shows how to activate it."
        await desk.until(lambda: words in desk.notifications, "it is told")
        assert "INITIALIZED" in next(line for line in desk.lines if cluster_id in line)
        await desk.press("i")
        await comes(desk, InitializeStepsDialog)
        address = desk.cluster.hsms[0].eni_ip
        await desk.sees("cluster activate", f"configure-cli -a {address}", "sudo cp customerCA.crt")
        await desk.press("escape")
        clock.advance(ACTIVATE_SECONDS)
        await desk.press("r")
        await desk.until(lambda: desk.table.row.cluster.state == "ACTIVE")
        begun, done = read_audit(desk.app.settings.paths.audit_file).records
        assert (done.operation, done.outcome) == (INITIALIZE, "done")
        assert begun.change.startswith("certificate ")
        assert len(desk.asked(INITIALIZE)) == 1


# The steps before


async def test_the_first_hsm_comes_first_with_its_key(at, clock):
    async with at(NO_HSM) as desk:
        await desk.tab("certificates")
        assert desk.details.startswith("→ Next: h adds the first HSM: the CSR")
        await desk.press("i")
        await comes(desk, InitializeStepsDialog)
        await desk.sees("Next: h adds the first HSM: the CSR of the cluster comes with it.")
        await desk.press("enter", "s", "c")
        assert len(desk.app.screen_stack) == 2
        await desk.press("escape", "h")
        await desk.sees("Create an HSM in which zone?")
        await desk.press("enter")
        dialog = await comes(desk, CreateHsmDialog)
        await desk.until(lambda: dialog.is_confirmable, "an open gate")
        await desk.press("tab", "enter")
        await desk.sees("The service is creating")
        await desk.press("escape", "i")
        await comes(desk, InitializeStepsDialog)
        await desk.sees("wait until the first HSM is ACTIVE")
        await desk.press("escape")
        clock.advance(CREATE_SECONDS)
        await desk.until(lambda: "is ACTIVE." in desk.notifications)
        await desk.press("i")
        await desk.sees("✓ Chain of trust verified", "openssl x509 -req")


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("trust", "name", "words"),
    part_of(
        [
            (
                Trust(),
                GOOD,
                ("not proven in 2 of 5 links", "no manufacturer root in settings", NAME_ROOTS),
            ),
            (
                TRUST,
                OTHER_KEY,
                ("CSR IS NOT OF THIS HSM", "different keys", "No other root makes this hold."),
            ),
            (Trust(aws_root="/nowhere.crt"), GOOD, ("not proven", "/nowhere.crt", NAME_ROOTS)),
        ]
    ),
)
async def test_a_chain_that_does_not_hold_blocks_and_says_what_to_do(
    at, trust, name, words, folder
):
    async with at(name, trust=trust, size=(100, 50)) as desk:
        await desk.press("i")
        await comes(desk, InitializeStepsDialog)
        await desk.sees(*words, "ign nothing", "openssl verify")
        assert desk.shows(NAME_ROOTS) == (NAME_ROOTS in words)
        assert not desk.shows("genrsa")
        await desk.press("enter")
        await desk.sees("The chain of trust of its HSM does not hold")
        await desk.press("s")
        await desk.sees(f"Saved in {folder / desk.cluster.cluster_id}")
        assert not (folder / desk.cluster.cluster_id / "how-to-sign.txt").exists()
        assert desk.asked(INITIALIZE) == []


async def test_the_steps_are_read_in_a_small_terminal_and_their_commands_copied(at, folder):
    async with at() as desk:
        await desk.press("i")
        dialog = await comes(desk, InitializeStepsDialog)
        await desk.press("c")
        await desk.sees("openssl req -new -x509 -days 3652")
        assert desk.app.clipboard.count("openssl ") == 3
        assert "_CustomerHsmCertificate.crt" in desk.app.clipboard
        await desk.press("escape")
        await desk.pilot.resize_terminal(60, 16)
        await desk.sees("Chain of trust verified")
        await desk.press("end")
        await desk.sees("is the trust anchor")
        assert dialog.query_one(VerticalScroll).max_scroll_y > 0
        folder.rmdir()
        await desk.press("s")
        await desk.sees("The certificates were not saved")
        assert not desk.shows("Saved in")


async def test_where_there_is_no_step_that_is_said_and_nothing_opens(at, plane, clock, cluster):
    gone = reply_json({"Clusters": [{"ClusterId": "cluster-aaaaaaaaaaa"}]})
    unchecked = "It cannot be initialized: the CSR of the cluster could not be checked: the answer"
    async with at(DELETED) as desk:
        for name, answer, words in (
            (DELETED, None, "already being deleted"),
            (ACTIVE, None, "only one that is UNINITIALIZED can be initialized"),
            (GOOD, Refuse("AccessDeniedException", "No."), "DescribeClusters"),
            (GOOD, gone, unchecked),
        ):
            await desk.put_cursor(cluster(name))
            desk.app.clear_notifications()
            clock.advance(BLIND.total_seconds())  # keys are heard again
            if answer is not None:
                plane.script("DescribeClusters", answer, call=1)
            await desk.press("i")
            await desk.until(lambda said=words: said in desk.notifications, words)
            assert len(desk.app.screen_stack) == 1


async def test_one_that_somebody_else_initializes_is_followed_and_its_tab_says_what_is_next(
    at, clock, plane
):
    async with at() as desk:
        cluster_id = desk.cluster.cluster_id
        await desk.tab("certificates")
        await desk.until(lambda: "→ Next: i saves the CSR, then initializes with" in desk.details)
        csr = csr_of(plane, desk.cluster)
        signed, anchor = quick_claim(csr, clock.now())
        given = {"ClusterId": cluster_id, "SignedCert": signed, "TrustAnchor": anchor}
        plane.done_elsewhere(INITIALIZE, *HERE, **given)
        await desk.press("i")
        await desk.until(lambda: "is being initialized" in desk.notifications)
        words = "→ Next: it is being initialized; i follows it."
        await desk.until(lambda: words in desk.details, words)
        await desk.press("i")
        await desk.rest()
        clock.advance(INITIALIZE_SECONDS)
        told = f"{cluster_id} is INITIALIZED."
        await desk.until(lambda: told in desk.notifications)
        await desk.settles()
        assert desk.notifications.count(told) == 1
        assert desk.asked(INITIALIZE) == []
        words = "→ Next: activate the cluster with CloudHSM CLI; i shows the commands."
        await desk.until(lambda: words in desk.details, words)
        desk.cluster.state = "ACTIVE"
        await desk.press("r")
        await desk.until(lambda: "→ Next" not in desk.details)


# The files


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two roots, which openssl takes a while to make."""
    folder = tmp_path_factory.mktemp("roots")
    for begin in ("customerCA", "other"):
        root_of(folder, begin=begin)
    return folder


@pytest.fixture
def made(at: Any, tmp_path: Path, roots: Path) -> Any:
    """The fields for the files, with what openssl has signed for the CSR of the cluster."""

    @asynccontextmanager
    async def made(**more: Any) -> Any:
        async with at(**more) as desk:
            shutil.copytree(roots, tmp_path, dirs_exist_ok=True)
            csr = tmp_path / "cluster.csr"
            csr.write_text(csr_of(desk.plane, desk.cluster))
            desk.csr, desk.root = csr, tmp_path / "customerCA.crt"
            desk.other_root = tmp_path / "other.crt"
            desk.signed = signed_by(desk.root, csr, tmp_path / "signed.crt")
            await to_files(desk)
            yield desk

    return made


async def is_refused(desk: Any, signed: object, anchor: object, *words: str) -> None:
    """Both files are not taken, and why not is said; the fields stay as they were."""
    await give(desk, signed, anchor)
    await desk.sees(*words)
    assert isinstance(desk.app.screen, ClaimFilesDialog)
    assert desk.app.screen.query_one("#claim-signed", Input).value == str(signed)


async def test_what_does_not_claim_the_cluster_is_refused_in_words(made, tmp_path, clock):
    async with made(size=(110, 40)) as desk:
        signed, root = desk.signed, desk.root
        other = desk.other_root
        request = tmp_path / "other.csr"
        openssl("req", "-new", "-key", other.with_suffix(".key"), "-subj", "/CN=x", "-out", request)
        for_other_key = signed_by(root, request, tmp_path / "for-other-key.crt")
        by_other = signed_by(other, desk.csr, tmp_path / "by-other.crt")
        sub_ca = signed_by(root, request, tmp_path / "sub-ca.crt")
        await is_refused(desk, for_other_key, root, "not for the key of the cluster's CSR")
        await is_refused(desk, by_other, root, "signed by another key, though the issuer's name")
        await is_refused(desk, signed, other, "signed by another key")
        await is_refused(desk, signed, sub_ca, "the trust anchor is not signed by itself")
        await is_refused(desk, root, signed, "the two are swapped")
        await is_refused(desk, signed, signed, "not signed by itself")
        short = signed_by(root, desk.csr, tmp_path / "short.crt", days=1)
        clock.advance(2 * DAY)
        await is_refused(desk, short, root, "the signed certificate ended on")
        clock.advance(-4 * DAY)
        await is_refused(desk, signed, root, "begins only on")
        assert desk.asked(INITIALIZE) == []


async def test_what_is_no_certificate_or_too_long_is_refused_in_words(made, tmp_path):
    async with made(size=(110, 40)) as desk:
        signed, root, key = desk.signed, desk.root, desk.root.with_suffix(".key")
        chain = tmp_path / "chain.crt"
        chain.write_bytes(signed.read_bytes() + root.read_bytes())
        for path, words in {
            tmp_path / "nowhere.crt": "there is no such file",
            chain: "it holds 2 certificates or requests, expected one",
            key: "it holds a private key, expected a certificate alone",
        }.items():
            await is_refused(desk, path, root, f"{path}: {words}")
            await is_refused(desk, signed, path, f"{path}: {words}")
        await is_refused(desk, desk.csr, tmp_path, f"{desk.csr}: it holds a", "that is a folder")
        secret = key.read_text().splitlines()[3]
        assert secret not in desk.text
        alternatives = ",".join(f"DNS:host-{number}.example.com" for number in range(200))
        extensions = tmp_path / "extensions"
        extensions.write_text(f"subjectAltName={alternatives}\n")
        long = tmp_path / "long.crt"
        openssl(
            *("x509", "-req", "-in", desk.csr, "-CA", root, "-CAkey", key, "-days", "9"),
            *("-extfile", extensions, "-out", long),
        )
        await is_refused(desk, long, root, "characters, the service takes 5,000")
        assert desk.asked(INITIALIZE) == []


async def test_what_is_sent_is_pem_whatever_the_files_are_or_become_afterwards(made, tmp_path):
    async with made() as desk:
        sent = {"SignedCert": desk.signed.read_text(), "TrustAnchor": desk.root.read_text()}
        lines, der = tmp_path / "crlf.crt", tmp_path / "root.der"
        lines.write_bytes(b"\xef\xbb\xbf" + desk.signed.read_bytes().replace(b"\n", b"\r\n"))
        openssl("x509", "-in", desk.root, "-outform", "der", "-out", der)
        await give(desk, f"  file://{lines} ", der)
        await comes(desk, InitializeClusterDialog)
        lines.write_text(desk.other_root.read_text())
        der.unlink()
        await confirm(desk)
        await desk.sees("The service took the request.")
        assert desk.asked(INITIALIZE) == [{"ClusterId": desk.cluster.cluster_id, **sent}]


async def test_an_empty_field_is_asked_for_and_paths_are_completed_as_in_a_shell(made, folder):
    (folder / "certs").mkdir()
    for name in ("root-old.crt", "root-new.crt", ".hidden"):
        (folder / "certs" / name).touch()
    async with made() as desk:
        signed, anchor = map(desk.app.screen.query_one, ("#claim-signed", "#claim-anchor"))
        desk.app.screen.set_focus(signed)
        await desk.press("enter")
        await desk.sees("Type the path of the signed certificate.")
        await desk.type(str(desk.signed))
        await desk.press("enter")
        assert anchor.has_focus
        await desk.press("enter")
        await desk.sees("Type the path of the trust anchor.")
        assert desk.asked(INITIALIZE) == []
        desk.app.screen.set_focus(signed)
        await desk.type("ce")
        await desk.press("tab")
        await desk.until(lambda: signed.value == "certs/")
        await desk.press("tab")
        await desk.until(lambda: signed.value == "certs/root-")
        await desk.sees("root-new.crt", "root-old.crt")
        assert not desk.shows(".hidden")
        await desk.press("n", "tab")
        await desk.until(lambda: signed.value == "certs/root-new.crt")
        assert signed.has_focus
        await desk.press("tab")
        await desk.until(lambda: anchor.has_focus)
        await desk.press("tab")
        await desk.until(lambda: signed.has_focus)
        await desk.press("shift+tab")
        assert anchor.has_focus


# The change


async def test_only_the_exact_id_lets_it_go_and_none_once_the_hsm_is_replaced(at, tmp_path):
    """The CSR of the new one is for another key."""
    async with at() as desk:
        csr = csr_of(desk.plane, desk.cluster)
        await to_dialog(desk, tmp_path)
        await desk.sees("▲ The certificate ends in 1 day, on ", ", and none can replace it.")
        for wrong in ("", "cluster-", "CLUSTER"):
            await desk.type(wrong)
            assert desk.app.screen.query_one("#initialize-confirm", Button).disabled
            await desk.press("enter")
        for letter in "abcdefghij":
            desk.cluster.hsms[0].hsm_id = f"hsm-{letter * 11}"
            if not same_key(csr, csr_of(desk.plane, desk.cluster)):
                break
        await desk.sees("BLOCKED", "the signed certificate is not for the key of the cluster's CSR")
        await desk.sees("issuer")
        assert desk.asked(INITIALIZE) == []


async def test_a_read_only_place_is_led_up_to_the_dialog_which_is_blocked(at, tmp_path):
    async with at(read_only="a test") as desk:
        await to_dialog(desk, tmp_path)
        await desk.sees("BLOCKED", "read-only")
        assert not desk.app.screen.query_one("#initialize-confirm").display
        assert desk.asked(INITIALIZE) == []


async def test_a_refusal_lets_it_go_again_and_a_lost_answer_is_an_unknown_outcome(
    at, tmp_path, plane
):
    async with at(size=(80, 30)) as desk:
        plane.script(INITIALIZE, Refuse("CloudHsmInvalidRequestException", "No good."))
        await to_dialog(desk, tmp_path)
        await confirm(desk)
        await desk.sees("The service refused: the cluster was not initialized.", "No good.")
        assert len(desk.asked(INITIALIZE)) == 1
        plane.clear_scripts()
        plane.script(INITIALIZE, Reset(sent=0))
        first = desk.app.screen._change
        await confirm(desk)
        await desk.sees("The outcome is UNKNOWN")
        await desk.press("escape", "i")
        again = await comes(desk, InitializeClusterDialog)
        assert again._change is first
        await desk.sees("The outcome is UNKNOWN")
        assert len(desk.asked(INITIALIZE)) == 2


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("state", "words"),
    part_of(
        [
            ("UNINITIALIZED", "is UNINITIALIZED: It was not initialized."),
            ("DEGRADED", "is DEGRADED: It was not initialized."),
            ("ACTIVE", "is ACTIVE."),
        ],
        at=2,
    ),
)
async def test_how_it_ends_is_told(at, tmp_path, state, words):
    async with at() as desk:
        await to_dialog(desk, tmp_path)
        await confirm(desk)
        await desk.sees("The service took the request.")
        await desk.press("escape")
        await desk.until(lambda: desk.table.row.cluster.state == "INITIALIZE_IN_PROGRESS")
        desk.cluster.state, desk.cluster.state_message = state, None
        await desk.until(lambda: words in desk.notifications, words)


async def test_a_place_that_was_left_meanwhile_opens_nothing(at, plane):
    async with at() as desk:
        gate = Gate()
        plane.script("DescribeClusters", gate, call=1)
        await desk.press("i")
        await desk.until(lambda: desk.under_way)
        desk.screen._places.go("demo", "us-west-2")
        gate.release()
        await desk.settles()
        assert len(desk.app.screen_stack) == 1


async def test_it_is_confirmed_where_all_of_it_is_in_sight_and_told_when_it_is_not_listed(
    at, tmp_path, plane
):
    async with at() as desk:
        dialog = await to_dialog(desk, tmp_path)
        assert dialog.is_confirmable
        await desk.pilot.resize_terminal(80, 19)
        await desk.sees("BLOCKED", "19 rows; ", "needed to show all that you should read")
        dialog._confirm(desk.cluster.cluster_id)
        await desk.settles()
        assert desk.asked(INITIALIZE) == []
        await desk.pilot.resize_terminal(60, 40)
        await confirm(desk)
        await desk.sees("The service took the request.")
        await desk.press("escape")
        await desk.until(lambda: desk.table.row.cluster.state == "INITIALIZE_IN_PROGRESS")
        plane.script("DescribeClusters", reply_json({"Clusters": []}))
        words = f"{desk.cluster.cluster_id} is not listed any more."
        await desk.until(lambda: words in desk.notifications)


async def test_keys_typed_at_once_reach_each_dialog(at, folder):
    async with at() as desk:
        names = signed_name(desk.cluster.cluster_id), CUSTOMER_CA
        (folder / desk.cluster.cluster_id).mkdir()
        claim = quick_claim(csr_of(desk.plane, desk.cluster), desk.plane.clock.now())
        for name, pem in zip(names, claim, strict=True):
            (folder / desk.cluster.cluster_id / name).write_text(pem)
        await desk.app._press_keys(["i", "enter", "enter"])
        await comes(desk, InitializeClusterDialog)
        assert not desk.screen.details.has_keys


async def test_words_from_outside_are_no_markup_and_no_escapes(at, tmp_path, monkeypatch):
    hostile = "[/foo]\x1b[31m\u202e[red]x"
    monkeypatch.setattr("tests.claims.CA", hostile)
    async with at() as desk:
        desk.cluster.tag_list = [Tag("Name", hostile)]
        await desk.press("r")
        await desk.settles()
        await desk.press("i")
        await comes(desk, InitializeStepsDialog)
        await desk.sees(visible(hostile))
        await desk.press("escape")
        await to_dialog(desk, tmp_path)
        await desk.sees(f"CN={visible(hostile)}", visible(hostile))
        assert not {"\x1b", "\u202e"} & set(desk.text)
