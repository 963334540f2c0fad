"""What `--from` opens, and what it says of files that it cannot open."""

import gzip
from pathlib import Path

import pytest

from hsmtui.check.recorded_file import open_file
from hsmtui.check.saved_file import SavedFileError


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"Clusters:\n- ClusterId: x\n", "is not JSON"),
        (b'{"Clusters": [', "is cut off"),
        (b"[]", "--query"),
        (b"{}", "expected the JSON"),
        (b'{"Clusters": {}}', "no list"),
        (b'{"Clusters": [], "Written": "x"}', '"Written"'),
        (b'{"Clusters": [], "Clusters": []}', "comes twice"),
        (b'{"schema": "hsmtui.check/2"}', "hsmtui.check/2"),
        (b'{"schema": "hsmtui.check/1"}', "missing required field"),
        (b'{"Clusters": [NaN]}', "NaN"),
        (b"\xff{}", "UTF-8"),
        (b"[" * 100_000, "nested"),
        (gzip.compress(b"{}", mtime=0), "compressed"),
        (b'{"\x1b[2J": 1}', "is not JSON"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
@pytest.mark.usefixtures("no_collection")
def test_a_file_that_cannot_be_opened_says_why(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(content)
    with pytest.raises(SavedFileError, match=words) as raised:
        open_file(str(path))
    assert "\x1b" not in str(raised.value)


@pytest.mark.parametrize("name", ["missing.json", ".", "/dev/null"])
def test_what_is_no_file_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SavedFileError, match="cannot be read"):
        open_file(name)


def test_an_odd_entry_is_a_row_that_says_so(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(b'\xef\xbb\xbf{"Clusters": [7, {"ClusterId": "cluster-a"}]}')
    (place,) = open_file(str(path)).recorded.places
    odd, plain = (each.cluster for each in place.clusters)
    assert (odd.has_id, odd.odd != (), plain.cluster_id) == (False, True, "cluster-a")
    assert place.region == "?"
