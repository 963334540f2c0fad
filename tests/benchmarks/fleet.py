"""Clusters as the tool reads them from a server, and their cells as it shows them."""

from datetime import UTC, datetime

import boto3
from botocore.config import Config

from hsmtui.model.cluster import Cluster, decode_cluster
from hsmtui.model.columns import COLUMNS, fit
from hsmtui.model.findings.finding import Judged

TABLE_WIDTH = 77
"""The cells of 80 columns that are left beside the cursor's mark."""


def clusters_of(url: str) -> list[Cluster]:
    """Every cluster of the well-filled account."""
    client = boto3.client(
        "cloudhsmv2",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="AKIADEMO111111111111",
        aws_secret_access_key="demo",
        config=Config(proxies={}),
    )
    pages = client.get_paginator("describe_clusters").paginate()
    return [decode_cluster(item) for page in pages for item in page["Clusters"]]


def tab_separated(clusters: list[Cluster]) -> str:
    """The cells that the table shows at 80 columns, under their headers."""
    columns = [column for column, _ in fit(COLUMNS, TABLE_WIDTH)]
    now = datetime.now(UTC)
    lines = [[column.header for column in columns]]
    lines += [[column.text(Judged(cluster), now) for column in columns] for cluster in clusters]
    return "".join("\t".join(line) + "\n" for line in lines)
