"""The details: every field of the answer is somewhere, and the secret is not."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from hsmtui.aws.answer import answered_object
from hsmtui.demo.records import Certificates, Cluster, Hsm, RetentionPolicy, Tag
from hsmtui.fleet.location import origin_of
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.flows.copy import copies
from hsmtui.ui.widgets.tabs import TABS
from tests.parts import part_of

HERE = ("111111111111", "us-east-1")
SECRET = "hunter2-secret"
WIDTHS = [(80, 24), (60, 16), (200, 50)]


@pytest.fixture
def full(plane: Any, cluster: Any) -> Cluster:
    """A cluster, listed first, whose every field has a value of its own."""
    first = plane.place(*HERE).listed()[0]
    certificates = plane._certificates(plane.place(*HERE), cluster("firmware-signing-dev"))
    filled = Cluster(
        cluster_id=first.cluster_id,
        hsms=[
            Hsm(
                "hsm-22222222222",
                availability_zone="us-east-1f",
                cluster_id=first.cluster_id,
                subnet_id="subnet-0bbbbbbbbbbbbbbbb",
                eni_id="eni-0cccccccccccccccc",
                eni_ip="10.9.8.7",
                eni_ip_v6="2600:1f18::77",
                hsm_type="hsm2m.large",
                state="DEGRADED",
                state_message="HSM creation failed.",
            )
        ],
        state="UNINITIALIZED",
        backup_policy="DEFAULT",
        backup_retention_policy=RetentionPolicy("DAYS", "123"),
        create_timestamp=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC).timestamp(),
        hsm_type="hsm2m.medium",
        hsm_type_rollback_expiration=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC).timestamp(),
        pre_co_password=SECRET,
        security_group="sg-0dddddddddddddddd",
        source_backup_id="backup-33333333333",
        state_message="Something to know.",
        subnet_mapping={"us-east-1e": "subnet-0eeeeeeeeeeeeeeee"},
        vpc_id="vpc-0ffffffffffffffff",
        network_type="DUALSTACK",
        certificates=certificates,
        tag_list=[Tag("Name", "the-full-one"), Tag("Cost:Centre", "CC 1"), Tag("Empty", "")],
        mode="NON_FIPS",
    )
    clusters = plane.clusters(*HERE)
    clusters[[c.cluster_id for c in clusters].index(first.cluster_id)] = filled
    return filled


def leaves(value: Any) -> list[str]:
    """Every text in an answer."""
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item)]
    return [str(value)]


class TestFields:
    @pytest.mark.in_parts
    @pytest.mark.parametrize("size", part_of(WIDTHS))
    async def test_are_all_shown_on_the_tabs_before_json(self, sit, full, size):
        async with sit(size=size) as desk:
            connection = desk.table.row.connection
            asked = {"clusterIds": [full.cluster_id]}
            answer = answered_object(connection.client.describe_clusters(Filters=asked))[
                "Clusters"
            ][0]
            told = [await desk.tab(tab.id) for tab in TABS[:4]]
            text = "\n".join(told)
            for secret_or_decoded in ("PreCoPassword", "Certificates"):
                answer.pop(secret_or_decoded)
            for moment in ("CreateTimestamp", "HsmTypeRollbackExpiration"):
                shown = f"{datetime.fromtimestamp(answer.pop(moment), UTC):%Y-%m-%d %H:%M:%S} UTC"
                assert shown in text
            for leaf in leaves(answer):
                assert leaf in text, leaf
            for key in ("Name", "Cost:Centre", "Empty", "us-east-1e"):
                assert key in text, key

    @pytest.mark.in_parts
    @pytest.mark.parametrize("size", part_of(WIDTHS))
    async def test_of_an_hsm_are_whole_however_long(self, sit, full, size):
        hsm = full.hsms[0]
        hsm.hsm_id = "hsm-2222222222222222"
        hsm.availability_zone = "ap-southeast-1a"
        hsm.eni_ip = "100.100.100.100"
        async with sit(size=size) as desk:
            text = await desk.tab("hsms")
            for value in (hsm.hsm_id, hsm.availability_zone, hsm.eni_id, hsm.eni_ip):
                assert value in text, value

    async def test_stand_in_json_as_boto3_returned_them(self, sit, full):
        async with sit() as desk:
            await desk.press("y")
            shown = json.loads(desk.details)
            assert shown["PreCoPassword"] == "********"
            assert shown["CreateTimestamp"].startswith("2026-01-02T03:04:05")
            assert shown["CreateTimestamp"].endswith(("Z", "+00:00"))
            assert shown["Hsms"][0]["StateMessage"] == "HSM creation failed."
            assert shown["TagList"][2] == {"Key": "Empty", "Value": ""}
            assert shown["Certificates"]["ClusterCsr"] == full.certificates.cluster_csr

    async def test_of_the_certificates_are_decoded(self, sit, full):
        async with sit() as desk:
            text = await desk.tab("certificates")
            for words in ("subject", "issuer", "serial", "valid", "key", "SHA-256", "Marvell"):
                assert words in text, words
            assert "RSA 2048" in text
            assert "days left" in text
            assert "BEGIN" not in text

    async def test_that_are_missing_say_why(self, sit, cluster):
        async with sit() as desk:
            await desk.put_cursor(cluster("payments-prod-01"))
            active = await desk.tab("certificates")
            await desk.put_cursor(cluster("treasury-dr"))
            creating = await desk.tab("certificates")
            assert active != creating
            assert len(creating.splitlines()) >= 5

    async def test_of_a_broken_certificate_do_not_break_the_rest(self, sit, full):
        full.certificates = Certificates(
            cluster_csr="-----BEGIN CERTIFICATE REQUEST-----\nnonsense\n",
            hsm_certificate="[red]not a certificate[/foo]",
            cluster_certificate=full.certificates.hsm_certificate,
        )
        async with sit() as desk:
            text = await desk.tab("certificates")
            assert text.count("cannot be read") == 2
            assert "days left" in text


class TestRoom:
    @pytest.mark.in_parts
    @pytest.mark.parametrize("size", part_of([(60, 16), (80, 24), (120, 40), (200, 50)]))
    async def test_a_row_is_as_wide_as_it_is_drawn(self, sit, size):
        async with sit(size=size) as desk:
            await desk.press("enter")
            body = desk.screen.details.body
            for tab in TABS:
                await desk.tab(tab.id)
                assert body.text.size.width == body.width, tab.id

    async def test_with_room_the_overview_tells_of_the_chain_and_asks_for_nothing(
        self, sit, cluster
    ):
        async with sit(size=(200, 50)) as desk:
            await desk.until(lambda: len(desk.asked()) == 3)  # what a view of this height needs
            await desk.settles()
            before = len(desk.plane.requests)
            await desk.put_cursor(cluster("root-ca-ceremony"))
            await desk.until(lambda: "CSR IS NOT OF THIS HSM: do not sign it" in desk.details)
            for words in ("Findings", "■ critical CERT-KEY", "7 reads them"):
                assert words in desk.details, words
            await desk.settles()
            assert len(desk.plane.requests) == before

    async def test_with_little_room_it_is_the_fields_alone(self, sit, cluster):
        async with sit() as desk:
            await desk.put_cursor(cluster("root-ca-ceremony"))
            await desk.until(lambda: "root-ca-ceremony" in desk.details)
            assert len(desk.details.splitlines()) <= 10
            assert desk.screen._roots is None


class TestFollowing:
    async def test_the_cursor_when_it_has_rested(self, sit, plane):
        async with sit() as desk:
            await desk.until(lambda: desk.rows[0] in desk.details)
            await desk.press("down", "down")
            await desk.until(lambda: desk.rows[2] in desk.details)
            await desk.press("2")
            hsms = plane.place(*HERE).listed()[2].hsms
            assert all(hsm.hsm_id in desk.details for hsm in hsms)
            await desk.press("up")
            hsms = plane.place(*HERE).listed()[1].hsms
            await desk.until(lambda: all(hsm.hsm_id in desk.details for hsm in hsms))

    @pytest.mark.parametrize("size", [(80, 24), (60, 16)])
    async def test_enter_goes_in_and_escape_comes_back(self, sit, size):
        async with sit(size=size) as desk:
            await desk.press("enter")
            body = desk.screen.details.body
            assert body.has_focus
            await desk.until(lambda: body.region.height > 0)
            await desk.press("G")
            await desk.until(lambda: body.scroll_offset.y > 0)
            await desk.press("escape")
            assert desk.table.has_focus
            assert desk.table.cursor == 0
            await desk.press("tab")
            assert body.has_focus
            await desk.press("shift+tab")
            assert desk.table.has_focus

    async def test_each_tab_has_its_number(self, sit):
        async with sit() as desk:
            for tab in TABS:
                key = key_of(f"details.{tab.id}", {})
                assert key.isdecimal()
                await desk.press(key)
                assert desk.screen.details.tab.id == tab.id


class TestSecret:
    async def test_is_masked_until_the_palette_is_asked(self, sit, full):
        async with sit(size=(200, 50)) as desk:
            for tab in TABS:
                assert SECRET not in await desk.tab(tab.id)
            await desk.tab("overview")
            assert SECRET not in desk.text
            await desk.press("ctrl+p")
            await desk.type("PreCoPassword")
            await desk.until(lambda: "show or hide" in desk.text)
            await desk.press("enter")
            await desk.until(lambda: SECRET in desk.details)
            await desk.press("down")
            await desk.until(lambda: desk.rows[1] in desk.details)
            await desk.press("up")
            await desk.until(lambda: desk.rows[0] in desk.details)
            assert SECRET not in desk.details

    async def test_is_in_no_copy_and_in_no_filter(self, sit, full):
        async with sit() as desk:
            cluster = desk.table.row.cluster
            origin = origin_of(desk.table.row.connection, False)
            assert all(SECRET not in (value or "") for _, value in copies(cluster, origin))
            assert SECRET not in repr(cluster)
            assert SECRET not in repr(desk.table.row)
            await desk.press("slash")
            await desk.type(SECRET)
            await desk.until(lambda: desk.rows == [])

    async def test_is_not_in_the_report_of_a_crash(self, sit, full, tmp_path):
        async def break_down() -> None:
            async with sit() as desk:

                def fail() -> None:
                    cluster, text = desk.table.row.cluster, SECRET  # what a frame may hold
                    raise ZeroDivisionError(cluster.cluster_id, len(text))

                desk.app.call_later(fail)
                await desk.until(lambda: desk.app._exception)
                told.append(desk.app.crash)

        told: list[str | None] = []
        with pytest.raises(ZeroDivisionError):
            await break_down()
        (report,) = tmp_path.rglob("crash-*.txt")
        for shown in (str(told[0]), report.read_text(encoding="utf-8")):
            assert "ZeroDivisionError" in shown
            assert SECRET not in shown


class TestCopies:
    async def test_the_id_goes_to_the_clipboard_and_is_shown(self, sit):
        async with sit() as desk:
            await desk.press("c")
            assert desk.app.clipboard == desk.rows[0]
            await desk.until(lambda: desk.rows[0] in desk.notifications)

    async def test_without_a_clipboard_it_is_shown_all_the_same(self, sit):
        async with sit(clipboard="off") as desk:
            await desk.press("c")
            await desk.until(lambda: desk.rows[0] in desk.notifications)
            assert desk.app.clipboard == ""

    async def test_one_of_many_is_chosen(self, sit, full):
        async with sit() as desk:
            await desk.press("C")
            await desk.type("vpc")
            await desk.press("enter")
            await desk.until(lambda: desk.app.clipboard == full.vpc_id)
