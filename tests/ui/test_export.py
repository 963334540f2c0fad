"""What is copied and what is written to files: from the screen, for the owner alone."""

import csv
import io
import json
import re
import shlex
from pathlib import Path

import pytest

from hsmtui.config.settings import Flags
from hsmtui.demo.records import KeyStore
from hsmtui.model.cluster import decode_cluster
from hsmtui.model.origin import Origin
from hsmtui.ui.flows.copy import copies
from tests.hostile import cluster_of
from tests.scripted import At, Gate, Refuse, reply_json
from tests.ui.conftest import HERE

DESCRIBE = "DescribeClusters"
BACKUPS, STORES = "DescribeBackups", "DescribeCustomKeyStores"
STEM = "clusters-us-east-1-20260301T120000Z"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


async def save(desk, kind: str) -> None:
    await desk.press("ctrl+s")
    await desk.type(kind)
    await desk.press("enter")


class TestRows:
    async def test_as_csv_in_their_order_with_every_column(self, sit, folder):
        async with sit(query="name:prod") as desk:
            await desk.press("s", "c", "S")
            await desk.press("ctrl+s")
            await desk.sees(f"Write {len(desk.rows)} clusters of 25 loaded, filter name:prod; more")
            await desk.press("enter")
            (path,) = [folder / f"{STEM}.csv"]
            await desk.until(lambda: str(path) in desk.notifications)
            assert "More pages are not loaded" in desk.notifications
            assert path.stat().st_mode & 0o777 == 0o600
            header, *lines = csv.reader(io.StringIO(path.read_text("utf-8")))
            assert [line[0] for line in lines] == desk.rows
            assert len(lines) > 2
            assert {"CLUSTER", "VPC", "NETWORK", "READ"} <= set(header)

    async def test_as_json_once_all_are_loaded(self, sit, folder):
        async with sit("demo-staging") as desk:
            await desk.press("M")
            await desk.until(lambda: desk.table.view.listings[0].whole)
            await desk.until(lambda: desk.table.view.listings[0].connection.account, "the account")
            await save(desk, "json")
            path = folder / f"{STEM.replace('us-east-1', 'eu-central-1')}.json"
            await desk.until(lambda: str(path) in desk.notifications)
            assert "unread" not in desk.notifications
            told = json.loads(path.read_text("ascii"))
            assert (told["Complete"], told["Account"]) == (True, "222222222222")
            assert [each["ClusterId"] for each in told["Clusters"]] == desk.rows

    async def test_of_several_places_are_those_of_all_that_are_said_to_be_read(
        self, sit, folder, plane, monkeypatch
    ):
        """What has come is shown a moment later, together with what else comes."""
        gate = Gate()
        plane.script(DESCRIBE, gate, at=At(region="eu-west-1"))
        flags = Flags(profiles=("demo-staging",), regions=("eu-central-1", "eu-west-1"))
        async with sit(flags=flags, wait=False) as desk:
            await desk.until(lambda: desk.rows)
            monkeypatch.setattr("hsmtui.ui.main.listing_screen.TOGETHER", 3600.0)
            gate.release()
            await desk.until(lambda: desk.screen.fleet.extent.is_whole)
            await save(desk, "json")
            await desk.until(lambda: list(folder.iterdir()) and desk.notifications)
            (path,) = folder.iterdir()
            told = json.loads(path.read_text("ascii"))
            written = [each["ClusterId"] for place in told["Places"] for each in place["Clusters"]]
            assert (told["Complete"], told["Loaded"]) == (True, len(written))

    async def test_nothing_is_written_of_no_rows(self, sit, folder):
        async with sit(query="name:nobody", wait=False) as desk:
            await desk.sees("No cluster matches")
            await desk.press("ctrl+s")
            await desk.until(lambda: "no rows to write" in desk.notifications)
            assert list(folder.iterdir()) == []


class TestMarked:
    async def test_rows_are_written_whatever_is_in_view(self, sit, folder, cluster):
        async with sit() as desk:
            for name in ("legacy-tde", "payments-prod"):
                await desk.put_cursor(cluster(name))
                await desk.press("space")
            await desk.press("slash")
            await desk.type("payments")
            await desk.press("enter")
            await desk.settles()
            await desk.press("ctrl+s")
            await desk.sees("Write 2 marked rows")
            await desk.press("enter")
            path = folder / f"{STEM}.csv"
            await desk.until(lambda: f"Wrote 2 marked rows to {path}" in desk.notifications)
            _, *lines = csv.reader(io.StringIO(path.read_text("utf-8")))
            ids = [cluster(name).cluster_id for name in ("payments-prod", "legacy-tde")]
            assert [line[0] for line in lines] == ids

    async def test_rows_of_one_place_of_several_are_of_that(self, sit, folder):
        flags = Flags(profiles=("demo-staging",), regions=("eu-central-1", "eu-west-1"))
        async with sit(flags=flags, worst_first=False) as desk:
            await desk.until(lambda: desk.screen.fleet.extent.read == 2)
            await desk.settles()
            await desk.put_cursor(desk.rows[0])  # it stays on what came first
            await desk.press("space")
            await save(desk, "json")
            await desk.until(lambda: "Wrote 1 marked row to" in desk.notifications)
            (path,) = folder.glob("clusters-eu-central-1-*.json")
            told = json.loads(path.read_text("ascii"))
            assert (told["Marked"], told["Complete"], told["Region"]) == (1, False, "eu-central-1")
            assert [each["ClusterId"] for each in told["Clusters"]] == desk.rows[:1]

    async def test_clusters_are_handed_over_in_one_page(self, sit, folder, cluster):
        names = ("payments-prod", "legacy-tde", "card-issuing-prod-02")
        async with sit() as desk:
            for name in names:
                await desk.put_cursor(cluster(name))
                await desk.press("space")
            await desk.press("H")
            path = folder / "3-clusters-20260301T120000Z.md"
            await desk.until(
                lambda: f"Wrote the page on 3 clusters to {path}" in desk.notifications
            )
            told = path.read_text("utf-8")
            assert told.startswith("# Hand-over: 3 clusters\n")
            ids = sorted(cluster(name).cluster_id for name in names)
            asked = [each["Filters"]["clusterIds"] for each in desk.asked(BACKUPS)]
            assert sorted(asked) == [[each] for each in ids]
            pages = told.split("\n# Hand-over: ")[1:]
            assert sorted(page.split("(")[1].split(")")[0] for page in pages) == ids
            assert all("Read: 2026-03-01" in section(page, "Backups") for page in pages)

    async def test_ids_are_copied_one_a_line(self, sit):
        async with sit() as desk:
            await desk.press("space", "space", "down", "C")
            await desk.sees("ids of the 2 marked clusters")
            await desk.press("enter")
            await desk.until(lambda: desk.app.clipboard)
            assert desk.app.clipboard == "\n".join(desk.rows[:2])

    async def test_clusters_do_not_change_what_a_deletion_is_for(self, sit, cluster):
        """Deletions are for the row under the cursor alone, which they name."""
        async with sit() as desk:
            await desk.press("space", "space")
            await desk.put_cursor(cluster("payments-prod-01"))
            for key in ("ctrl+d", "D"):
                await desk.press(key)
                await desk.until(lambda: len(desk.app.screen_stack) == 2, key)
                await desk.rest()
                if key == "ctrl+d":
                    assert desk.app.screen.target == cluster("payments-prod-01").cluster_id
                if key == "D":
                    await desk.sees(cluster("payments-prod-01").hsms[0].hsm_id)
                while len(desk.app.screen_stack) > 1:
                    await desk.press("escape")


class TestPlaces:
    async def test_what_is_there_is_overwritten_only_when_asked_for(self, sit, folder):
        there, other = folder / f"{STEM}.md", folder / f"{STEM}-2.md"
        there.write_text("precious")
        async with sit() as desk:
            await save(desk, "markdown")
            await desk.sees(f"{there.name} exists", f"take another name  {other.name}")
            await desk.press("escape")
            await desk.until(lambda: "Nothing was written" in desk.notifications)
            assert there.read_text() == "precious"
            await save(desk, "markdown")
            await desk.sees("exists")
            await desk.press("enter")
            await desk.until(lambda: str(other) in desk.notifications)
            assert there.read_text() == "precious"
            await save(desk, "markdown")
            await desk.sees("exists")
            await desk.type("overwrite")
            await desk.press("enter")
            await desk.until(lambda: str(there) in desk.notifications)
            assert there.read_text() == other.read_text() != "precious"
            assert there.stat().st_mode & 0o777 == 0o600
            assert sorted(folder.iterdir()) == [other, there]

    async def test_another_folder_is_asked_for_where_this_one_takes_none(
        self, sit, folder, monkeypatch
    ):
        monkeypatch.chdir("/proc")
        async with sit() as desk:
            await save(desk, "csv")
            await desk.sees("No such file or directory: /proc", "write there instead")
            await desk.press("escape")
            await desk.until(lambda: f"/proc/{STEM}.csv was not written" in desk.notifications)
            await save(desk, "csv")
            await desk.sees("directory: /proc")
            await desk.type(str(folder))
            await desk.press("enter")
            await desk.until(lambda: f"to {folder}/{STEM}.csv" in desk.notifications)
            assert [path.name for path in folder.iterdir()] == [f"{STEM}.csv"]


async def written(desk, folder) -> str:
    """The page, once it is said to be written."""
    await desk.until(lambda: "Wrote the page" in desk.notifications)
    (path,) = folder.glob("*.md")
    return path.read_text("utf-8")


def section(told: str, name: str) -> str:
    return told.split(f"\n## {name}\n\n", 1)[1].split("\n## ", 1)[0]


class TestHandingOver:
    async def test_the_page_says_who_where_what_and_how_to_look_again(self, sit, folder, plane):
        async with sit(query="name:card-issuing-prod-02") as desk:
            await desk.until(lambda: desk.rows)
            plane.script(DESCRIBE, Refuse("OddException", "No, <b>not</b> now."))
            await desk.press("r")
            await desk.until(lambda: desk.app.errors)
            connection = desk.table.row.connection
            cluster_id, (error,) = desk.current, desk.app.errors
            (sick,) = (
                c for c in plane.clusters("111111111111", "us-east-1") if c.cluster_id == cluster_id
            )
            sick.state = "UPDATE_IN_PROGRESS"
            plane.clear_scripts()
            await desk.press("r")
            await desk.until(lambda: list(desk.app.events))
            await desk.press("H")
            path = folder / f"{cluster_id}-20260301T120000Z.md"
            await desk.until(lambda: str(path) in desk.notifications)
            assert path.stat().st_mode & 0o777 == 0o600
            told = path.read_text("utf-8")
            *_, listing = (a for a in connection.requests.last() if a.operation == DESCRIBE)
            assert f"Read: 2026-03-01 12:00:00 UTC, request id {listing.request_id}" in told
            assert f"Caller: `{connection.known_caller.arn}`" in told
            assert "CRITICAL HSM-DEGRADED" in told
            assert "DEGRADED → UPDATE" in told.split("## What has changed", 1)[1].replace("`", "")
            assert error.request_id
            assert told.count(error.request_id) == 2
            assert "`<b>not</b>`" in told
            assert f"clusterIds={cluster_id} --region us-east-1 --profile demo" in told

    async def test_backups_and_key_stores_are_read_first(self, sit, folder, plane, cluster):
        bank = cluster("payments-prod")
        store = KeyStore(
            custom_key_store_id="cks-1",
            custom_key_store_name="payments",
            cloud_hsm_cluster_id=bank.cluster_id,
            custom_key_store_type="AWS_CLOUDHSM",
            connection_state="CONNECTED",
            creation_date=0.0,
        )
        plane.place(*HERE).key_stores.append(store)
        async with sit(query="name:payments-prod") as desk:
            await desk.until(lambda: desk.current == bank.cluster_id)
            assert not desk.asked(BACKUPS)
            await desk.press("H")
            told = await written(desk, folder)
            asked = desk.asked(BACKUPS)
            assert [each["Filters"]["clusterIds"] for each in asked] == [[bank.cluster_id]]
            assert re.search(r"\| backup-\w+ \| READY \| 2026-0", section(told, "Backups"))
            assert "Read: 2026-03-01 12:00:00 UTC" in section(told, "Backups")
            assert "| cks-1 | payments | CONNECTED |" in section(told, "KMS key stores")
            assert "BACKUP-STALE: " not in section(told, "Findings").split("Not evaluated")[-1]

    async def test_what_is_denied_is_said_to_be_not_known(self, sit, folder, plane):
        plane.script(STORES, Refuse("AccessDeniedException", "Not for <you>."))
        plane.script(BACKUPS, Refuse("CloudHsmAccessDeniedException", "Nor this."))
        async with sit() as desk:
            await desk.press("H")
            told = await written(desk, folder)
            for name in ("Backups", "KMS key stores"):
                assert section(told, name).startswith("Not known: they could not be read at 2026")
            assert STORES in section(told, "Errors of this run")
            assert {error.operation for error in desk.app.errors} == {BACKUPS, STORES}

    async def test_what_does_not_come_is_said_and_the_page_written(self, sit, folder, plane):
        gate = Gate()
        plane.script(STORES, gate)
        async with sit(read_timeout=1.0) as desk:
            await desk.press("H")
            await desk.sees("reading the backups and the KMS key stores", "for 1 s at most")
            told = await written(desk, folder)
            assert "there was no answer within 1 s" in section(told, "KMS key stores")
            assert "Read: " in section(told, "Backups")
            await desk.until(lambda: not desk.app.has_dialog)
            gate.release()

    async def test_who_does_not_wait_gets_no_page(self, sit, folder, plane):
        gate = Gate()
        plane.script(BACKUPS, gate)
        async with sit(read_timeout=600.0) as desk:
            await desk.press("H")
            await desk.sees("reading the backups and the KMS key stores", "esc cancels")
            await desk.press("j", "escape")
            await desk.until(lambda: "Nothing was written" in desk.notifications)
            assert not desk.app.has_dialog
            gate.release()
            await desk.rest()
            assert list(folder.iterdir()) == []

    async def test_it_goes_on_when_what_was_slow_has_come(self, sit, folder, plane):
        gate = Gate()
        plane.script(BACKUPS, gate)
        async with sit(read_timeout=600.0) as desk:
            await desk.press("H")
            await desk.sees("reading the backups and the KMS key stores")
            gate.release()
            assert "Read: " in section(await written(desk, folder), "Backups")
            await desk.until(lambda: not desk.app.has_dialog)

    async def test_the_page_keeps_the_findings_that_are_gone(self, sit, folder, cluster):
        sick = cluster("card-issuing-prod-02")
        async with sit(query="name:card-issuing-prod-02") as desk:
            await desk.until(lambda: "HSM-DEGRADED" in str(desk.screen.assessing._found))
            sick.hsms.pop(1)
            await desk.press("r")
            await desk.until(lambda: desk.screen.assessing.past_of(desk.table.key))
            await desk.press("H")
            await desk.until(lambda: "Wrote the page" in desk.notifications)
            (page,) = folder.glob("*.md")
            gone = page.read_text("utf-8").split("## Findings that are gone", 1)[1]
            assert "CRITICAL HSM-DEGRADED" in gone.split("\n## ", 1)[0]

    async def test_an_odd_id_stays_in_the_folder(self, sit, folder, plane):
        odd = {"ClusterId": "../../evil\x1b[31m"}
        plane.script(DESCRIBE, reply_json({"Clusters": [odd]}))
        async with sit() as desk:
            await desk.press("H")
            await desk.until(lambda: "Wrote the page" in desk.notifications)
            assert [path.name for path in folder.iterdir()] == [
                "______evil__31m-20260301T120000Z.md"
            ]


def test_all_that_is_there_is_offered_and_nothing_else():
    origin = Origin("aws", "us-east-1", None, None, "STS said no", None, None, None)
    bare = copies(decode_cluster({"ClusterId": "one"}), origin)
    assert {copy.choice.label: bool(copy.value) for copy in bare} == {
        "cluster id": True,
        "ARN": False,
        "JSON, secrets masked": True,
        "aws command": True,
        "hsmtui command": True,
        "aws command of the trail": True,
    }
    times = dict.fromkeys(("CreateTimestamp", "HsmTypeRollbackExpiration"))
    full = copies(decode_cluster(cluster_of("x") | times), origin)
    labels = [copy.choice.label for copy in full]
    assert len(labels) == len(set(labels))
    assert {"openssl commands", "IP of x", "ENI of x", "tag x", "Cluster CSR (PEM)"} < {*labels}


class TestCopies:
    async def copy(self, desk, label: str) -> str:
        await desk.press("C")
        await desk.type(label)
        await desk.press("enter")
        return desk.app.clipboard

    async def test_the_arn_and_the_command_that_shows_the_same(self, sit):
        async with sit() as desk:
            arn = f"arn:aws:cloudhsm:us-east-1:111111111111:cluster/{desk.current}"
            assert await self.copy(desk, "ARN") == arn
            words = shlex.split(await self.copy(desk, "aws"))
            endpoint = desk.table.row.connection.endpoint
            assert words[2:] == [
                "describe-clusters",
                "--filters",
                f"clusterIds={desk.current}",
                *("--region", "us-east-1", "--profile", "demo", "--endpoint-url", endpoint),
            ]

    async def test_what_aws_takes_no_request_for_is_copied_for_the_cluster(self, sit, cluster):
        async with sit() as desk:
            await desk.put_cursor(waiting := cluster("saml-signing-qa"))
            (hsm,) = waiting.hsms
            _, configure, client, activate = (await self.copy(desk, "activation")).split("\n")
            assert configure.endswith(f"/configure-cli -a {hsm.eni_ip}")
            assert client == "/opt/cloudhsm/bin/cloudhsm-cli interactive"
            assert activate == "cluster activate"
            await desk.press("escape")
            await desk.put_cursor(ending := cluster("identity-tokens-prod"))
            await desk.until(
                lambda: "CERT-EXPIRY" in {each.rule for each in desk.table.row.findings.found}
            )
            words = shlex.split(await self.copy(desk, "support case"))
            assert words[:4] == ["aws", "support", "create-case", "--subject"]
            assert words[4] == f"CloudHSM {ending.cluster_id}: CERT-EXPIRY"

    async def test_an_arn_of_an_account_that_is_not_known_says_why(self, sit, plane):
        plane.script("GetCallerIdentity", Refuse("AccessDenied", "STS is shut."))
        async with sit() as desk:
            await desk.until(lambda: desk.app.errors)
            assert await self.copy(desk, "ARN") == ""
            await desk.until(lambda: "ARN not known: STS could not be asked" in desk.notifications)
            assert "STS is shut" in desk.notifications
