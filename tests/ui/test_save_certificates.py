"""The tab on certificates: the chain against the user's roots, and the set as files."""

from shutil import rmtree

from hsmtui.config.file import Trust
from hsmtui.demo.environment import root_file
from tests.claims import TRUST
from tests.ui.conftest import HERE

GOOD, OTHER_KEY, OTHER_CARD = "firmware-signing-dev", "code-signing-qa", "timestamping-dev"
ACTIVE = "payments-prod-01"


async def at(desk, cluster, name):
    """The certificates tab of a cluster, when the roots have been read."""
    if cluster(name).cluster_id not in desk.rows:
        await desk.press("M")
        await desk.until(lambda: cluster(name).cluster_id in desk.rows)
    await desk.put_cursor(cluster(name))
    await desk.tab("certificates")
    await desk.until(lambda: "reading the roots" not in desk.details)
    return desk.details


async def test_each_verdict_is_on_the_first_lines_and_the_commands_can_be_pasted(sit, cluster):
    async with sit(trust=TRUST) as desk:
        text = await at(desk, cluster, GOOD)
        await desk.sees("✓ Chain of trust verified: AWS root and manufacturer root")
        await desk.sees("✓ HsmCertificate → ClusterCsr", "the same key")
        await desk.sees("✓ AWS root → AwsHardwareCertificate", "valid until 20")
        hardware = f"{cluster(GOOD).cluster_id}_AwsHardwareCertificate.crt"
        joined = text.replace(" \\\n      ", " ")
        assert f"verify -CAfile AWS_CloudHSM_Root-G1.crt -untrusted {hardware} " in joined
        assert joined.count("openssl verify -CAfile") == 2
        by_hand = text[text.index("To check the chain by hand") :]
        assert max(map(len, by_hand.splitlines())) <= 77
        await at(desk, cluster, OTHER_KEY)
        await desk.sees("■ CSR IS NOT OF THIS HSM: do not sign it", "different keys")
        await at(desk, cluster, OTHER_CARD)
        await desk.sees("■ CHAIN OF TRUST FAILED in 1 of 5 links", "signed by another key")
        text = await at(desk, cluster, ACTIVE)
        assert text.startswith("Not checked: the chain exists only while a cluster is UNINIT")
        assert "openssl" not in text


async def test_roots_are_read_when_the_tab_is_opened_and_again(sit, cluster, tmp_path):
    root = tmp_path / "aws.crt"
    trust = Trust(aws_root=str(root))
    async with sit(trust=trust, size=(160, 40)) as desk:
        assert desk.screen._roots is None
        text = "".join((await at(desk, cluster, GOOD)).split())
        for words in (
            "? Chain of trust not proven in 2 of 5 links",
            "no usable root",
            "no manufacturer root in settings",
            "add AWS_CloudHSM_Root-G1.crt and liquid_security_certificate.crt, then run",
            f"! AWS root {root}: cannot be read: No such file or directory",
        ):
            assert "".join(words.split()) in text, words
        root.write_text(root_file("aws.crt").read_text())
        await desk.press("3")
        await desk.until(lambda: "✓ AWS root → AwsHardwareCertificate" in desk.details)


async def save(desk):
    await desk.app.run_action("save_certificates", desk.screen)


async def test_the_set_is_saved_with_the_roots_and_what_cannot_be_saved_says_why(
    sit, cluster, tmp_path, monkeypatch
):
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.chdir(place)
    async with sit(trust=TRUST) as desk:
        await desk.put_cursor(cluster(GOOD))
        folder = place / cluster(GOOD).cluster_id
        for where in (folder, folder.with_name(f"{folder.name}-2")):
            await save(desk)
            await desk.until(lambda: f"Saved 6 files in {where}" in desk.notifications)  # noqa: B023
            assert len(list(where.iterdir())) == 6
        await desk.put_cursor(cluster("treasury-dr"))
        await save(desk)
        await desk.until(lambda: "no certificates to save" in desk.notifications)
        rmtree(place)
        await desk.put_cursor(cluster(GOOD))
        await save(desk)
        await desk.until(lambda: "were not saved: No such file" in desk.notifications)


async def test_an_odd_id_stays_in_the_folder(sit, plane, cluster, tmp_path, monkeypatch):
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    cluster(GOOD).cluster_id = "../../$(evil)\x1b[31m"
    plane.clusters(*HERE)[:] = [cluster(GOOD)]
    async with sit() as desk:
        assert desk.rows == [cluster(GOOD).cluster_id]
        await save(desk)
        await desk.until(lambda: "Saved" in desk.notifications)
    assert [child.name for child in folder.iterdir()] == ["________evil___31m"]
