"""What a word of the command line may become, without a shell."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hsmtui.aws import regions
from hsmtui.aws.region_names import region_names
from hsmtui.command_line.arguments import OUTCOMES, arguments_of, command_parser
from hsmtui.command_line.completion.offer import Offer, offer
from hsmtui.command_line.completion.shell_line import quoted, split_line
from hsmtui.command_line.completion.values import THEMES
from hsmtui.demo.environment import demo_environment, demo_profiles
from hsmtui.model.findings.severity import Severity
from hsmtui.model.text import visible

ODD = ("my profile", "a$(touch ran)b", "it's", 'say "hi!"', "semi;colon", "back\\slash", "*", "ü")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """AWS files with odd names, and a program that must not be run; settings with scopes."""
    sections = [f'[profile "{name}"]' for name in ("prod-pki", "prod-audit", "hid\u202eden")]
    config = tmp_path / "config"
    config.write_text(
        f"[default]\ncredential_process = touch {tmp_path}/ran\n" + "\n".join(sections)
    )
    credentials = tmp_path / "credentials"
    credentials.write_text("[odd one]\n[a,b]\n")
    settings = tmp_path / "config.toml"
    settings.write_text('[scopes.prod]\nprofiles=["p*"]\n[scopes."a\\nb"]\nprofiles=["x"]\n')
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    monkeypatch.setenv("HSMTUI_CONFIG", str(settings))
    return tmp_path


def offered(line: str) -> list[str]:
    return [each.text for each in offer_for(line).candidates]


def offer_for(line: str) -> Offer:
    *before, current = line.split(" ")
    return offer(command_parser(), before, current)


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("ch", ["check"]),
        ("--demo he", ["help"]),
        ("-p x che", ["check"]),
        ("--wr", ["--write"]),
        ("--read-only --wr", []),
        ("check --no", ["--no-backups"]),
        ("check --th", []),
        ("check --fail-on ", [each.word for each in Severity]),
        ("check --fail-on w", []),
        ("check --fail-on=h", ["--fail-on=high"]),
        ("check --format j", ["json", "junit"]),
        ("audit --outcome ", list(OUTCOMES)),
        ("completion ", ["bash", "zsh", "fish"]),
        ("completion bash ", ["-h", "--help"]),
        ("help ch", ["check"]),
        ("--theme text", ["textual-dark", "textual-light"]),
        ("-p prod", ["prod-pki", "prod-audit"]),
        ("-pprod-p", ["-pprod-pki"]),
        ("--profile=prod-pki,prod", ["--profile=prod-pki,prod-audit"]),
        ("check -p prod-pki -p o", ["odd one"]),
        ("-p a", ["a,b"]),
        ("-p h", []),
        ("-r us-gov", ["us-gov-east-1", "us-gov-west-1"]),
        ("-r us-gov-east-1,us-gov", ["us-gov-east-1,us-gov-west-1"]),
        ("--scope ", ["prod"]),
        ("--config /nonexistent --scope ", []),
        ("--demo -p demo-p", ["demo-payments", "demo-pki"]),
        ("check --filter sta", ["state:"]),
        ("check --filter finding:CERT-", ["finding:CERT-KEY", "finding:CERT-EXPIRY"]),
        ('--filter profile:"od', ['profile:"odd one"']),
        ("--filter region:us-gov-e", ["region:us-gov-east-1"]),
        ("--endpoint-url ", []),
        ("--nonsense ", []),
        ("paths --version ", []),
        ("-- --wr", []),
        ("-- che", ["check"]),
    ],
)
def test_what_is_offered(line: str, texts: list[str], home: Path) -> None:
    assert offered(line)[: len(texts) or None] == texts
    assert not (home / "ran").exists()


@pytest.mark.parametrize(
    ("line", "lead"),
    [
        ("--from ", ""),
        ("--config=x", "--config="),
        ("check --output a", ""),
        ("check --new-since=", "--new-since="),
        ("demo-server --log ", ""),
    ],
)
def test_the_shell_is_to_offer_files(line: str, lead: str) -> None:
    assert offer_for(line) == Offer(is_file=True, lead=lead)


def test_every_option_completes_as_a_file_a_choice_or_a_value_of_this_machine() -> None:
    """Those that have nothing to offer are named here."""
    free = {"--endpoint-url", "--min-clusters", "--since", "--target", "--port", "--seed"}
    free |= {"--clusters", "--latency", "--timeout"}
    main = command_parser()
    for command in ("", *main.commands):
        parser = main.commands.get(command, main)
        for name, option in parser.options.items():
            if option.nargs is None and name.startswith("--"):
                found = offer(main, [command, name] if command else [name], "")
                assert (found.is_file or bool(found.candidates)) is (name not in free), name


def test_settings_that_cannot_be_used_offer_no_scope(home: Path) -> None:
    (home / "config.toml").write_text("nonsense")
    assert offered("--scope ") == []


def test_the_regions_are_those_of_the_service() -> None:
    partitions = regions._data()["partitions"]
    known = [name for each in partitions for name in regions.service_regions(each["partition"])]
    assert sorted(region_names()) == sorted(known)


def test_the_profiles_of_the_demo_are_those_of_its_file(home: Path) -> None:
    demo_environment({}, home, "http://127.0.0.1:1")
    assert [f"[profile {name}]" in (home / "config").read_text() for name in demo_profiles()] == (
        [True] * (home / "config").read_text().count("[profile ")
    )


def test_the_themes_are_those_that_the_app_has() -> None:
    code = (
        "import json; from textual.theme import BUILTIN_THEMES as known;"
        "from hsmtui.ui.theme import TERMINAL_THEME as ours; print(json.dumps([ours.name, *known]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert sorted(THEMES) == sorted(json.loads(done.stdout))


@pytest.mark.parametrize("request_", [("bash", "hsmtui -p p", "p"), ("zsh", "--filter", "s")])
def test_an_answer_imports_nothing_that_takes_long(request_: tuple[str, ...]) -> None:
    unwanted = {"textual", "boto3", "botocore.session", "urllib3", "ssl", "cryptography"}
    code = (
        f"import sys; from hsmtui.__main__ import enter; enter(['__complete', *{request_!r}]);"
        f"sys.stderr.write(' '.join({unwanted!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.splitlines()) > 1


@pytest.mark.parametrize("request_", [(), ("csh", "x"), ("bash",), ("bash", "", ""), ("fish",)])
def test_what_is_no_question_has_no_answer(request_: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "hsmtui", "__complete", *request_]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_a_file_that_gives_nothing_is_not_waited_for(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a pipe gives is for the command itself: it can be read once."""
    os.mkfifo(home / "pipe")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / "pipe"))
    assert offered("-p ") == ["odd one", "a,b"]
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/zero")
    assert offered("-p ") == ["odd one", "a,b"]
    monkeypatch.setenv("HSMTUI_CONFIG", str(home / "pipe"))
    assert offered("--scope ") == []


def test_an_answer_that_never_comes_is_not_waited_for() -> None:
    """As where the files are on a file system that is gone."""
    code = (
        "import signal; from hsmtui.command_line.completion import answer, values;"
        "answer.LONGEST = 1; values._SOURCES['theme'] = lambda typed: signal.pause();"
        "answer.answer(['zsh', '--theme', ''])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGALRM, b"", b"")


@pytest.mark.parametrize(("utf8", "offers"), [("1", ["fok", "fü"]), ("0", ["fok"])])
def test_a_name_is_offered_as_the_terminal_has_it(utf8: str, offers: list[str], home: Path) -> None:
    """In ASCII no ü can be typed, and two bytes would be another name."""
    (home / "config").write_text("[profile fok]\n[profile fü]\n", "utf-8")
    locale = {"LC_ALL": "C", "PYTHONUTF8": utf8, "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "hsmtui", "__complete", "zsh", "-p", "f"]
    done = subprocess.run(command, env=os.environ | locale, capture_output=True, check=True)
    assert done.stdout.decode("utf-8").split() == ["words", *offers]


@pytest.mark.parametrize("text", ["[profile", "key = 1\n[profile a]", "\0\xff\n[[[[", "=\n" * 9])
def test_files_that_cannot_be_read_break_no_answer(home: Path, text: str) -> None:
    for name in ("config", "credentials", "config.toml"):
        (home / name).write_text(text, "latin-1")
    assert set(offered("-p ")) <= {"a", "profile a", "[[["}
    assert offered("--scope ") == []
    for name in ("config", "credentials", "config.toml"):
        (home / name).unlink()
        (home / name).mkdir()
    assert offered("-p ") == offered("--scope ") == []


def test_a_value_is_not_offered_where_it_would_be_an_option(home: Path) -> None:
    (home / "config").write_text("[profile -dash]\n[profile --from]\n[profile -1]\n")
    assert offered("-p -") == ["-1"]
    assert offered("-p-d") == ["-p-dash"]
    assert offered("--profile=-") == ["--profile=-dash", "--profile=--from", "--profile=-1"]
    assert arguments_of(["--profile=--from", "-p-dash", "-p", "-1"]).profiles == (
        *("--from", "-dash", "-1"),
    )


def test_the_words_of_a_line() -> None:
    words = split_line("""hsmtui -p 'a b'"c\\"d"e\\ f --x=1 2>err check > 'fi le""")
    assert [(each.text, each.is_redirected) for each in words] == [
        *(("hsmtui", False), ("-p", False), ('a bc"de f', False), ("--x=1", False)),
        *(("err", True), ("check", False), ("fi le", True)),
    ]
    assert words[-1].quote == "'"


NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=12)


@settings(max_examples=300, deadline=None)
@given(NAMES, st.sampled_from(["", "'", '"']))
@example("a$(touch ran)b", "")
@example("it's", "'")
@example('say "hi!" `x` $y \\z', '"')
def test_what_is_quoted_is_read_as_it_was(name: str, quote: str) -> None:
    word = split_line(f"hsmtui {quote}{quoted(name, quote)}{quote} ")[1]
    assert (word.text, word.quote) == (name, "")


def test_bash_reads_what_is_quoted_and_runs_nothing(tmp_path: Path) -> None:
    names = [name for name in (*ODD, "!!", "~", "#x", "a\tb", "{a,b}", "$HOME") if name]
    words = [f"{q}{quoted(name, q)}{q}" for name in names for q in ("", "'", '"')]
    script = f"set -H\nprintf '%s\\0' {' '.join(words)}\n"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, check=True)
    read = done.stdout.decode().split("\0")[:-1]
    assert read == [name for name in names for _ in range(3)]
    assert not (tmp_path / "ran").exists()


def test_a_name_that_hides_something_is_not_offered() -> None:
    assert all(text == visible(text) for text in offered("-p "))
