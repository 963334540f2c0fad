"""config.toml: what it takes, and what is said of what it does not take."""

import os
import re
import tomllib
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from hsmtui.config.file import (
    AcceptTable,
    ColorName,
    Config,
    ProfileRule,
    ScopeTable,
    SettingsError,
    read_config,
)
from hsmtui.model.findings.evaluate import RULES

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
COLUMNS = (
    *("cluster", "name", "state", "findings", "hsms", "azs", "type", "mode", "vpc", "age"),
    *("retention", "subnets", "network", "backup"),
)


ENTRY = 'rule = "TWO-HSM"\nuntil = 2027-01-31\nreason = "x"\ncluster = "*"\n'
"""An acceptance of four lines, under its header."""

HEAD = "[[findings.accept]]\n"

PROFILE_LIST = "a list of profile names and patterns in quotes"


@pytest.fixture
def read(tmp_path):
    """Read a config file that holds a text."""
    file = tmp_path / "config.toml"

    def read_text(text: str | bytes) -> Config:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_config(file, required=True, known_columns=COLUMNS)

    return read_text


@pytest.fixture
def message(read, tmp_path):
    """What is said of a text that is refused, without the path of the file."""

    def refused(text: str | bytes) -> str:
        with pytest.raises(SettingsError) as caught:
            read(text)
        path = str(tmp_path / "config.toml")
        assert str(caught.value).startswith(path)
        return str(caught.value).removeprefix(path)

    return refused


def test_a_whole_file(read):
    config = read(
        'page_size = 1\nmouse = false\nclipboard = "off"\ncolumns = ["name", "cluster"]\n'
        '[delete]\npoll_seconds = 1.5\n[keys]\n"cluster.delete" = "ctrl+x"\n'
        '[profiles."prod-*"]\nread_only = true\n[accounts."012345678901"]\ncolor = "red"\n'
    )
    assert config == Config(
        page_size=1,
        mouse=False,
        clipboard="off",
        columns=("name", "cluster"),
        delete=type(config.delete)(poll_seconds=1.5),
        keys={"cluster.delete": "ctrl+x"},
        profiles={"prod-*": ProfileRule(read_only=True)},
        accounts={"012345678901": ProfileRule(color="red")},
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\n# one\npage_sise = 3", ", line 3: page_sise: unknown key; did you mean page_size?"),
        (
            "mouse = true\n[delete]\npoll_secnds = 3",
            (
                ", line 3: delete.poll_secnds: unknown key; did you mean delete.poll_seconds? "
                "The keys of [delete] are poll_seconds."
            ),
        ),
        (
            "[delete]\nread_only = true",
            (
                ", line 2: delete.read_only: unknown key; "
                "did you mean read_only at the top of the file? The keys"
            ),
        ),
        (
            "poll_seconds = 3",
            ", line 1: poll_seconds: unknown key; did you mean delete.poll_seconds? The keys",
        ),
        ("xyzzy = 3", ", line 1: xyzzy: unknown key. The keys of the file are profile, region, "),
        ("[trust]\naws_rot = 'x'", ", line 2: trust.aws_rot: unknown key"),
        ("refresh_second = 30", ", line 1: refresh_second: unknown key"),
        (
            '[profiles."a"]\ncolor = "red"\n[profiles."b.*"]\ncolour = "red"',
            (
                ', line 4: profiles."b.*".colour: unknown key; did you mean profiles."b.*".color? '
                'The keys of [profiles."b.*"] are read_only, color.'
            ),
        ),
        (
            "[scopes.a]\nprofiles = ['x']\n[scopes.b]\nprofiles = ['x']\nregion = ['y']",
            (
                ", line 5: scopes.b.region: unknown key; did you mean scopes.b.regions? "
                "The keys of [scopes.b] are profiles, regions."
            ),
        ),
        ("[scopes.a]\nprofile = ['x']", ", line 2: scopes.a.profile: unknown key; did you mean"),
        (
            "[fleet]\nparallels = 3",
            ", line 2: fleet.parallels: unknown key; did you mean fleet.parallel? The keys of",
        ),
        ("parallel = 3", ", line 1: parallel: unknown key; did you mean fleet.parallel? The keys"),
        ("delete = { poll_second = 1 }", ", line 1: delete.poll_second: unknown key; did you"),
        ("mouse = true\ndelete.pol_seconds = 1", ", line 2: delete.pol_seconds: unknown key"),
        (
            'columns = [\n  "name", # [delete]\n]\ntheme = """\n[delete]\nx"""\nmoose = true',
            ", line 7: moose: unknown key; did you mean mouse?",
        ),
        ("theme = '\u2028'\r\nmoose = true", ", line 2: moose: unknown key"),
        ("[delete] # one\n\n\n[[what]]\na = 1", ", line 4: what: unknown key"),
    ],
)
def test_unknown_keys(message, text, expected):
    assert message(text).startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("page_size = true", "page_size: expected a whole number from 1 to 25, found true"),
        ("page_size = 0", "page_size: expected a whole number from 1 to 25, found 0"),
        ("page_size = 26", "page_size: expected a whole number from 1 to 25, found 26"),
        ("page_size = 2.0", "page_size: expected a whole number from 1 to 25, found 2.0"),
        ('page_size = "5"', 'page_size: expected a whole number from 1 to 25, found "5"'),
        ("read_only = 1", "read_only: expected true or false, found 1"),
        ("mouse = 'on'", 'mouse: expected true or false, found "on"'),
        ("profile = 3", "profile: expected text in quotes, found 3"),
        ("profile = ''", 'profile: expected text in quotes, found ""'),
        ("theme = 2020-01-01", "theme: expected text in quotes, found 2020-01-01"),
        (
            'clipboard = "osc51"',
            'clipboard: expected "osc52" or "off", found "osc51"; did you mean osc52?',
        ),
        ('clipboard = "rd"', 'clipboard: expected "osc52" or "off", found "rd"'),
        ('columns = "name"', 'columns: expected a list of column ids, found "name"'),
        ("columns = []", "columns: expected a list of column ids, found an empty list"),
        ("columns = [1]", "columns: expected a list of column ids, found a list"),
        (
            'columns = ["name", "clutser"]',
            (
                'columns: unknown column "clutser"; did you mean cluster? '
                f"The columns are {', '.join(COLUMNS)}."
            ),
        ),
        (
            'findings.off = ["TWO-HSM", "single-hms"]',
            (
                'findings.off: unknown rule "single-hms"; did you mean SINGLE-HSM? '
                f"The rules are {', '.join(RULES)}."
            ),
        ),
        ('columns = ["name", "name"]', 'columns: expected each column once, found "name" again'),
        *(
            (f"scopes.a = {{ {text} }}", f"scopes.a{said}")
            for text, said in (
                ("", f": the key profiles is missing; expected {PROFILE_LIST}"),
                ("regions = ['x']", f": the key profiles is missing; expected {PROFILE_LIST}"),
                ("profiles = []", f".profiles: expected {PROFILE_LIST}, found an empty list"),
                ("profiles = 'x'", f'.profiles: expected {PROFILE_LIST}, found "x"'),
                ("profiles = ['']", f".profiles: expected {PROFILE_LIST}, found a list"),
                ("profiles = ['x', 1]", f".profiles: expected {PROFILE_LIST}, found a list"),
                (
                    "profiles = ['x'], regions = true",
                    ".regions: expected a list of region names and patterns in quotes, found true",
                ),
            )
        ),
        ("scopes.a = 5", "scopes.a: expected the table [scopes.a], found 5"),
        *(
            (
                f"fleet.parallel = {value}",
                f"fleet.parallel: expected a whole number of requests from 1 to 256, found {value}",
            )
            for value in ("0", "257", "1.5", "true")
        ),
        ("delete = 5", "delete: expected the table [delete], found 5"),
        ("profiles = 5", "profiles: expected the table [profiles], found 5"),
        ("[[profiles]]\na = 1", "profiles: expected the table [profiles], found a list"),
        ("profiles.x = 5", "profiles.x: expected the table [profiles.x], found 5"),
        (
            'accounts."12" = {}',
            'accounts.12: expected an account id of 12 digits in quotes, found "12"',
        ),
        (
            'accounts."٤٤١٧٠٩٢٣٨٨١٢" = {}',
            (
                'accounts."٤٤١٧٠٩٢٣٨٨١٢": expected an account id of 12 digits in quotes, '
                'found "٤٤١٧٠٩٢٣٨٨١٢"'
            ),
        ),
        (
            "keys.cluster.delete = 'x'",
            (
                "keys.cluster: expected a key after a quoted command id: "
                '"cluster.delete" = "ctrl+d", found a table'
            ),
        ),
        (
            'accounts."441709238812" = { color = "redd" }',
            (
                f"accounts.441709238812.color: expected one of {', '.join(get_args(ColorName))}, "
                'found "redd"; did you mean red?'
            ),
        ),
        (
            f"clipboard = '{'x' * 41}'",
            f'clipboard: expected "osc52" or "off", found "{"x" * 40}…"',
        ),
    ],
)
def test_wrong_values(message, text, expected):
    assert message(text) == f", line 1: {expected}"


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        (
            HEAD + ENTRY + HEAD + ENTRY + "untill = 1\n",
            11,
            (
                "findings.accept.untill, entry 2: unknown key; did you mean findings.accept.until? "
                "The keys of [[findings.accept]] are rule, until, reason, cluster, tag, account, "
                "region."
            ),
        ),
        (
            HEAD + ENTRY + "[findings]\noff = []\n\n" + HEAD + ENTRY.replace("TWO", "TOW"),
            10,
            (
                'findings.accept.rule, entry 2: unknown rule "TOW-HSM"; did you mean TWO-HSM? '
                f"The rules are {', '.join(RULES)}."
            ),
        ),
        *(
            (
                HEAD + ENTRY + HEAD + ENTRY + "# one\n" + HEAD + without,
                12,
                f"findings.accept, entry 3: {said}",
            )
            for without, said in (
                (
                    'rule = "STUCK"\nreason = "x"\ncluster = "*"\n',
                    (
                        "the key until is missing; expected a date without quotes, such as "
                        "2027-01-31"
                    ),
                ),
                (
                    'rule = "STUCK"\nuntil = 2027-01-31\ncluster = "*"\n',
                    "the key reason is missing; expected text in quotes that says why",
                ),
                ("", "the key rule is missing; expected the id of a rule in quotes"),
                (
                    'rule = "STUCK"\nuntil = 2027-01-31\nreason = "x"\n',
                    (
                        "expected one or several of the keys cluster, tag, account, region; "
                        'cluster = "*" stands for all'
                    ),
                ),
            )
        ),
        *(
            (
                HEAD + ENTRY + HEAD + f"{key} = {value}\n" + ENTRY.replace(f"{key} =", f"# {key}"),
                7,
                f"findings.accept.{key}, entry 2: expected {said}",
            )
            for key, value, said in (
                ("rule", "3", "the id of a rule in quotes, found 3"),
                ("rule", "''", 'the id of a rule in quotes, found ""'),
                (
                    *("until", "'2027-02-30'"),
                    'a date without quotes, such as 2027-01-31, found "2027-02-30"',
                ),
                (
                    *("until", "2027-01-31T10:00:00Z"),
                    ("a date without quotes, such as 2027-01-31, found 2027-01-31 10:00:00+00:00"),
                ),
                ("reason", "' '", 'text in quotes that says why, found " "'),
                ("reason", "true", "text in quotes that says why, found true"),
                ("cluster", "''", 'a cluster id or a pattern in quotes, found ""'),
                (
                    *("tag", "['a']"),
                    'a tag in quotes: "KEY", "KEY=VALUE" or a pattern, found a list',
                ),
                ("account", "441709238812", "an account id or a pattern in quotes, found 44170923"),
                ("region", "''", 'a region or a pattern in quotes, found ""'),
            )
        ),
        (
            "[findings]\naccept = [\n  { rule = 'TWO-HSM' },\n]",
            2,
            "findings.accept, entry 1: the key until is missing; expected a date",
        ),
        (
            "[findings.accept]\nrule = 'TWO-HSM'",
            1,
            "findings.accept: expected the tables [[findings.accept]], found a table",
        ),
        (
            "findings.accept = [1]",
            1,
            "findings.accept, entry 1: expected the table [[findings.accept]], found 1",
        ),
        (
            HEAD + ENTRY + "[findings.accept.clusters]\na = 1",
            6,
            "findings.accept.clusters, entry 1: unknown key; did you mean findings.accept.cluster?",
        ),
        (
            '[findings]\nseverity = { "HSM1-EOL" = "high" }',
            2,
            'findings.severity.HSM1-EOL: unknown rule "HSM1-EOL"; did you mean HSM1-EOS? The',
        ),
        (
            '[findings.severity]\n"TWO-HSM" = "low"\n"HSM1-EOS" = "hihg"',
            3,
            (
                "findings.severity.HSM1-EOS: expected one of critical, high, medium, low, info in "
                'quotes, found "hihg"; did you mean high?'
            ),
        ),
        (
            '[findings]\nseverity = { "HSM1-EOS" = 4 }',
            2,
            (
                "findings.severity.HSM1-EOS: expected one of critical, high, medium, low, info in "
                "quotes, found 4"
            ),
        ),
        (
            "[findings]\nseverity = 'high'",
            2,
            'findings.severity: expected the table [findings.severity], found "high"',
        ),
        (
            "[findings]\nstuck_warning_minutes = 0",
            2,
            "findings.stuck_warning_minutes: expected a whole number of minutes from 1 to 10080",
        ),
        (
            "[findings]\ncertificate_medium_days = 3\ncertificate_warning_days = 3",
            3,
            (
                "findings.certificate_warning_days: expected one of certificate_warning_days and "
                "certificate_medium_days, which mean the same, found both"
            ),
        ),
    ],
)
def test_wrong_settings_of_findings(message, text, line, expected):
    assert message(text).startswith(f", line {line}: {expected}")


def test_old_keys_of_findings_are_still_read(read):
    text = "[findings]\ncertificate_warning_days = 90\nstuck_warning_minutes = 30"
    findings = read(text).findings
    assert (findings.certificate_medium_days, findings.stuck_medium_minutes) == (90, 30)


@pytest.mark.parametrize("number", range(4))
def test_of_many_entries_the_line_is_that_of_the_wrong_one(message, number):
    entries = [HEAD + ENTRY] * 4
    entries[number] = HEAD + ENTRY.replace("2027-01-31", "'soon'")
    said = message('theme = """\n[[findings.accept]]\n"""\n' + "".join(entries))
    assert said.startswith(f", line {number * 5 + 6}: findings.accept.until, entry {number + 1}: ")


@pytest.mark.parametrize("value", ["0", "0.99", "-1", "3601", "inf", "nan", "true", "'5'"])
def test_poll_seconds_out_of_range(message, value):
    expected = "delete.poll_seconds: expected a number of seconds from 1 to 3600, found "
    assert message(f"[delete]\npoll_seconds = {value}").startswith(f", line 2: {expected}")


@pytest.mark.parametrize("value", ["1", "1.0", "3600"])
def test_poll_seconds_at_the_edges(read, value):
    assert read(f"[delete]\npoll_seconds = {value}").delete.poll_seconds == float(value)


@pytest.mark.parametrize("key", ["connect_timeout", "read_timeout"])
@pytest.mark.parametrize("value", ["0", "0.09", "-5", "301", "inf", "nan", "true", "'5s'"])
def test_time_outs_out_of_range(message, key, value):
    expected = f"network.{key}: expected a number of seconds from 0.1 to 300, found "
    assert message(f"[network]\n{key} = {value}").startswith(f", line 2: {expected}")


def test_a_time_out_that_is_misspelt(message):
    said = message("[network]\nread_time_out = 3")
    assert "network.read_time_out: unknown key; did you mean network.read_timeout?" in said


@pytest.mark.parametrize("color", get_args(ColorName))
def test_every_colour_is_taken(read, color):
    assert read(f'[profiles.p]\ncolor = "{color}"').profiles["p"].color == color


def test_there_are_sixteen_colours():
    assert len(set(get_args(ColorName))) == 16


@pytest.mark.usefixtures("no_collection")
def test_broken_toml(message):
    assert re.fullmatch(r": not TOML: .*line 2, column \d+\)", message("mouse = true\n= 3"))
    assert message("[mouse\n").startswith(": not TOML: ")
    assert message("[a]\n[a]\n").startswith(": not TOML: ")
    assert message(f"page_size = {'1' * 5000}").startswith(": not TOML: ")
    assert message("a = " + "[" * 100_000).startswith(": not")


def test_not_utf8(message):
    found = message(b"mouse = true\ntheme = '\xff'")
    assert found == ", line 2: not UTF-8; save the file as UTF-8"


def test_text_of_the_file_is_data(message):
    assert message('clipboard = "\\u001b[31m\\u202e"').endswith('found "\\x1b[31m\\u202e"')
    assert message('"\\u001b[31m" = 1').startswith(', line 1: "\\x1b[31m": unknown key')


def test_an_absent_file_is_the_defaults_where_it_may_be_absent(tmp_path):
    missing = tmp_path / "config.toml"
    assert read_config(missing, required=False, known_columns=()) == Config()
    assert not missing.exists()
    with pytest.raises(SettingsError) as caught:
        read_config(missing, required=True, known_columns=())
    assert str(caught.value) == f"{missing}: there is no such settings file"


def test_a_link_to_nothing_is_not_absent(tmp_path):
    link = tmp_path / "config.toml"
    link.symlink_to(tmp_path / "gone.toml")
    with pytest.raises(SettingsError, match="there is no such settings file"):
        read_config(link, required=False, known_columns=())


def test_a_folder_is_an_error(tmp_path):
    with pytest.raises(SettingsError, match=r": cannot be read: Is a directory$"):
        read_config(tmp_path, required=False, known_columns=())


def test_no_permission_is_an_error(tmp_path, monkeypatch):
    def refuse(path, *_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(SettingsError, match=r"config\.toml: cannot be read: Permission denied$"):
        read_config(tmp_path / "config.toml", required=False, known_columns=())


def test_a_refused_file_is_left_as_it_is(message, tmp_path):
    message("page_size = 99")
    assert [file.read_text() for file in tmp_path.iterdir()] == ["page_size = 99"]


def uncommented_example() -> str:
    return re.sub(r"(?m)^#(?=[^\s#])", "", EXAMPLE.read_text(encoding="utf-8"))


def test_the_example_holds_the_defaults(read):
    text = EXAMPLE.read_text(encoding="utf-8")
    assert read(text) == Config()
    stated = as_json(tomllib.loads(text))
    for name, value in as_json(Config()).items():
        if isinstance(value, dict):
            assert stated.get(name, {}).items() >= {k: v for k, v in value.items() if v}.items()
        elif value:
            assert stated[name] == value


def as_json(document):
    return msgspec.json.decode(msgspec.json.encode(document))


def test_every_key_is_in_the_example(read):
    written = tomllib.loads(uncommented_example())
    config = msgspec.to_builtins(read(uncommented_example()))
    assert written.keys() == config.keys()
    for table in ("delete", "network", "trust", "findings", "fleet"):
        assert written[table].keys() == config[table].keys()
    assert written["keys"]
    for entry in written["findings"]["accept"]:
        assert entry.keys() == set(AcceptTable.__struct_fields__)
    for scope in written["scopes"].values():
        assert scope.keys() == set(ScopeTable.__struct_fields__)
    for rule in (*written["profiles"].values(), *written["accounts"].values()):
        assert rule.keys() == set(ProfileRule.__struct_fields__)
