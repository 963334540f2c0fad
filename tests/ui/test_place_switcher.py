"""Profiles and regions: what the pickers offer, and that the old place never comes back."""

from typing import ClassVar

import pytest
from textual.widgets import Input, OptionList

from hsmtui.config.settings import AskedPlaces
from hsmtui.demo.environment import demo_environment
from tests.parts import part_of
from tests.scripted import AnswerGate, Refuse

DESCRIBE = "DescribeClusters"
PROFILES = 11
"""How many the demo has."""


async def pick(desk, key: str, typed: str) -> None:
    await desk.press(key)
    await desk.until(lambda: desk.app.screen.query(OptionList))
    await desk.type(typed)
    await desk.press("enter")


def offered(desk) -> list[str]:
    if not desk.app.screen.query(OptionList):
        return []
    options = desk.app.screen.query_one(OptionList)
    return [str(options.get_option_at_index(n).prompt) for n in range(options.option_count)]


def marked(desk) -> list[str]:
    return [line[1:].split("  ")[0] for line in offered(desk) if line.startswith("*")]


def names(desk) -> list[str]:
    return [line.lstrip(" *").split("  ")[0] for line in offered(desk)]


async def open_picker(desk, key: str) -> None:
    await desk.press(key)
    await desk.until(lambda: isinstance(desk.app.focused, Input))
    await desk.until(lambda: offered(desk))


def places(desk) -> list[tuple[str | None, str | None]]:
    openings = (loader.opening.place for loader in desk.screen.fleet.everywhere)
    return [(place.profile, place.region) for place in openings]


def frame(desk) -> str:
    box = desk.app.screen.query_one("#box")
    return f"{box.border_title} {box.border_subtitle}"


def add_bare_profile(server, aws_files) -> None:
    """One with keys and without a region."""
    keys = "aws_access_key_id = AKIADEMO111111111111\naws_secret_access_key = demo"
    aws_files(server.url, f"[profile bare]\nendpoint_url = {server.url}\n{keys}\n")


class TestProfile:
    async def test_brings_its_region_if_it_has_one_and_nothing_else_stays(
        self, sit, server, aws_files
    ):
        add_bare_profile(server, aws_files)
        async with sit(region="us-west-2") as desk:
            old = desk.rows
            await pick(desk, "P", "bare")
            await desk.until(lambda: "bare · us-west-2 · 1111" in desk.header)
            await pick(desk, "P", "demo-staging")
            await desk.until(lambda: desk.rows and desk.rows != old)
            await desk.until(lambda: "2222-2222-2222" in desk.header)
            assert "demo-staging · eu-central-1" in desk.header
            last = [r for r in desk.plane.requests if r.operation == DESCRIBE][-1]
            assert (last.account, last.region) == ("222222222222", "eu-central-1")
            assert not set(old) & set(desk.rows)
            # typed whole it is taken, although others contain its name, as the current one does
            await pick(desk, "P", "demo")
            await desk.until(lambda: desk.header.startswith("demo · us-east-1"))

    async def test_region_of_the_start_counts_at_the_start_only(self, sit, monkeypatch):
        monkeypatch.setenv("AWS_REGION", "eu-west-1")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        async with sit() as desk:
            assert "demo · eu-west-1" in desk.header
            await pick(desk, "P", "demo-staging")
            await desk.until(lambda: "demo-staging · eu-central-1" in desk.header)

    async def test_picker_offers_all_profiles_and_the_chain_and_tells_broken_files(
        self, sit, tmp_path
    ):
        (tmp_path / "aws" / "credentials").write_text("[from-credentials]\nx = y\n")
        async with sit() as desk:
            await open_picker(desk, "P")
            assert set(names(desk)) == {
                "demo",
                "demo-staging",
                "demo-payments",
                "demo-sandbox",
                "demo-gov",
                "demo-auditor",
                "demo-denied",
                "demo-mfa",
                "demo-pki",
                "demo-sso",
                "demo-custody",
                "from-credentials",
                "default chain",
            }
            lines = dict(zip(names(desk), offered(desk), strict=True))
            assert lines["demo-sso"].split() == [
                *("demo-sso", "2222-2222-2222", "Triage", "SSO", "eu-central-1")
            ]
            at = lines["demo-sso"].index("eu-central-1")
            assert lines["demo-gov"].index("us-gov-west-1") == at
            await desk.type("stag")
            assert names(desk) == ["demo-staging"]
            await desk.press("escape")
            assert len(desk.app.screen_stack) == 1
            assert len(desk.asked()) == 1
            before = desk.rows
            (tmp_path / "aws" / "credentials").unlink()
            (tmp_path / "aws" / "config").write_text("[profile demo\n")
            await desk.press("P")
            await desk.until(lambda: "malformed" in desk.notifications)
            await desk.rest()
            assert len(desk.app.screen_stack) == 1
            assert desk.rows == before
            assert len(desk.app.errors) == 1

    async def test_without_clusters_says_where_it_looked(self, sit):
        async with sit("demo-sandbox", wait=False) as desk:
            await desk.sees("No clusters in us-east-1", "R chooses another region")
            await desk.until(lambda: "clusters (0)" in desk.title)

    async def test_that_cannot_sign_in_says_so_in_the_table(self, sit, server, aws_files):
        aws_files(server.url, "[profile lost]\nregion = eu-west-3\n")
        async with sit("lost", wait=False) as desk:
            await desk.sees("No credentials")
            assert "lost · eu-west-3" in desk.header
            await pick(desk, "P", "demo-staging")
            await desk.until(lambda: len(desk.rows) == 6)
            await pick(desk, "P", "lost")
            await desk.sees("No credentials", "lost")
            assert desk.rows == []


class TestRegion:
    async def test_picker_offers_the_partition_s_regions_or_says_that_none_is_known(self, sit):
        async with sit(region="cn-north-1", wait=False) as desk:
            await desk.sees("No clusters in cn-north-1")
            await desk.press("R")
            await desk.sees("botocore knows no region of aws-cn with CloudHSM: type one")
            await desk.press("escape")
            await pick(desk, "P", "demo-gov")
            await desk.until(lambda: "demo-gov · us-gov-west-1" in desk.header)
            await open_picker(desk, "R")
            assert sorted(names(desk)) == ["us-gov-east-1", "us-gov-west-1"]

    async def test_picker_works_with_a_broken_file(self, sit, tmp_path):
        (tmp_path / "aws" / "config").write_text("[profile a]\n[profile a]\nregion = us-east-1\n")
        async with sit("a", "us-gov-west-1", wait=False) as desk:
            await desk.sees("An AWS config file is malformed", "line 2")
            assert "a · us-gov-west-1" in desk.header
            await open_picker(desk, "R")
            assert sorted(names(desk)) == ["us-gov-east-1", "us-gov-west-1"]
            await desk.press("escape")
            await open_picker(desk, "P")
            assert names(desk) == ["a", "default chain"]
            assert "malformed" in desk.notifications

    async def test_that_nobody_knows_is_taken_as_typed_and_shown_whole(self, sit):
        async with sit() as desk:
            await pick(desk, "R", "eu-moon-7")
            await desk.until(lambda: "demo · eu-moon-7" in desk.header)
            await desk.sees("No clusters in eu-moon-7")
            assert desk.plane.requests[-1].region == "eu-moon-7"
            await open_picker(desk, "R")
            await desk.type("ap-northeast-10")
            await desk.sees("ap-northeast-10 not in botocore's list")
            await desk.press("escape")
            # ap-east-2 has the letters of ap-northeast-2 in their order
            await pick(desk, "R", "ap-east-2")
            await desk.until(lambda: "demo · ap-east-2" in desk.header)

    async def test_is_what_was_typed_before_enter_and_what_a_part_narrows_to(self, sit):
        """Over a slow line a text, enter and more keys come in one piece."""
        async with sit() as desk:
            await open_picker(desk, "R")
            field = desk.app.focused
            field.value = "us-west-2"
            await field.action_submit()
            field.value = "us-west-2jj"
            await desk.until(lambda: "demo · us-west-2 ·" in desk.header)
            await pick(desk, "R", "eu-north")  # as typed it is offered too, after what exists
            await desk.until(lambda: "demo · eu-north-1 ·" in desk.header)

    async def test_keeps_profile_and_filter_and_comes_first_the_next_time(self, sit):
        async with sit(query="state:ACTIVE") as desk:
            await pick(desk, "R", "us-west-2")
            await desk.until(lambda: "us-west-2 · 1111" in desk.header)
            await pick(desk, "R", "eu-west-1")
            await desk.until(lambda: "demo · eu-west-1 · 1111-1111-1111" in desk.header)
            assert desk.asked()[-1]["Filters"] == {"states": ["ACTIVE"]}
            assert "state:ACTIVE" in desk.title
            await desk.settles()
            await open_picker(desk, "R")
            assert names(desk)[:3] == ["eu-west-1", "us-west-2", "us-east-1"]


class TestLateAnswers:
    """For the old place, released after the switch."""

    async def arrive_elsewhere(self, desk) -> list[str]:
        before = set(desk.rows)
        await pick(desk, "R", "eu-west-1")
        assert not before & set(desk.rows)
        await desk.until(lambda: len(desk.rows) == 9)
        await desk.until(lambda: "eu-west-1 · 1111-1111-1111" in desk.header)
        return desk.rows

    @pytest.mark.in_parts
    @pytest.mark.parametrize("keys", part_of([("m",), ("r",), ("M",)]))
    async def test_of_a_listing_change_nothing(self, sit, keys):
        async with sit() as desk:
            gate = AnswerGate()
            desk.plane.script(DESCRIBE, gate, call=1)
            await desk.press(*keys)
            await desk.until(lambda: desk.under_way)
            there = await self.arrive_elsewhere(desk)
            gate.release()
            await desk.settles()
            assert desk.rows == there
            assert "clusters (9)" in desk.title
            assert not desk.app.errors

    async def test_of_the_first_page_change_nothing(self, sit, plane):
        gate = AnswerGate()
        plane.script(DESCRIBE, gate, call=1)
        async with sit(wait=False) as desk:
            await desk.until(lambda: desk.under_way)
            there = await self.arrive_elsewhere(desk)
            gate.release()
            await desk.settles()
            assert desk.rows == there

    async def test_of_a_failure_or_about_the_caller_change_nothing(self, sit, plane):
        caller, page = AnswerGate(), AnswerGate()
        plane.script("GetCallerIdentity", caller, call=1)
        async with sit(wait=False) as desk:
            await desk.until(lambda: desk.rows and desk.asked("GetCallerIdentity"))
            plane.script(DESCRIBE, page, Refuse("ThrottlingException"), call=1)
            await desk.press("m")
            await desk.until(lambda: len(desk.asked()) == 2)
            await pick(desk, "P", "demo-staging")
            await desk.until(lambda: len(desk.rows) == 6 and "2222-2222-2222" in desk.header)
            there = desk.rows
            page.release()
            caller.release()
            await desk.settles()
            assert desk.rows == there
            assert desk.notice == ""
            assert "2222-2222-2222" in desk.header

    async def test_of_a_delete_renew_no_row_of_the_new_place(self, sit, cluster):
        async with sit() as desk:
            doomed = cluster("legacy-tde")
            await desk.put_cursor(doomed)
            gate = AnswerGate()
            desk.plane.script("DeleteCluster", gate)
            await desk.press("ctrl+d")
            await desk.type(doomed.cluster_id)
            await desk.press("tab", "enter")
            await desk.until(lambda: desk.asked("DeleteCluster"))
            await desk.press("escape")
            there = await self.arrive_elsewhere(desk)
            gate.release()
            await desk.until(lambda: doomed.cluster_id in desk.notifications)
            assert desk.rows == there


class TestMemory:
    async def test_of_places_is_kept_for_the_next_run(self, sit, tmp_path):
        state = tmp_path / "xdg" / "state" / "hsmtui" / "state.toml"
        async with sit() as desk:
            await pick(desk, "P", "demo-staging")
            await desk.until(lambda: "2222-2222-2222" in desk.header)
            await desk.until(lambda: state.exists() and "demo-staging" in state.read_text())
        kept = state.read_text()
        assert kept.index("demo-staging") < kept.index('"demo"')
        assert kept.index("eu-central-1") < kept.index("us-east-1")
        assert state.stat().st_mode & 0o777 == 0o600

    async def test_of_the_demo_stays_in_the_demo(self, sit, tmp_path):
        async with sit(start={"demo": True}) as desk:
            assert "DEMO" in desk.header
            await pick(desk, "P", "demo-staging")
            await desk.until(lambda: "2222-2222-2222" in desk.header)
            await desk.press("s", "f")
            await desk.settles()
            assert desk.app.remembered.state.recent_profiles[0] == "demo-staging"
        assert not (tmp_path / "xdg").exists()

    async def test_that_cannot_be_written_is_a_notice(self, sit, tmp_path):
        (tmp_path / "xdg").mkdir()
        (tmp_path / "xdg" / "state").write_text("a file, not a folder")
        async with sit() as desk:
            await desk.until(lambda: "cannot be written" in desk.notifications)
            assert len(desk.rows) == 25


def test_the_demo_s_environment_holds_nothing_of_the_user_s(tmp_path) -> None:
    given = {
        "AWS_PROFILE": "prod",
        "AWS_ACCESS_KEY_ID": "AKIA",
        "AWS_ENDPOINT_URL": "https://example.invalid",
        "BOTO_CONFIG": "/etc/boto.cfg",
        "https_proxy": "http://proxy",
        "HTTP_PROXY": "http://proxy",
        "LANG": "C.UTF-8",
    }
    kept = demo_environment(given, tmp_path, "http://127.0.0.1:1")
    assert kept["LANG"] == "C.UTF-8"
    assert not (given.keys() - {"LANG"}) & kept.keys()


class TestMarking:
    async def test_space_marks_and_goes_on_and_enter_takes_all_marked(self, sit):
        async with sit() as desk:
            await open_picker(desk, "P")
            await desk.press("space", "space")
            assert marked(desk) == ["demo", "demo-staging"]
            assert "2 marked" in frame(desk)
            await desk.press("space", "up", "space")  # the third, and again, which takes it back
            assert marked(desk) == ["demo", "demo-staging"]
            await desk.press("enter")
            await desk.until(lambda: places(desk)[1:])
            assert places(desk) == [("demo", "us-east-1"), ("demo-staging", "eu-central-1")]
            assert not any(e.opening.place.starting for e in desk.screen.fleet.everywhere)
            await desk.sees("2 profiles · 2 places")
            await desk.until(lambda: not desk.screen.fleet.doing)
            await open_picker(desk, "P")  # the places listed are remarked on
            lines = dict(zip(names(desk), offered(desk), strict=True))
            here = desk.screen.location.profile
            other = ({"demo", "demo-staging"} - {here}).pop()
            assert lines[here].endswith("current")
            assert lines[other].endswith("listed")
            assert desk.app.screen.query_one(OptionList).highlighted == names(desk).index(here)
            await desk.type("demo-staging")  # one of them alone
            await desk.press("enter")
            await desk.until(lambda: places(desk) == [("demo-staging", "eu-central-1")])
            await desk.until(lambda: "demo-staging · eu-central-1 · 2222" in desk.header)

    async def test_typed_text_is_marked_and_a_new_text_follows(self, sit):
        """A name, space, the next name, space, enter; a space may be between two words, too."""
        async with sit() as desk:
            await open_picker(desk, "P")
            await desk.press(*"stag", "space", "s")
            assert "marked" not in frame(desk)  # it may be a second word
            await desk.press(*"and")
            assert names(desk) == ["demo-sandbox"]
            assert "1 marked" in frame(desk)
            await desk.press("ctrl+u")
            assert marked(desk) == ["demo-staging"]
            await desk.press(*"sand", "space", "enter")
            await desk.until(lambda: places(desk)[1:])
            assert places(desk) == [("demo-staging", "eu-central-1"), ("demo-sandbox", "us-east-1")]
            await open_picker(desk, "P")
            await desk.press(*"triage", "space", *"2222")
            assert names(desk) == ["demo-sso"]
            assert "marked" not in frame(desk)
            await desk.press("enter")
            await desk.until(lambda: places(desk) == [("demo-sso", "eu-central-1")])

    @pytest.mark.in_parts
    @pytest.mark.parametrize(
        "keys", part_of([("ctrl+a",), ("tab", "a"), ("down", "a"), ("up", "a")])
    )
    async def test_all_that_the_text_leaves(self, sit, keys):
        async with sit() as desk:
            await open_picker(desk, "P")
            await desk.press(*"us-east", *keys)
            expected = ["demo", "demo-payments", "demo-sandbox", "demo-auditor", "demo-denied"]
            expected += ["demo-mfa"]
            assert sorted(marked(desk)) == sorted(expected)
            await desk.press(*keys[-1:])
            assert marked(desk) == []

    async def test_letters_are_text_until_a_key_moves_and_again_when_one_is_typed(self, sit):
        scopes = {"demos": AskedPlaces(("demo*",))}
        async with sit(scopes=scopes) as desk:
            await open_picker(desk, "P")
            field = desk.app.focused
            await desk.press("a")
            assert (field.value, marked(desk)) == ("a", [])
            await desk.press("tab", "j", "k", "a")
            assert field.value == "a"
            assert marked(desk)
            await desk.press("x")
            assert (field.value, names(desk)) == ("a x", ["demo-sandbox"])
            await desk.press("tab", "tab", "j")
            assert field.value == "a xj"
            await desk.press("escape")
            await open_picker(desk, "P")
            await desk.press("ctrl+a")  # all are the profiles, neither a scope nor the chain
            assert len(marked(desk)) == PROFILES
            assert not {"demos", "default chain"} & set(marked(desk))

    async def test_with_the_user_s_own_keys_and_by_a_click(self, sit):
        keys = {"pick.mark": "x", "pick.list_mark_all": "z"}
        async with sit(start={"keys": keys}) as desk:
            await open_picker(desk, "P")
            await desk.press("x")
            assert marked(desk) == ["demo"]
            await desk.pilot.click(OptionList, offset=(5, 3))  # marks where something is marked
            await desk.rest()
            assert len(marked(desk)) == 2
            await desk.press("z")
            assert len(marked(desk)) == PROFILES

    async def test_keys_typed_behind_it_are_held_for_the_dialog(self, sit):
        async with sit() as desk:
            await desk.app._press_keys(["P", *"stag", "space", *"sand", "space", "enter"])
            await desk.until(lambda: places(desk)[1:])
            assert [profile for profile, _ in places(desk)] == ["demo-staging", "demo-sandbox"]

    @pytest.mark.in_parts
    @pytest.mark.parametrize("size", part_of([(80, 24), (60, 16), (40, 10), (20, 6), (5, 3)]))
    async def test_at_any_size(self, sit, size):
        async with sit(size=size, scopes={"demos": AskedPlaces(("demo*",), ("eu-*",))}) as desk:
            for key in ("P", "R"):
                await open_picker(desk, key)
                await desk.press("space", "down", "ctrl+a", "pagedown", "a")
                await desk.pilot.resize_terminal(80, 24)
                await desk.rest()
                await desk.pilot.resize_terminal(*size)
                await desk.rest()
                await desk.press("escape")
                assert not desk.app.has_dialog


class TestSeveralProfiles:
    async def test_without_a_region_take_the_one_shown(self, sit, server, aws_files):
        add_bare_profile(server, aws_files)
        async with sit(region="us-west-2") as desk:
            await open_picker(desk, "P")
            await desk.press(*"bare", "space", *"staging", "space", "enter")
            await desk.until(lambda: places(desk)[1:])
            assert places(desk) == [("bare", "us-west-2"), ("demo-staging", "eu-central-1")]

    @pytest.mark.in_parts
    @pytest.mark.parametrize(
        "typed", part_of(["222222222222", "2222-2222", "sso", "TRIAGE sso", "sso demo", "dmss"])
    )
    async def test_are_found_by_any_of_it(self, sit, typed):
        async with sit() as desk:
            await open_picker(desk, "P")
            await desk.type(typed)
            assert names(desk)[0] == "demo-sso"


class TestScope:
    SCOPES: ClassVar = {
        "staging": AskedPlaces(("demo-staging", "demo"), ("eu-central-1",)),
        "one": AskedPlaces(("demo-staging",), ("eu-west-1",)),
        "lost": AskedPlaces(("nothing-*",)),
    }

    async def test_stands_on_top_and_lists_its_places_if_it_names_any(self, sit, clock):
        async with sit(scopes=self.SCOPES) as desk:
            before = desk.rows
            await pick(desk, "P", "lost")
            await desk.until(lambda: 'matches "nothing-*"' in desk.notifications)
            assert desk.rows == before
            clock.advance(2)  # keys typed without a pause are for a dialog that did not come
            await open_picker(desk, "P")
            assert names(desk)[:3] == ["staging", "one", "lost"]
            await desk.type("staging")
            await desk.press("enter")
            await desk.until(lambda: desk.screen.fleet.name == "staging")
            assert places(desk) == [("demo-staging", "eu-central-1"), ("demo", "eu-central-1")]

    async def test_of_one_place_lifts_no_rule(self, sit):
        async with sit(scopes=self.SCOPES, write=True) as desk:
            await pick(desk, "P", "one")
            await desk.until(lambda: places(desk) == [("demo-staging", "eu-west-1")])
            assert not desk.screen.fleet.first.opening.place.starting

    async def test_marked_with_a_profile_lists_both_each_place_once(self, sit):
        async with sit(scopes=self.SCOPES) as desk:
            await open_picker(desk, "P")
            await desk.type("scope")
            await desk.press("space", "space")
            await desk.type("demo-staging")
            await desk.press("space", "enter")
            await desk.until(lambda: places(desk)[1:])
            assert places(desk) == [
                ("demo-staging", "eu-central-1"),
                ("demo", "eu-central-1"),
                ("demo-staging", "eu-west-1"),
            ]
            assert desk.screen.fleet.name == ""


class TestSeveralRegions:
    async def test_are_listed_for_each_profile_whose_partition_has_them(self, sit):
        async with sit() as desk:
            await open_picker(desk, "P")
            await desk.press("space", *"gov", "space", "enter")
            await desk.until(lambda: places(desk)[1:])
            await desk.until(lambda: not desk.screen.fleet.doing)
            await open_picker(desk, "R")
            assert {"us-gov-east-1", "eu-west-1"} <= set(names(desk))
            await desk.press(*"us-gov-east", "space", *"eu-west-1", "space", "enter")
            expected = [("demo", "eu-west-1"), ("demo-gov", "us-gov-east-1")]
            await desk.until(lambda: places(desk) == expected)

    async def test_tell_city_and_clusters(self, sit, plane):
        del plane.clusters("111111111111", "us-east-1")[60:]
        async with sit() as desk:
            await open_picker(desk, "R")
            lines = dict(zip(names(desk), offered(desk), strict=True))
            assert " ".join(lines["us-east-1"].split()) == (
                "us-east-1 N. Virginia 25+ clusters current"
            )
            assert "clusters" not in lines["eu-west-1"]
            await desk.type("virginia")
            assert names(desk)[0] == "us-east-1"
            await desk.press("escape")
            await desk.press("M")
            await desk.until(lambda: desk.screen.fleet.extent.is_whole)
            await open_picker(desk, "R")
            number = desk.screen.fleet.extent.loaded
            assert any(f"{number} clusters" in line for line in offered(desk))

    async def test_are_listed_for_the_profile_also_one_that_was_typed(self, sit):
        async with sit() as desk:
            await open_picker(desk, "R")
            await desk.press(*"eu-west-1", "space", *"us-west-2", "space", "enter")
            await desk.until(lambda: places(desk)[1:])
            assert places(desk) == [("demo", "eu-west-1"), ("demo", "us-west-2")]
            await open_picker(desk, "R")
            await desk.press(*"eu-moon-7", "space", *"ap-south-1", "ctrl+a", "ctrl+u")
            assert marked(desk) == ["ap-south-1", "eu-moon-7"]  # which stay in sight
            await desk.press("enter")
            await desk.until(
                lambda: places(desk) == [("demo", "eu-moon-7"), ("demo", "ap-south-1")]
            )
