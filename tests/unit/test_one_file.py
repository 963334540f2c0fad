"""The start of the one file, with small packages in it: what it unpacks, where, what it says."""

import ast
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from hsmtui.aws.guard import READING, WRITING
from tests.small_file import START, build, module, pack_small
from tests.terminal.terminal import Terminal

Pack = Callable[..., Path]


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """Makes a file with small packages; `files` has texts by name, `name` is the file's."""
    return partial(pack_small, tmp_path)


@pytest.fixture
def root() -> Path:
    """The folder below which it unpacks."""
    return Path(os.environ["XDG_CACHE_HOME"]) / "hsmtui" / "one-file"


def run(file: Path, *arguments: str, status: int = 0, **environ: str) -> str:
    """What is printed, on either stream."""
    ended = subprocess.run(
        [sys.executable, file, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environ},
        text=True,
        timeout=60,
    )
    assert ended.returncode == status, ended.stdout
    assert "Traceback" not in ended.stdout
    return ended.stdout.strip()


@contextmanager
def running(file: Path) -> Iterator[str]:
    """A process that runs from the file meanwhile; gives what it printed."""
    pipe = subprocess.PIPE
    command = [sys.executable, str(file), "wait"]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.communicate()
    assert process.returncode == 0


def folders(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir())


def test_it_is_unpacked_once_for_its_user_alone(pack: Pack, root: Path) -> None:
    file = pack()
    cli = Path(run(file))
    before = cli.stat()
    assert cli.parents[2] == root
    assert {stat.S_IMODE(path.stat().st_mode) for path in (root, cli.parents[1])} == {0o700}
    assert run(file, "3", status=3) == str(cli)
    assert cli.stat() == before


@pytest.mark.parametrize("harm", [Path.unlink, lambda cli: cli.write_text("")])
def test_a_folder_that_is_not_whole_is_made_anew(
    pack: Pack, root: Path, harm: Callable[[Path], object]
) -> None:
    file = pack()
    cli = Path(run(file))
    harm(cli)
    assert run(file) == str(cli)
    assert folders(root) == [cli.parents[1].name]


def test_an_older_version_goes_unless_somebody_runs_it(pack: Pack, root: Path) -> None:
    oldest, older, newest = (pack(f"hsmtui-{number}") for number in (1, 2, 3))
    run(oldest)
    with running(older) as held:
        found = run(newest)
        assert {root / name for name in folders(root)} == {
            Path(cli).parents[1] for cli in (held, found)
        }


def test_what_a_run_that_was_killed_has_left_goes(pack: Pack, root: Path) -> None:
    left = root / ".new-left"
    left.mkdir(parents=True, mode=0o700)
    root.chmod(0o700)
    (left / "half").touch()
    cli = Path(run(pack()))
    assert folders(root) == [cli.parents[1].name]


def test_several_first_starts_at_once_find_one_folder(pack: Pack, root: Path) -> None:
    file = pack()
    pipe = subprocess.PIPE
    started = [
        subprocess.Popen([sys.executable, file], stdout=pipe, stderr=pipe, text=True)
        for _ in range(4)
    ]
    ended = [process.communicate(timeout=60) for process in started]
    assert len(set(ended)) == 1
    cli, complaints = ended[0]
    assert complaints == ""
    assert folders(root) == [Path(cli).parents[1].name]


def test_on_a_terminal_it_says_that_it_unpacks(pack: Pack, root: Path) -> None:
    command = [sys.executable, str(pack())]
    with Terminal(command, dict(os.environ)) as first:
        assert first.wait_exit() == 0
        assert f"hsmtui: unpacking to {root}" in first.text.replace("\n", "")
    with Terminal(command, dict(os.environ)) as second:
        assert second.wait_exit() == 0
        assert "unpacking" not in second.text


def test_a_file_that_was_damaged_on_its_way_says_so(pack: Pack, root: Path) -> None:
    file = pack()
    whole = file.read_bytes()
    start = whole.index(b"\x1f\x8b\x08")
    for place in range(start, whole.index(b"PK\x01\x02"), 97):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        words = run(file, status=2)
        assert words.startswith(f"hsmtui: {file} is damaged. Get it again")
        assert folders(root) == []


def test_where_the_cache_cannot_be_written_another_folder_serves(
    pack: Pack, tmp_path: Path
) -> None:
    file, elsewhere = pack(), tmp_path / "run"
    elsewhere.mkdir()
    cli = run(file, XDG_CACHE_HOME="/proc/none", XDG_RUNTIME_DIR=str(elsewhere))
    assert Path(cli).is_relative_to(elsewhere / f"hsmtui-{os.geteuid()}")


def _open_to_all(root: Path) -> None:
    root.mkdir(parents=True)
    root.chmod(0o777)


def _link(root: Path) -> None:
    (root.parent / "mine").mkdir(parents=True)
    root.symlink_to("mine")


def _of_another(root: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    root.mkdir(parents=True)
    os.chown(root, 12345, -1)


def _below_another(root: Path) -> None:
    _of_another(root)
    root.rename(root.parent.with_name("theirs"))
    root.parent.rmdir()
    root.parent.with_name("theirs").rename(root.parent)


@pytest.mark.parametrize("prepare", [_open_to_all, _link, _of_another, _below_another])
def test_what_another_user_could_change_is_not_run(
    pack: Pack, root: Path, tmp_path: Path, prepare: Callable[[Path], None]
) -> None:
    prepare(root)
    elsewhere = tmp_path / "run"
    elsewhere.mkdir()
    assert Path(run(pack(), XDG_RUNTIME_DIR=str(elsewhere))).is_relative_to(elsewhere)


def test_without_any_folder_it_says_what_is_wrong_with_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(START))
    start = module("start/one_file")
    roots = [Path("/proc/none/hsmtui"), tmp_path / "file"]
    roots[1].touch()
    monkeypatch.setattr(start, "_roots", lambda: iter(roots))
    with pytest.raises(SystemExit) as ended:
        start._packages("", start.Contents("hsmtui-1", [], [], {}))
    assert ended.value.code == 2
    words = capsys.readouterr().err
    assert words.startswith("hsmtui: this file has to unpack itself once")
    assert "\n  /proc/none/hsmtui: No such file or directory" in words
    assert f"\n  {roots[1]}: it is no folder" in words


THIS = EXTENSION_SUFFIXES[0].split("-", 2)[-1]
"""The platform of this Python, as names of compiled modules end."""


def test_a_python_for_which_nothing_is_compiled_is_told_which_ones_are(
    pack: Pack, tmp_path: Path
) -> None:
    file = pack(**{f"core.cpython-39-{THIS}": ""})
    words = run(file, status=2, PATH="/nowhere")
    assert "this file is for CPython 3.11, 3.14, and this is " in words
    assert f"{sys.version.split()[0]} (" in words
    assert words.endswith("Start it with one of those.")
    other = tmp_path / "python3.14"
    other.touch(mode=0o755)
    assert run(file, status=2, PATH=str(tmp_path)).endswith(f"Start it with {other}.")


def test_a_file_of_another_platform_says_so(pack: Pack) -> None:
    words = run(pack(**{"core.cpython-311-riscv64-linux-gnu.so": ""}), status=2)
    assert "this file is for riscv64-linux-gnu, and this Python is for " in words


def test_an_old_python_is_told_so_before_anything_that_it_cannot_read() -> None:
    main = START / "__main__.py"
    for node in ast.walk(ast.parse(main.read_text(encoding="utf-8"), feature_version=(3, 4))):
        assert not isinstance(node, ast.JoinedStr | ast.NamedExpr)
    old = "import runpy, sys; sys.version_info = (3, 9, 2); "
    command = [sys.executable, "-c", f"{old}runpy.run_path({str(main)!r})"]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 2
    assert ended.stderr.startswith("hsmtui: it needs Python 3.11 or newer, and this is Python ")
    assert ended.stderr.endswith(f"such as: python3.11 {main}\n")


def test_the_same_files_give_the_same_bytes(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first = pack("hsmtui-1").read_bytes()
    for path in (pack("hsmtui-1").parent / "packages of hsmtui-1").rglob("*.py"):
        path.chmod(0o640)
        os.utime(path, (1, 1))
    assert pack("hsmtui-1").read_bytes() == first


def test_files_that_differ_between_pythons_are_refused(tmp_path: Path) -> None:
    for name, text in (("a", "one"), ("b", "two")):
        (tmp_path / name / "x.dist-info").mkdir(parents=True)
        (tmp_path / name / "x.dist-info" / "WHEEL").write_text(text)
    build.merge(tmp_path / "a", tmp_path / "all")
    build.merge(tmp_path / "b", tmp_path / "all")
    assert (tmp_path / "all" / "x.dist-info" / "WHEEL").read_text() == "one"
    for name, text in (("a", "one"), ("b", "two")):
        (tmp_path / name / "code.py").write_text(text)
    build.merge(tmp_path / "a", tmp_path / "all")
    with pytest.raises(build.BuildError, match=r"code\.py is not the same"):
        build.merge(tmp_path / "b", tmp_path / "all")


def test_data_of_every_service_that_is_asked_is_kept() -> None:
    assert {name.split(":")[0] for name in {*READING, *WRITING}} <= build.SERVICES


def test_data_of_no_other_service_is_kept(tmp_path: Path) -> None:
    data = tmp_path / "botocore" / "data"
    for service in {*build.SERVICES, "ec2"}:
        (data / service).mkdir(parents=True)
    (data / "partitions.json").touch()
    build.cut(tmp_path)
    assert {path.name for path in data.iterdir()} == {*build.SERVICES, "partitions.json"}
    (data / "kms").rmdir()
    with pytest.raises(build.BuildError, match="no data of kms"):
        build.cut(tmp_path)
