"""Which places come of what is asked for, the AWS files and botocore's data."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hsmtui.aws.place import Place
from hsmtui.aws.regions import service_regions
from hsmtui.config.file import SettingsError
from hsmtui.config.settings import AskedPlaces
from hsmtui.fleet.places import places_for

CONFIG = """\
[default]
region = eu-west-1

[profile prod-b]
region = us-east-1

[profile prod-a]
region = eu-central-1

[profile bare]

[profile gov]
region = us-gov-west-1

[profile china]
region = cn-north-1

[profile "with,comma"]
region = eu-west-3

[profile "with[ab]"]
region = eu-west-2
"""
CREDENTIALS = "[from-credentials]\naws_access_key_id = a\n[prod-a]\naws_access_key_id = a\n"
URL = "http://127.0.0.1:1"

Resolve = Callable[..., list[tuple[str | None, str | None]]]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The AWS config file."""
    config, credentials = tmp_path / "aws-config", tmp_path / "aws-credentials"
    config.write_text(CONFIG)
    credentials.write_text(CREDENTIALS)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    return config


@pytest.fixture
def resolve(files: Path) -> Resolve:
    """Profile and region of each place; what all places have in common is looked at."""

    def pairs(
        profiles: str | list[str] = "", regions: str | list[str] = "", **more: str
    ) -> list[tuple[str | None, str | None]]:
        words = [[w for w in ([v] if isinstance(v, str) else v) if w] for v in (profiles, regions)]
        found = places_for(AskedPlaces(*map(tuple, words), **more), URL)
        assert {place.endpoint_url for place in found} == {URL}
        assert {place.explicit for place in found} == {bool(profiles)}
        assert {place.starting for place in found} == {len(found) == 1}
        return [(place.profile, place.region) for place in found]

    return pairs


class TestOnePlace:
    @pytest.mark.parametrize(
        ("asked", "place"),
        [
            (AskedPlaces(), Place(None, None, URL, False, True)),
            (AskedPlaces(("p",)), Place("p", None, URL, True, True)),
            (AskedPlaces(("p",), ("r",)), Place("p", "r", URL, True, True)),
            (AskedPlaces((), ("r",), "p", "x", "y"), Place("p", "r", URL, False, True)),
            (AskedPlaces((), (), "p", "e", "c"), Place("p", "e", URL, False, True)),
            (AskedPlaces(("p",), (), "q", None, "c"), Place("p", "c", URL, True, True)),
            (AskedPlaces((), (), "a*", "b,c"), Place("a*", "b,c", URL, False, True)),
        ],
    )
    def test_is_as_it_is_named_and_no_file_is_read_for_it(
        self, asked: AskedPlaces, place: Place, files: Path
    ) -> None:
        files.write_text("[broken")
        assert places_for(asked, URL) == (place,)

    @pytest.mark.parametrize(
        ("profiles", "expected"),
        [
            ("gov*", ("gov", None)),
            ("gov,", ("gov", None)),
            (["gov", "gov"], ("gov", None)),
            ("with,comma", ("with,comma", None)),
            ("with[ab]", ("with[ab]", None)),
        ],
    )
    def test_may_come_of_a_list_or_a_pattern(
        self, resolve: Resolve, profiles: str, expected: tuple[str, str | None]
    ) -> None:
        assert resolve(profiles) == [expected]
        assert resolve(profiles, default_region="c") == [(expected[0], "c")]
        assert resolve(profiles, region="e", default_region="c") == [(expected[0], "e")]


class TestProfiles:
    def test_stand_in_the_order_given_and_patterns_in_that_of_the_files(
        self, resolve: Resolve
    ) -> None:
        found = resolve(["gov", "prod-*,bare", "prod-a", "gov"])
        assert [profile for profile, _ in found] == ["gov", "prod-b", "prod-a", "bare"]

    def test_are_all_of_both_files(self, resolve: Resolve) -> None:
        assert [profile for profile, _ in resolve("*")] == [
            *("default", "prod-b", "prod-a", "bare", "gov", "china"),
            *("with,comma", "with[ab]", "from-credentials"),
        ]

    def test_that_do_not_exist_are_taken_as_they_are_named(self, resolve: Resolve) -> None:
        assert resolve("nobody,prod-a") == [("nobody", None), ("prod-a", "eu-central-1")]

    def test_bring_their_own_region(self, resolve: Resolve) -> None:
        assert resolve("prod-a,bare,gov") == [
            ("prod-a", "eu-central-1"),
            ("bare", None),
            ("gov", "us-gov-west-1"),
        ]

    def test_without_one_get_that_of_the_settings(self, resolve: Resolve) -> None:
        found = resolve("prod-a,bare", default_region="eu-north-1")
        assert found == [("prod-a", "eu-central-1"), ("bare", "eu-north-1")]

    def test_all_get_that_of_the_environment(self, resolve: Resolve) -> None:
        found = resolve("prod-a,bare", region="us-west-2", default_region="eu-north-1")
        assert found == [("prod-a", "us-west-2"), ("bare", "us-west-2")]


class TestRegions:
    def test_are_taken_as_they_are_named_with_every_profile(self, resolve: Resolve) -> None:
        assert resolve("prod-a,gov", ["us-west-2", "nowhere,us-west-2"], region="x") == [
            ("prod-a", "us-west-2"),
            ("prod-a", "nowhere"),
            ("gov", "us-west-2"),
            ("gov", "nowhere"),
        ]

    def test_of_a_pattern_are_those_of_the_partition_of_the_profile(self, resolve: Resolve) -> None:
        assert resolve("gov,china,prod-a", "us-*-1") == [
            ("gov", "us-gov-east-1"),
            ("gov", "us-gov-west-1"),
            ("prod-a", "us-east-1"),
            ("prod-a", "us-west-1"),
        ]

    def test_are_all_where_the_service_is_known(self, resolve: Resolve) -> None:
        regions = [*service_regions("aws"), *service_regions("aws-us-gov")]
        assert [region for _, region in resolve("bare,gov", "*")] == regions
        assert resolve("bare", "*", region="us-gov-east-1") == [
            ("bare", region) for region in service_regions("aws-us-gov")
        ]

    @pytest.mark.parametrize("profile", [None, "gov"])
    def test_go_with_the_profile_that_no_flag_names(
        self, resolve: Resolve, profile: str | None
    ) -> None:
        partition = "aws-us-gov" if profile else "aws"
        found = resolve("", "*", profile=profile)
        assert found == [(profile, region) for region in service_regions(partition)]

    def test_overlap_without_coming_twice(self, resolve: Resolve) -> None:
        found = resolve("bare", "us-east-*,us-east-1,us-*")
        assert found == [
            ("bare", f"us-{name}") for name in ("east-1", "east-2", "west-1", "west-2")
        ]


class TestNothing:
    @pytest.mark.parametrize(
        ("profiles", "regions", "said"),
        [
            ("prd-*", "", 'no profile in FILES matches "prd-*"; the nearest are prod-b, prod-a'),
            (
                *("gov,PROD*", ""),
                'no profile in FILES matches "PROD*"; there are default, prod-b, prod-a, ',
            ),
            (",", "", '"," names no profile in FILES; expected names or patterns'),
            ("a*\x1b[2J", "", 'no profile in FILES matches "a*\\x1b[2J"'),
            ("gov", "eu-*", 'no region with CloudHSM matches "eu-*"; there are us-gov-east-1, us'),
            ("*", "eu-*,us-wets-*", 'no region with CloudHSM matches "us-wets-*"; the nearest ar'),
            ("china", "*", 'no region with CloudHSM matches "*"; there are none'),
            ("gov", ", ", '", " names no region with CloudHSM; expected names or patterns'),
        ],
    )
    def test_that_matches_is_told(
        self, resolve: Resolve, files: Path, profiles: str, regions: str, said: str
    ) -> None:
        with pytest.raises(SettingsError) as caught:
            resolve(profiles, regions)
        both = f"{files} or {files.with_name('aws-credentials')}"
        assert str(caught.value).startswith(said.replace("FILES", both))

    def test_is_looked_for_in_files_that_cannot_be_read(
        self, resolve: Resolve, files: Path
    ) -> None:
        files.write_text("[default]\nregion = x\n[default]\n")
        with pytest.raises(SettingsError) as caught:
            resolve("prod-*")
        assert f"{files}, line 3: the section [default] is there already" in str(caught.value)
        assert "Correct the file" in str(caught.value)

    def test_is_in_files_that_are_not_there(
        self, resolve: Resolve, files: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        files.unlink()
        monkeypatch.delenv("AWS_SHARED_CREDENTIALS_FILE")
        with pytest.raises(SettingsError, match="there are none"):
            resolve("*")
        assert resolve("a,b") == [("a", None), ("b", None)]


OWN = {"default": "eu-west-1", "gov": "us-gov-west-1", "prod-a": "eu-central-1"}
WORDS = ["default", "prod-a", "with,comma", "with[ab]", "*a*", "?o*", "x", "bare,gov", "x,pr*", "*"]
PROFILES = st.lists(st.sampled_from(WORDS), max_size=4)
REGIONS = st.lists(
    st.sampled_from(["us-east-1", "*-1", "eu-west-1,us-east-1", "y", "*,y"]), max_size=3
)
REGION = st.sampled_from([None, "us-east-1", "us-gov-east-1", "nowhere"])


@given(PROFILES, REGIONS, REGION, REGION)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_places_are_profiles_by_regions(
    files: Path,
    profiles: list[str],
    regions: list[str],
    region: str | None,
    default_region: str | None,
) -> None:
    asked = AskedPlaces(tuple(profiles), tuple(regions), "gov", region, default_region)
    found = places_for(asked, None)
    pairs = [place[:2] for place in found]
    assert pairs
    assert places_for(asked._replace(profiles=asked.profiles * 2), None) == found
    assert len(set(pairs)) == len(pairs)
    order = list(dict.fromkeys(profile for profile, _ in pairs))
    assert [profile for profile, _ in sorted(pairs, key=lambda pair: order.index(pair[0]))] == [
        profile for profile, _ in pairs
    ]
    if not profiles:
        assert order == ["gov"]
    if not regions and len(found) > 1:
        assert {p: r for p, r in pairs if p in OWN} == {
            each: region or OWN[each] for each in order if each in OWN
        }
    if regions == ["us-east-1"]:
        assert pairs == [(each, "us-east-1") for each in order]
