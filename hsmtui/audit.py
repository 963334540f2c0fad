"""audit.jsonl: what was asked of the service that changes something. One JSON line a record.

The file is only appended to, one write a record, and synced to disk before the writer goes on.
"""

import fcntl
import os
import pwd
import secrets
import socket
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, TypeAlias

import msgspec
from msgspec.structs import replace

from hsmtui import __version__
from hsmtui.model.text import visible

LONGEST_TEXT = 1000
"""Characters of a text that are recorded; an error of a proxy may be a whole page."""

Phase: TypeAlias = Literal["before", "after", "blocked"]

Outcome: TypeAlias = Literal["done", "refused", "blocked", "unknown"]
"""The service took the request; it said that it did nothing; nothing was sent; or nobody knows."""


class AuditError(Exception):
    """A record could not be written; the message says where, why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(visible(message))


class Who(NamedTuple):
    """Who asks, and where. `caller` is an ARN; where STS did not say it, `caller_note` says why.

    `endpoint` is None where it is AWS's own, and ``DEMO`` in the demo.
    """

    caller: str | None
    caller_note: str | None
    account: str | None
    region: str | None
    profile: str | None
    endpoint: str | None


class Record(msgspec.Struct, frozen=True):
    """One line of the file; every line has every field, null where there is nothing to say.

    `id` is the same on the line before and the line after a request. The line before carries the
    outcome ``unknown``, because that is what is true if no other line follows. `ssh` is the
    address from which the user came by SSH.
    """

    time: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
    id: str
    phase: Phase
    outcome: Outcome
    operation: str
    target: str
    caller: str | None
    caller_note: str | None
    account: str | None
    region: str | None
    profile: str | None
    endpoint: str | None
    code: str | None
    reason: str | None
    request_id: str | None
    user: str
    host: str | None
    ssh: str | None
    pid: int
    version: str

    def safe(self) -> "Record":
        """The record with every text safe to draw and not too long."""
        values = msgspec.structs.asdict(self).items()
        return replace(self, **{name: _safe(v) for name, v in values if isinstance(v, str)})


class Audit:
    """Writes the records of one run. Its methods wait for the disk, and raise AuditError."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock

    def begin(self, who: Who, operation: str, target: str) -> "Entry":
        """Record that a request is about to be sent; where this raises, it must not be."""
        before = _record(who, operation, target, "before", "unknown")
        self.write(before)
        return Entry(self, before)

    def blocked(
        self,
        who: Who,
        operation: str,
        target: str,
        reason: str,
        *,
        code: str | None = None,
        request_id: str | None = None,
    ) -> None:
        """Record a request that was wanted and, for this reason, not sent."""
        record = _record(who, operation, target, "blocked", "blocked")
        self.write(_explained(record, reason, code, request_id))

    def write(self, record: Record) -> None:
        """Append a record as of now."""
        record = replace(record.safe(), time=_stamp(self._clock()))
        _append(self._path, msgspec.json.encode(record) + b"\n")


class Entry(NamedTuple):
    """A request that is recorded as begun."""

    audit: Audit
    before: Record

    def end(
        self,
        outcome: Outcome,
        *,
        reason: str | None = None,
        code: str | None = None,
        request_id: str | None = None,
    ) -> None:
        """Record what came of it. Raises AuditError."""
        after = replace(self.before, phase="after", outcome=outcome)
        self.audit.write(_explained(after, reason, code, request_id))


class Reading(NamedTuple):
    """What a file holds: the records in their order, and words about each line that is none."""

    records: tuple[Record, ...]
    problems: tuple[str, ...]


def read_audit(path: Path) -> Reading:
    """The records of a file, safe to draw. Raises OSError where it cannot be read."""
    records: list[Record] = []
    problems: list[str] = []
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                records.append(msgspec.json.decode(line, type=Record).safe())
            except (ValueError, RecursionError) as error:
                problems.append(visible(f"{path}, line {number} is no record: {error}"))
    return Reading(tuple(records), tuple(problems))


def _record(who: Who, operation: str, target: str, phase: Phase, outcome: Outcome) -> Record:
    return Record(
        time="",
        id=secrets.token_hex(8),
        phase=phase,
        outcome=outcome,
        operation=operation,
        target=target,
        caller=who.caller,
        caller_note=who.caller_note,
        account=who.account,
        region=who.region,
        profile=who.profile,
        endpoint=who.endpoint,
        code=None,
        reason=None,
        request_id=None,
        user=_user(),
        host=socket.gethostname(),
        ssh=_ssh_peer(),
        pid=os.getpid(),
        version=__version__,
    )


def _explained(
    record: Record, reason: str | None, code: str | None, request_id: str | None
) -> Record:
    """An error's code and request id are empty where it has none."""
    return replace(record, reason=reason or None, code=code or None, request_id=request_id or None)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _safe(text: str) -> str:
    shown = visible(text)
    return shown if len(shown) <= LONGEST_TEXT else f"{shown[: LONGEST_TEXT - 1]}…"


def _user() -> str:
    """The name of whoever this process acts as, not what the environment says."""
    uid = os.geteuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _ssh_peer() -> str | None:
    for name in ("SSH_CONNECTION", "SSH_CLIENT"):
        words = os.environ.get(name, "").split()
        if words:
            return words[0]
    return None


def _append(path: Path, line: bytes) -> None:
    """Add one line in one write, and wait until it is on the disk."""
    if not path.is_absolute():
        raise AuditError(f"{path} is not written: there is no home folder; set XDG_STATE_HOME")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, is_new = _open(path)
        try:
            _write(path, handle, line)
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            _sync_folder(path.parent)
    except OSError as error:
        if path.is_symlink():
            reason = "it is a symbolic link; expected a file of your own. Remove the link"
        else:
            reason = f"{error.strerror or error}. Correct that"
        raise AuditError(
            f"{path} cannot be written: {reason}, or set XDG_STATE_HOME to a folder of your own"
        ) from error


def _open(path: Path) -> tuple[int, bool]:
    """Open the file, and whether it was made; a file that was there must be private."""
    flags = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    while True:
        try:
            handle = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            os.fchmod(handle, 0o600)  # whatever the umask took
            return handle, True
        try:
            handle = os.open(path, flags)
        except FileNotFoundError:  # moved away in between
            continue
        try:
            _check(path, os.fstat(handle))
        except AuditError:
            os.close(handle)
            raise
        return handle, False


def _check(path: Path, found: os.stat_result) -> None:
    mode = stat.S_IMODE(found.st_mode)
    if not stat.S_ISREG(found.st_mode):
        raise AuditError(f"{path} is no regular file. Move it away")
    if found.st_uid != os.geteuid():
        raise AuditError(
            f"{path} belongs to uid {found.st_uid}; expected your own, {os.geteuid()}. "
            "Move it away, or set XDG_STATE_HOME to a folder of your own"
        )
    if mode & 0o077:
        raise AuditError(
            f"{path} is open to others (mode {mode:03o}); expected 600. "
            f"See who wrote to it, then chmod 600 {path}"
        )
    if found.st_nlink != 1:
        raise AuditError(f"{path} has {found.st_nlink} hard links; expected one. Move it away")


def _write(path: Path, handle: int, line: bytes) -> None:
    """The lock keeps others from writing between the look at the end and the write."""
    fcntl.flock(handle, fcntl.LOCK_EX)
    size = os.fstat(handle).st_size
    if size and os.pread(handle, 1, size - 1) != b"\n":
        line = b"\n" + line  # the last record was cut short
    written = os.write(handle, line)
    if written != len(line):
        raise AuditError(
            f"{path} cannot be written: only {written} of {len(line)} bytes were taken. "
            "Make room on the disk"
        )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
