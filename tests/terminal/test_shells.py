"""Completion in the shells themselves: bash, zsh and fish, as somebody presses tab in them."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal.terminal import Terminal, environment

CONFIG = """
[profile prod-pki]
credential_process = touch {home}/ran
[profile "my profile"]
[profile "a$(touch ran)b"]
[profile "say \\"hi!\\""]
"""
SETTINGS = """
[scopes.prod]
profiles = ["prod-*"]
[scopes."line\\nbreak"]
profiles = ["x"]
[scopes."we`touch ran`ird"]
profiles = ["x"]
"""
BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")
PROMPT = "READY>"
DISCARD = "\x15"
"""Ctrl+u, which empties the line."""


@pytest.fixture
def house(home: Path) -> Path:
    """A home with profiles and scopes, a folder with files, and hsmtui as a command."""
    for name, text in (
        (".aws/config", CONFIG.format(home=home)),
        (".config/hsmtui/config.toml", SETTINGS),
        ("work/page one.json", ""),
        ("bin/hsmtui", f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m hsmtui "$@"\n'),
    ):
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (home / "bin" / "hsmtui").chmod(0o755)
    return home


def environ(house: Path, **more: str) -> dict[str, str]:
    return environment(house, PATH=f"{house}/bin:{os.defpath}", ZDOTDIR=str(house), **more)


def started(house: Path, shell: str, around: tuple[str, str] = ("", "")) -> Terminal:
    """The shell with completion as its start file has it, between other lines."""
    settings, after = around
    if shutil.which(shell.partition(" ")[0]) is None:
        pytest.skip(f"there is no {shell}")
    if shell == "bash with bash-completion":
        if not BASH_COMPLETION.is_file():
            pytest.skip("there is no bash-completion")
        before = f". {BASH_COMPLETION}; "
    else:
        before = ""
    name = shell.partition(" ")[0]
    prompt = f"PS1='{PROMPT} '"
    lines = {
        "bash": f"{before}{settings}{prompt}; bind 'set show-all-if-ambiguous on'\n"
        "bind 'set enable-bracketed-paste off'\nset -H\neval \"$(hsmtui completion bash)\"\n"
        + after,
        "zsh": f'{settings}{prompt}\neval "$(hsmtui completion zsh)"\n{after}',
    }
    (house / f".{name}rc").write_text(lines[name])
    command = {"bash": ["bash", "--rcfile", str(house / ".bashrc"), "-i"], "zsh": ["zsh", "-i"]}
    terminal = Terminal(command[name], environ(house), columns=110, cwd=house / "work")
    terminal.wait_for(PROMPT)
    return terminal


def last_line(terminal: Terminal) -> str:
    return next(filter(None, reversed(terminal.lines)), "")


SHELLS = ["bash", "bash with bash-completion", "zsh"]

COMPLETED = [
    ("hsmtui comple", "hsmtui completion"),
    ("hsmtui -p pro", "hsmtui -p prod-pki"),
    ("hsmtui --profile=prod-pki,my", r"hsmtui --profile=prod-pki,my\ profile"),
    ("hsmtui -p 'my", "hsmtui -p 'my profile'"),
    (r"hsmtui -p my\ p", r"hsmtui -p my\ profile"),
    ("hsmtui -p a", r"hsmtui -p a\$\(touch\ ran\)b"),
    ("hsmtui --scope w", r"hsmtui --scope we\`touch\ ran\`ird"),
    ("hsmtui check --filter state:ACTI", "hsmtui check --filter state:ACTIVE"),
    ("hsmtui --from pa", r"hsmtui --from page\ one.json"),
    ("hsmtui check --output=pa", r"hsmtui check --output=page\ one.json"),
    ("hsmtui check > pa", r"hsmtui check > page\ one.json"),
    ("hsmtui check --fail-on hi", "hsmtui check --fail-on high"),
]


@pytest.mark.parametrize("shell", SHELLS)
def test_tab_completes_the_word(house: Path, shell: str) -> None:
    with started(house, shell) as terminal:
        for typed, completed in COMPLETED:
            terminal.send(typed, "tab")
            terminal.wait_for(f"{PROMPT} {completed}")
            terminal.send(DISCARD)
            terminal.wait_for(lambda: last_line(terminal) == PROMPT)
    assert not [*house.rglob("ran")]


@pytest.mark.parametrize("shell", SHELLS)
def test_tab_lists_what_there_is_and_a_failure_says_nothing(house: Path, shell: str) -> None:
    with started(house, shell) as terminal:
        terminal.send("hsmtui check --fail-on ", "tab")
        terminal.wait_for("critical")
        assert "medium" in "\n".join(terminal.lines)
        terminal.send(DISCARD)
        terminal.wait_for(lambda: last_line(terminal) == PROMPT)
        (house / ".config" / "hsmtui" / "config.toml").write_text("nonsense")
        terminal.send("hsmtui --scope ", "tab", "x")
        terminal.wait_for(lambda: last_line(terminal) == f"{PROMPT} hsmtui --scope x")


ODD_NAMES = (
    *(
        "a~b=c:d",
        "c 100%[x]*?{1,2}",
        "f #x^!!",
        "h'",
        'i"',
        "k;touch ran|&x(o)<>",
        "m\\n",
        "nü\u3000",
    ),
    "j$(touch ran)$HOME`touch ran`",
)


@pytest.mark.parametrize(
    ("shell", "lead"),
    [("bash", "--profile=x,"), ("bash", "-p '"), ("bash", '-p "'), ("zsh", "-p ")],
)
def test_the_command_gets_the_name_as_it_is(house: Path, shell: str, lead: str) -> None:
    program = house / "bin" / "hsmtui"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = __complete ] || [ "$1" = completion ] || {{ printf "%s\\n" "$@" '
        f">~/args.new; mv ~/args.new ~/args; exit; }}\n{program.read_text()}"
    )
    lines = (f"[profile {shlex.quote(name)}]\n" for name in ODD_NAMES)
    (house / ".aws" / "config").write_text("".join(lines), "utf-8")
    given = house / "args"
    words = "-p\n{}\n" if " " in lead else f"{lead}{{}}\n"
    with started(house, shell) as terminal:
        for name in ODD_NAMES:
            terminal.send(f"hsmtui {lead}{name[0]}", "tab", "enter")
            terminal.wait_for(given.is_file)
            assert given.read_text("utf-8") == words.format(name)
            given.unlink()
    assert not [*house.rglob("ran")]


WRAPPED = "hsmtui() { touch ~/ran; }\nalias h=hsmtui\n"
COMPLETED_TOO = f"{WRAPPED}complete -F _hsmtui h\n"
ZSH_OPTIONS = "ksh_arrays sh_word_split glob_subst no_unset ksh_glob ignore_close_braces err_return"
UNUSUAL = {
    "bash": ("set -euf; shopt -s failglob nocasematch; IFS=mrd\n", COMPLETED_TOO),
    "bash with bash-completion": ("IFS=mrd\n", COMPLETED_TOO),
    "zsh": (f"setopt {ZSH_OPTIONS}; IFS=mrd\n", f"{WRAPPED}compdef h=hsmtui\n"),
}
"""Lines before completion, and after it."""


@pytest.mark.parametrize("shell", SHELLS)
def test_neither_settings_nor_wrappers_of_a_shell_disturb_it(house: Path, shell: str) -> None:
    """Only the program itself runs, no function of its name."""
    with started(house, shell, UNUSUAL[shell]) as terminal:
        for typed, completed in (
            ("hsmtui --nonsense x", "hsmtui --nonsense x"),
            ("hsmtui -p pro", "hsmtui -p prod-pki"),
            ("h -p my", r" -p my\ profile"),
            ("A=b hsmtui --from pa", r"A=b hsmtui --from page\ one.json"),
            ("~/bin/hsmtui -p pro", "~/bin/hsmtui -p prod-pki"),
            ("../bin/hsmtui -p pro", "../bin/hsmtui -p prod-pki"),
            ("../gone/hsmtui -p pro", "../gone/hsmtui -p pro"),
            ("hsmtui -p $(touch ran", "hsmtui -p $(touch ran"),
        ):
            terminal.send(typed, "tab")
            terminal.wait_for(lambda last=completed: last in last_line(terminal))
            assert [*filter(None, terminal.lines)] == [last_line(terminal)]
            terminal.send(DISCARD)
            terminal.wait_for(lambda: last_line(terminal) == PROMPT)
    assert not [*house.rglob("ran")]


@pytest.mark.parametrize("shell", ["bash with bash-completion", "zsh"])
def test_a_command_before_it_is_passed_over(house: Path, shell: str) -> None:
    with started(house, shell) as terminal:
        for before in ("sudo", "nohup", "true;"):
            terminal.send(f"{before} hsmtui -p pro", "tab")
            terminal.wait_for(f"{PROMPT} {before} hsmtui -p prod-pki")
            terminal.send(DISCARD)
            terminal.wait_for(lambda: last_line(terminal) == PROMPT)
    assert not [*house.rglob("ran")]


def fish(house: Path, *lines: str, settings: str = "") -> list[str]:
    if shutil.which("fish") is None:
        pytest.skip("there is no fish")
    script = f"hsmtui completion fish | source\n{settings}\n" + "\n".join(
        f"complete -C {shlex.quote(line)}" for line in lines
    )
    done = subprocess.run(
        ["fish", "--no-config", "-c", script],
        env=environ(house),
        cwd=house / "work",
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_fish_has_the_same(house: Path) -> None:
    lines = ("hsmtui -p pro", "hsmtui --profile=prod-pki,my", "hsmtui -p a", "hsmtui --scope ")
    assert fish(house, *lines) == [
        *("prod-pki", "--profile=prod-pki,my profile", "a$(touch ran)b"),
        *("prod\tprod-*", "we`touch ran`ird\tx"),
    ]
    assert fish(house, "hsmtui check --output=pa", "~/gone/hsmtui ") == ["--output=page one.json"]
    files = ("~/work/pa", "$HOME/work/pa", '"page ', "'pa", "../work/pa", "x$(touch ran)")
    found = fish(house, *(f"hsmtui --from {each}" for each in files))
    assert [line.split("/")[-1] for line in found] == ["page one.json"] * 5
    assert fish(house, 'hsmtui check --output="page ') == ["--output=page one.json"]
    assert "check\t" in "\n".join(fish(house, "~/bin/hsmtui ch"))
    assert not [*house.rglob("ran")]


def test_neither_settings_nor_wrappers_of_fish_disturb_it(house: Path) -> None:
    settings = (
        "function hsmtui; touch ~/ran; end; alias h hsmtui; function hh; touch ~/ran; end;"
        "complete -c hh -w hsmtui; set -g IFS ''"
    )
    starts = ("hsmtui", "h", "hh", "A=b hsmtui", "../bin/hsmtui", "~/bin/hsmtui")
    found = fish(house, *(f"{each} -p pro" for each in starts), settings=settings)
    assert [each.split("\t")[0] for each in found] == ["prod-pki"] * len(starts)
    odd = (
        "hsmtui -p $(touch ran",
        "hsmtui -p (touch ran",
        "(touch ran)/hsmtui ch",
        "gone/hsmtui c",
    )
    assert fish(house, *odd, settings=settings) == []
    assert not [*house.rglob("ran")]


def test_zsh_finds_the_script_in_its_folder_of_functions(house: Path) -> None:
    if shutil.which("zsh") is None:
        pytest.skip("there is no zsh")
    folder = shlex.quote(f"{house}/functions")
    (house / ".zshrc").write_text(
        f"PS1='{PROMPT} '\nfpath=({folder} $fpath)\nautoload -U compinit; compinit -Du\n"
    )
    (house / "functions").mkdir()
    done = subprocess.run(
        [house / "bin" / "hsmtui", "completion", "zsh"],
        env=environ(house),
        capture_output=True,
        check=True,
    )
    (house / "functions" / "_hsmtui").write_bytes(done.stdout)
    with Terminal(["zsh", "-i"], environ(house), cwd=house) as terminal:
        terminal.wait_for(PROMPT)
        terminal.send("hsmtui -p pro", "tab")
        terminal.wait_for("hsmtui -p prod-pki")
