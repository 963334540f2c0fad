"""Findings: their cost beside that of decoding the answers that they are about."""

import gc
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from statistics import median
from typing import Any

import boto3
from botocore.config import Config
from botocore.parsers import create_parser

from hsmtui.model.cluster import Cluster, decode_cluster
from hsmtui.model.findings.evaluate import find
from hsmtui.model.findings.finding import Known
from hsmtui.model.findings.limits import Rules
from hsmtui.model.findings.rules import certificates
from tests.benchmarks.result import Result

GOES = 5


def judging(url: str) -> Iterator[Result]:
    """In process: from the bytes of the answers to clusters, and from these to findings."""
    decode = _decoder(url)
    clusters = decode()
    now, rules = datetime.now(UTC), Rules()

    def judge(known: Known) -> None:
        for cluster in clusters:
            find(cluster, now, rules, known)

    def judge_afresh() -> None:
        certificates.known_end.cache_clear()
        for memory in (certificates._ends, certificates._links, certificates._keys):
            memory.clear()
        judge(Known(now, (), certificates=True))

    against = _took(decode)
    for what, work, budget in (
        ("without certificates", lambda: judge(Known(now, ())), 0.25),
        ("certificates decoded", judge_afresh, 1.0),
        ("again, certificates known", lambda: judge(Known(now, (), certificates=True)), 0.4),
    ):
        yield Result(
            f"findings of {len(clusters):,} clusters, {what}",
            _took(work),
            against,
            "ms",
            budget,
            "decoding the answers",
        )


def _took(work: Callable[[], object]) -> float:
    """Milliseconds; objects that others left behind are not looked through meanwhile."""
    goes = []
    gc.collect()
    gc.disable()
    for _ in range(GOES):
        start = time.perf_counter()
        work()
        goes.append((time.perf_counter() - start) * 1000)
    gc.enable()
    return median(goes)


def _decoder(url: str) -> Callable[[], list[Cluster]]:
    """Decodes the answers that list every cluster of the well-filled account."""
    client = boto3.client(
        "cloudhsmv2",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="AKIADEMO111111111111",
        aws_secret_access_key="demo",
        config=Config(proxies={}),
    )
    answers: list[dict[str, Any]] = []

    def keep(response_dict: dict[str, Any], **_: object) -> None:
        answers.append(dict(response_dict))

    client.meta.events.register("before-parse.*.DescribeClusters", keep)
    for _ in client.get_paginator("describe_clusters").paginate():
        pass
    parser = create_parser("json")
    shape = client.meta.service_model.operation_model("DescribeClusters").output_shape

    def decode() -> list[Cluster]:
        parsed = (parser.parse(answer, shape) for answer in answers)
        return [decode_cluster(item) for answer in parsed for item in answer["Clusters"]]

    return decode
