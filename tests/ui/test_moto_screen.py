"""The whole screen on moto's server, whose answers differ from the service's in small things."""

from typing import Any

import boto3

from hsmtui.ui.widgets.tabs import TABS

REGION = "eu-west-1"


def fill(moto_url: str, count: int) -> None:
    client: Any = boto3.client(
        "cloudhsmv2",
        region_name=REGION,
        endpoint_url=moto_url,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    for number in range(count):
        client.create_cluster(
            HsmType="hsm2m.medium",
            SubnetIds=["subnet-0123456789abcdef0"],
            TagList=[{"Key": "Name", "Value": f"[red]number {number}"}],
            Mode="FIPS",
        )
    client.close()


async def test_listing_filter_details_and_delete(sit, moto_url, monkeypatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDHSM_V2", moto_url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", moto_url)
    fill(moto_url, 9)
    async with sit("demo", REGION, wait=False, size=(120, 40), page_size=5) as desk:
        await desk.until(lambda: len(desk.rows) == 9)
        await desk.until(lambda: "1234-5678-9012" in desk.header)
        await desk.sees("clusters (9)", "[red]number 0", "ACTIVE")
        for tab in TABS:
            assert await desk.tab(tab.id)
        await desk.press("slash")
        await desk.type('name:"number 3" state:active')
        await desk.press("enter")
        await desk.until(lambda: len(desk.rows) == 1)
        await desk.settles()
        doomed = desk.current
        await desk.press("escape")
        await desk.until(lambda: len(desk.rows) == 9)
        await desk.put_cursor(doomed)
        await desk.press("ctrl+d")
        await desk.until(lambda: desk.app.screen.query_one("#delete-field").display)
        await desk.type(doomed)
        await desk.press("tab", "enter")
        await desk.until(lambda: "deleting" in desk.widget("#delete-gate"))
        await desk.press("escape")
        await desk.until(lambda: doomed not in desk.rows)
        assert len(desk.rows) == 8
        assert not desk.app.errors
