"""Following a cluster until what the service took shows."""

from typing import Any

import pytest

from hsmtui.changes.follow import FollowEnd, follow
from hsmtui.demo.records import Hsm
from tests.changes.conftest import DESCRIBE
from tests.scripted import Refuse


class Watcher:
    """Takes what is listed, until so many looks have seen something; stands in for the time, too.

    `at_pause` is called with the number of each pause.
    """

    def __init__(self, enough: int, at_pause: Any = lambda _: None) -> None:
        self.enough = enough
        self.at_pause = at_pause
        self.pauses = 0
        self.is_shown = True
        self.seen: list[tuple[str, ...]] = []
        self.errors: list[str] = []

    def take(self, listed: Any) -> bool:
        self.seen.append(tuple(hsm.hsm_id for cluster in listed for hsm in cluster.hsms or ()))
        return len(self.seen) == self.enough

    async def pause(self) -> None:
        self.pauses += 1
        self.at_pause(self.pauses)

    async def follow(self, connection: Any, cluster_id: str, at_most: int | None) -> FollowEnd:
        return await follow(
            connection,
            cluster_id,
            self.take,
            is_shown=lambda: self.is_shown,
            pause=self.pause,
            on_error=lambda error: self.errors.append(error.code),
            at_most=at_most,
        )


@pytest.mark.parametrize("at_most", [None, 3, 4])
async def test_it_reads_at_once_and_after_each_pause_until_it_is_seen(
    known, asked, cluster, at_most
):
    watcher = Watcher(3, lambda n: cluster.hsms.append(Hsm(f"hsm-{n}")))
    before = len(asked(DESCRIBE))
    assert await watcher.follow(known, cluster.cluster_id, at_most) is FollowEnd.SEEN
    assert watcher.seen == [(), ("hsm-1",), ("hsm-1", "hsm-2")]
    assert watcher.pauses == 2
    looks = asked(DESCRIBE)[before:]
    assert [look["Filters"] for look in looks] == [{"clusterIds": [cluster.cluster_id]}] * 3


async def test_it_ends_when_the_place_is_left(known, asked, cluster):
    watcher = Watcher(9)
    watcher.at_pause = lambda n: setattr(watcher, "is_shown", n < 2)
    assert await watcher.follow(known, cluster.cluster_id, None) is FollowEnd.LEFT
    assert len(watcher.seen) == 2


async def test_of_a_place_that_is_left_nothing_is_read(known, asked, cluster):
    watcher = Watcher(1)
    watcher.is_shown = False
    before = len(asked(DESCRIBE))
    assert await watcher.follow(known, cluster.cluster_id, None) is FollowEnd.LEFT
    assert len(asked(DESCRIBE)) == before


async def test_it_gives_up_after_so_many_looks_the_failed_ones_counted(known, plane, cluster):
    plane.script(DESCRIBE, Refuse("AccessDeniedException", "No."), call=2)
    watcher = Watcher(9)
    assert await watcher.follow(known, cluster.cluster_id, 3) is FollowEnd.UNSEEN
    assert len(watcher.seen) == 2
    assert watcher.errors == ["AccessDeniedException"]
    assert watcher.pauses == 2


async def test_a_look_that_fails_is_told_and_not_the_last(known, plane, cluster):
    plane.script(DESCRIBE, Refuse("AccessDeniedException", "No."), call=1)
    watcher = Watcher(1)
    assert await watcher.follow(known, cluster.cluster_id, None) is FollowEnd.SEEN
    assert watcher.errors == ["AccessDeniedException"]
    assert watcher.seen == [()]
