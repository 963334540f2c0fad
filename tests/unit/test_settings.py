"""Settings: which source wins, what is read-only, which colour, which files."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.aws.place import Place, Terms
from hsmtui.config.file import ProfileRule, SettingsError
from hsmtui.config.settings import Flags, Settings, find_paths, load
from hsmtui.fleet.places import places_for
from hsmtui.model.columns import COLUMN_IDS, COLUMNS
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.limits import Rules
from hsmtui.model.findings.severity import Severity

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


@pytest.fixture
def configured(home):
    """The settings with a text as the config file at its default place."""
    file = home / "config" / "hsmtui" / "config.toml"
    file.parent.mkdir(parents=True)

    def with_config(text: str = "", flags: Flags | None = None, **environ: str) -> Settings:
        file.write_text(text)
        return load(flags or Flags(), environ, known_columns=COLUMN_IDS)

    return with_config


def named(name: str | None) -> tuple[str, ...]:
    """The words of a flag."""
    return () if name is None else (name,)


def place_of(settings: Settings) -> Place:
    """The one place that is asked for."""
    (place,) = places_for(settings.asked, settings.endpoint_url)
    return place


def is_read_only(
    settings: Settings, profile: str | None, account: str | None, *, starting: bool
) -> bool:
    return bool(settings.why_read_only(profile, account, starting=starting))


class TestPrecedence:
    def test_defaults(self, home):
        settings = load(Flags(), {}, known_columns=())
        assert place_of(settings) == Place(starting=True)
        assert (settings.scopes, settings.parallel) == ({}, 32)
        assert (settings.page_size, settings.poll_seconds) == (25, 5.0)
        assert (settings.theme, settings.columns, dict(settings.keys)) == (None, None, {})
        assert (settings.mouse, settings.clipboard) == (True, "osc52")
        assert not list(home.iterdir())

    @pytest.mark.parametrize(
        ("flag", "environ", "config", "expected"),
        [
            ("f", {"AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"}, 'region = "c"', "f"),
            (None, {"AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"}, 'region = "c"', "a"),
            (None, {"AWS_DEFAULT_REGION": "b"}, 'region = "c"', "b"),
            (None, {"AWS_REGION": "", "AWS_DEFAULT_REGION": "b"}, "", "b"),
            (None, {}, 'region = "c"', "c"),
            (None, {}, "", None),
        ],
    )
    def test_region(self, configured, flag, environ, config, expected):
        settings = configured(config, Flags(regions=named(flag)), **environ)
        assert place_of(settings).region == expected

    @pytest.mark.parametrize(
        ("flag", "environ", "config", "expected", "explicit"),
        [
            ("f", {"AWS_PROFILE": "a"}, 'profile = "c"', "f", True),
            (None, {"AWS_PROFILE": "a"}, 'profile = "c"', "a", False),
            (None, {"AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "d"}, "", "d", False),
            (None, {"AWS_PROFILE": ""}, 'profile = "c"', "c", False),
            (None, {}, "", None, False),
        ],
    )
    def test_profile(self, configured, flag, environ, config, expected, explicit):
        place = place_of(configured(config, Flags(profiles=named(flag)), **environ))
        assert (place.profile, place.explicit) == (expected, explicit)

    def test_botocore_agrees_on_the_profile_of_the_environment(self, configured, monkeypatch):
        environ = {"AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "d"}
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        place = place_of(configured("", **environ))
        assert place.profile == botocore.session.Session().profile

    def test_in_the_demo_only_flags_name_a_place(self, configured):
        config, environ = 'profile = "c"\nregion = "c"', {"AWS_PROFILE": "a", "AWS_REGION": "a"}
        place = place_of(configured(config, Flags(demo=True), **environ))
        assert (place.profile, place.region) == (None, None)
        flags = Flags(demo=True, profiles=("p",), regions=("r",))
        place = place_of(configured(config, flags, **environ))
        assert (place.profile, place.region) == ("p", "r")

    def test_theme_and_endpoint(self, configured):
        assert configured('theme = "nord"').theme == "nord"
        settings = configured('theme = "nord"', Flags(theme="dracula", endpoint_url="http://[::1]"))
        assert (settings.theme, settings.endpoint_url) == ("dracula", "http://[::1]")

    def test_the_config_file_reaches_every_field(self, configured):
        settings = configured(
            'page_size = 1\nmouse = false\nclipboard = "off"\ncolumns = ["name", "cluster"]\n'
            '[delete]\npoll_seconds = 1.5\n[keys]\n"cluster.delete" = "ctrl+x"\n'
            "[network]\nconnect_timeout = 0.1\nread_timeout = 300\n[fleet]\nparallel = 8\n"
        )
        assert settings.parallel == 8
        assert (settings.connect_timeout, settings.read_timeout) == (0.1, 300)
        assert (settings.page_size, settings.poll_seconds) == (1, 1.5)
        assert (settings.mouse, settings.clipboard) == (False, "off")
        assert settings.columns == ("name", "cluster")
        assert settings.keys == {"cluster.delete": "ctrl+x"}

    def test_settings_cannot_be_changed(self, configured):
        with pytest.raises(TypeError):
            configured('[keys]\n"a" = "b"').keys["a"] = "c"


class TestScopes:
    TEXT = (
        'profile = "c"\nregion = "cr"\n[scopes.prod]\nprofiles = ["prod-*", "audit"]\n'
        'regions = ["eu-*"]\n[scopes."all of it"]\nprofiles = ["*"]\n'
    )

    def test_are_those_of_the_file_in_its_order(self, configured):
        scopes = configured(self.TEXT).scopes
        assert [(name, *each[:2]) for name, each in scopes.items()] == [
            ("prod", ("prod-*", "audit"), ("eu-*",)),
            ("all of it", ("*",), ()),
        ]
        with pytest.raises(TypeError):
            scopes["x"] = scopes["prod"]

    @pytest.mark.parametrize(
        ("flags", "expected"),
        [
            (Flags(), ((), ())),
            (Flags(scope="prod"), (("prod-*", "audit"), ("eu-*",))),
            (Flags(scope="all of it"), (("*",), ())),
            (Flags(scope="prod", profiles=("p",)), (("p",), ("eu-*",))),
            (Flags(scope="prod", regions=("r",)), (("prod-*", "audit"), ("r",))),
            (Flags(scope="prod", profiles=("p",), regions=("r",)), (("p",), ("r",))),
            (Flags(scope="prod", demo=True), (("prod-*", "audit"), ("eu-*",))),
        ],
    )
    def test_a_flag_replaces_its_part_of_the_scope(self, configured, flags, expected):
        assert configured(self.TEXT, flags).asked[:2] == expected

    def test_the_environment_and_the_file_count_beside_it(self, configured):
        asked = configured(self.TEXT, Flags(scope="all of it"), AWS_REGION="er").asked
        assert (asked.profile, asked.region, asked.default_region) == ("c", "er", "cr")
        asked = configured(self.TEXT, Flags(scope="all of it", demo=True), AWS_REGION="er").asked
        assert (asked.profile, asked.region, asked.default_region) == (None, None, None)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (TEXT, 'has no scope "prd"; the nearest is prod'),
            ("[scopes.x]\nprofiles = ['y']", 'has no scope "prd"; there is x'),
            ("", 'has no scope "prd"; there are none'),
        ],
    )
    def test_one_that_is_not_there_is_told(self, configured, home, text, said):
        with pytest.raises(SettingsError) as caught:
            configured(text, Flags(scope="prd"))
        assert str(caught.value) == f"{home}/config/hsmtui/config.toml {said}"


class TestConfigFile:
    def test_the_flag_wins_over_the_environment(self, configured, home):
        for name, size in (("flag", 3), ("environ", 4)):
            (home / f"{name}.toml").write_text(f"page_size = {size}")
        environ = {"HSMTUI_CONFIG": str(home / "environ.toml")}
        assert configured("page_size = 5", **environ).page_size == 4
        flags = Flags(config=home / "flag.toml")
        assert configured("page_size = 5", flags, **environ).page_size == 3
        assert configured("page_size = 5", HSMTUI_CONFIG="").page_size == 5

    @pytest.mark.parametrize("by_flag", [True, False])
    def test_a_named_one_must_exist(self, home, by_flag):
        missing = home / "mine.toml"
        flags = Flags(config=missing if by_flag else None)
        environ = {} if by_flag else {"HSMTUI_CONFIG": str(missing)}
        with pytest.raises(SettingsError, match="there is no such settings file"):
            load(flags, environ, known_columns=())

    def test_columns_are_those_that_the_caller_knows(self, configured):
        with pytest.raises(SettingsError, match='unknown column "backup"'):
            configured('columns = ["backup"]')

    def test_the_examples_of_the_example_are_valid(self, configured):
        text = re.sub(r"(?m)^#(?=[^\s#])", "", EXAMPLE.read_text(encoding="utf-8"))
        settings = configured(text)
        place = place_of(settings)
        assert (place.profile, place.region) == ("triage", "eu-central-1")
        assert settings.scopes["prod"].profiles == ("prod-*", "audit")
        assert settings.scopes["prod"].regions == ("us-east-1", "eu-*")
        assert is_read_only(settings, "prod-eu", "111111111111", starting=False)
        assert not is_read_only(settings, "triage", "111111111111", starting=False)
        assert settings.color("triage", "441709238812") == "bright_red"
        assert settings.columns == tuple(column.id for column in COLUMNS)
        assert settings.keys


class TestEnvironmentReadOnly:
    @pytest.mark.parametrize("value", ["1", "true", "YES", "On", " on "])
    def test_yes(self, configured, value):
        assert is_read_only(configured(HSMTUI_READ_ONLY=value), None, None, starting=True)

    @pytest.mark.parametrize("value", ["0", "False", "NO", "off", ""])
    def test_no_says_nothing(self, configured, value):
        assert not is_read_only(configured(HSMTUI_READ_ONLY=value), None, None, starting=True)
        settings = configured("read_only = true", HSMTUI_READ_ONLY=value)
        assert is_read_only(settings, None, None, starting=True)

    @pytest.mark.parametrize("value", ["2", "y", "read-only", "\x1b"])
    def test_anything_else_is_an_error(self, configured, value):
        with pytest.raises(SettingsError, match=r"^HSMTUI_READ_ONLY is .* expected 1, ") as caught:
            configured(HSMTUI_READ_ONLY=value)
        assert "\x1b" not in str(caught.value)


OPEN = load(Flags(config=EXAMPLE), {}, known_columns=())
"""Settings under which everything may be written."""
RULES = st.builds(ProfileRule, read_only=st.booleans())
PROFILES = st.sampled_from([None, "default", "prod-eu", "Prod-eu", "dev"])
ACCOUNTS = ("111111111111", "222222222222", "333333333333")
SETTINGS = st.builds(
    lambda **rules: replace(OPEN, **rules),
    read_only=st.sampled_from(["", "--read-only"]),
    write=st.booleans(),
    profiles=st.dictionaries(st.sampled_from(["*", "prod-*", "d??", "default", "[pP]*"]), RULES),
    accounts=st.dictionaries(st.sampled_from(ACCOUNTS[:2]), RULES),
)
IN_ACCOUNT_1 = '[accounts."111111111111"]\n'


class TestReadOnly:
    @given(SETTINGS, PROFILES, st.sampled_from([None, *ACCOUNTS]))
    def test_the_strictest_wins(self, settings, profile, account):
        alone = [
            replace(OPEN, read_only=settings.read_only),
            *(replace(OPEN, profiles={name: rule}) for name, rule in settings.profiles.items()),
            *(replace(OPEN, accounts={id_: rule}) for id_, rule in settings.accounts.items()),
        ]
        strictest = any(is_read_only(one, profile, account, starting=False) for one in alone)
        assert is_read_only(settings, profile, account, starting=False) is strictest
        lifted = is_read_only(settings, profile, account, starting=True)
        assert lifted is (strictest and not settings.write)

    @given(SETTINGS, PROFILES)
    def test_an_unknown_account_is_as_strict_as_any(self, settings, profile):
        known = [is_read_only(settings, profile, account, starting=False) for account in ACCOUNTS]
        assert is_read_only(settings, profile, None, starting=False) is any(known)

    @pytest.mark.parametrize(
        ("rules", "profile", "account", "expected"),
        [
            ('[profiles."prod-*"]\nread_only = true', "prod-eu", None, True),
            ('[profiles."prod-*"]\nread_only = true', "Prod-eu", None, False),
            ('[profiles."prod-*"]\nread_only = true', "my-prod-eu", None, False),
            ('[profiles."*"]\nread_only = true\n[profiles.d]\nread_only = false', "d", None, True),
            ("[profiles.default]\nread_only = true", None, None, True),
            (IN_ACCOUNT_1 + "read_only = true", "d", "111111111111", True),
            (IN_ACCOUNT_1 + "read_only = true", "d", "222222222222", False),
            (IN_ACCOUNT_1 + "read_only = true", "d", None, True),
            (IN_ACCOUNT_1 + 'color = "red"', "d", None, False),
            ("read_only = true\n[profiles.d]\nread_only = false", "d", None, True),
        ],
    )
    def test_rules(self, configured, rules, profile, account, expected):
        settings = configured(rules)
        assert is_read_only(settings, profile, account, starting=True) is expected
        assert is_read_only(settings, profile, account, starting=False) is expected
        lifted = configured(rules, Flags(read_only=False))
        assert not is_read_only(lifted, profile, account, starting=True)
        assert is_read_only(lifted, profile, account, starting=False) is expected

    @pytest.mark.parametrize(
        ("text", "flags", "environ", "words"),
        [
            ("", Flags(read_only=True), {"HSMTUI_READ_ONLY": "1"}, "--read-only. "),
            ("read_only = true", Flags(), {"HSMTUI_READ_ONLY": "yes"}, "HSMTUI_READ_ONLY=yes in"),
            ("read_only = true", Flags(), {}, "read_only in FILE. "),
            (
                'read_only = true\n[profiles."x"]\nread_only = true\n'
                '[profiles."d*"]\nread_only = true\n' + IN_ACCOUNT_1 + "read_only = true",
                Flags(read_only=True),
                {"HSMTUI_READ_ONLY": "1"},
                'read_only in [profiles."d*"] of FILE. ',
            ),
            (
                "read_only = true\n" + IN_ACCOUNT_1 + "read_only = true",
                Flags(),
                {},
                'read_only in [accounts."111111111111"] of FILE. ',
            ),
        ],
    )
    def test_the_one_rule_that_applies_is_named(self, configured, text, flags, environ, words):
        settings = configured(text, flags, **environ)
        why = settings.why_read_only("dev", "111111111111", starting=True)
        assert why.startswith(words.replace("FILE", str(settings.paths.config_file)))
        assert "start hsmtui with -p dev --write" in why
        assert ("without --read-only" in why) is (flags.read_only is True)

    def test_it_is_told_whom_write_is_for(self, configured):
        settings = configured("read_only = true", Flags(read_only=False))
        why = settings.why_read_only("my prod", "111111111111", starting=False)
        assert "only for the credentials that hsmtui was started with" in why
        assert why.endswith("start it with -p 'my prod' --write")
        assert settings.why_read_only(None, None, starting=False).endswith("with --write")

    @pytest.mark.parametrize("with_write", [False, True])
    @pytest.mark.parametrize(
        ("place", "options"),
        [
            (Place("dev", "eu-west-1"), "-p dev -r eu-west-1 --write"),
            (Place("dev"), "-p dev --write"),
            (Place(None, "eu-west-1"), "-r eu-west-1 --write"),
        ],
    )
    def test_it_is_told_how_to_start_in_the_same_region(
        self, configured, place, options, with_write
    ):
        flags = Flags(read_only=False) if with_write else Flags()
        terms = Terms.of(configured("read_only = true", flags))
        assert terms.why_read_only(place, place.profile).endswith(f" with {options}")

    @pytest.mark.parametrize("more", ["", '[accounts."222222222222"]\nread_only = true'])
    def test_an_account_that_is_not_known_is_told(self, configured, more):
        settings = configured(IN_ACCOUNT_1 + f"read_only = true\n{more}")
        why = settings.why_read_only("dev", None, starting=True)
        named = "rules of [accounts]" if more else '[accounts."111111111111"]'
        assert why.startswith(f"read_only in {named} of ")
        assert why.endswith(", until STS has said which account this is.")

    def test_the_flag_is_not_undone_by_the_environment(self, configured):
        settings = configured("read_only = false", Flags(read_only=True), HSMTUI_READ_ONLY="0")
        assert is_read_only(settings, "dev", "111111111111", starting=True)
        assert is_read_only(settings, "dev", "111111111111", starting=False)

    def test_write_lifts_the_environment_for_the_starting_place_only(self, configured):
        settings = configured("", Flags(read_only=False), HSMTUI_READ_ONLY="1")
        assert not is_read_only(settings, "dev", "111111111111", starting=True)
        assert is_read_only(settings, "dev", "111111111111", starting=False)


@pytest.mark.parametrize(
    ("profile", "account", "expected"),
    [
        ("prod-eu", None, "blue"),
        ("prod-eu", "111111111111", "blue"),
        ("prod-ez", None, "red"),
        ("prod-us", "111111111111", "bright_red"),
        (None, "111111111111", "bright_red"),
        ("prod-us", "222222222222", None),
        ("dev", None, None),
    ],
)
def test_the_first_colour_is_the_profiles_then_the_accounts(configured, profile, account, expected):
    settings = configured(
        '[profiles."prod-*"]\nread_only = true\n'
        '[profiles."*-eu"]\ncolor = "blue"\n'
        '[profiles."prod-e?"]\ncolor = "red"\n' + IN_ACCOUNT_1 + 'color = "bright_red"\n'
    )
    assert settings.color(profile, account) == expected


class TestPaths:
    def test_xdg_folders(self, home):
        paths = find_paths(Flags(), {})
        assert paths.config_file == home / "config" / "hsmtui" / "config.toml"
        assert paths.state_dir == home / "state" / "hsmtui"
        assert paths.state_file == home / "state" / "hsmtui" / "state.toml"
        assert paths.log_file == home / "state" / "hsmtui" / "hsmtui.log"

    def test_named_files(self, home):
        environ = {"HSMTUI_CONFIG": str(home / "b.toml")}
        paths = find_paths(Flags(log_file=home / "a.log", config=home / "a.toml"), environ)
        assert (paths.log_file, paths.config_file) == (home / "a.log", home / "a.toml")
        assert find_paths(Flags(), environ).config_file == home / "b.toml"

    def test_a_broken_config_does_not_hide_them(self, configured):
        with pytest.raises(SettingsError):
            configured("broken")
        assert find_paths(Flags(), {}).config_file.read_text() == "broken"


def test_the_import_is_light():
    heavy = "{'textual', 'rich', 'boto3', 'botocore', 'argparse', 'asyncio', 'cryptography'}"
    code = f"import sys, hsmtui.config.settings; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_rules_of_findings(configured):
    assert configured("").rules == Rules()
    text = '[findings]\noff = ["STUCK", "TWO-HSM"]\nrequired_tags = ["Owner"]\nbackup_hours = 30\n'
    assert configured(text).rules == Rules(
        off=frozenset({"STUCK", "TWO-HSM"}), required_tags=("Owner",), backup_hours=30
    )


def test_what_is_accepted_and_how_severe_rules_are(configured):
    text = """
[findings]
severity = { "HSM1-EOS" = "HIGH", "TWO-HSM" = "warning" }
[[findings.accept]]
rule = "SINGLE-HSM"
tag = "Env=dev"
until = 2027-01-31
reason = "no clients at night"
[[findings.accept]]
rule = "TWO-HSM"
account = "4417*"
region = "eu-*"
until = 2027-02-28
reason = "budget"
"""
    rules = configured(text).rules
    assert rules.severity == {"HSM1-EOS": Severity.HIGH, "TWO-HSM": Severity.MEDIUM}
    assert rules.accept == (
        Acceptance("SINGLE-HSM", date(2027, 1, 31), "no clients at night", tag="Env=dev"),
        Acceptance("TWO-HSM", date(2027, 2, 28), "budget", account="4417*", region="eu-*"),
    )
