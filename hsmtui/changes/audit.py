"""audit.jsonl: what was asked of the service that changes something. One JSON line a record.

The file is only appended to, one write a record, and synced to disk before the writer goes on.
"""

import fcntl
import os
import pwd
import secrets
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO, Literal, NamedTuple, TypeAlias

import msgspec
from msgspec.structs import replace

from hsmtui import __version__
from hsmtui.config.private_file import PrivateFileError, open_private, open_regular, unusable
from hsmtui.model.redaction import redact
from hsmtui.model.text import shortened, visible

LONGEST_TEXT = 1000
"""Characters of a text that are recorded; an error of a proxy may be a whole page."""

LONGEST_LINE = 200_000
"""Bytes of a line that may be a record: more than the longest texts make."""

AuditPhase: TypeAlias = Literal["before", "after", "blocked"]

AuditOutcome: TypeAlias = Literal["done", "refused", "blocked", "unknown"]
"""The service took the request; it said that it did nothing; nothing was sent; or nobody knows."""


class AuditError(Exception):
    """A record could not be written; the message says where, why and what to do, on one line."""


class Who(NamedTuple):
    """Who asks, and where. `caller` is an ARN; where STS did not say it, `caller_note` says why.

    `access_key_end` are the last four characters of the id of the access key that signs, None where
    nothing was about to be signed. `endpoint` is None where it is AWS's own, and ``DEMO`` in the
    demo.
    """

    caller: str | None
    caller_note: str | None
    account: str | None
    region: str | None
    profile: str | None
    endpoint: str | None
    access_key_end: str | None = None


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the file; every line has every field, null where there is nothing to say.

    `change` says what the operation and its target do not: of a tag, the old and the new value.
    `id` is the same on the line before and the line after a request. The line before carries the
    outcome ``unknown``, because that is what is true if no other line follows. `ssh` is the
    address from which the user came by SSH.
    """

    time: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
    id: str
    phase: AuditPhase
    outcome: AuditOutcome
    operation: str
    target: str
    change: str | None = None
    caller: str | None
    caller_note: str | None
    account: str | None
    access_key_end: str | None = None
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
        """The record with every text safe to draw, without secrets and not too long."""
        values = msgspec.structs.asdict(self).items()
        return replace(self, **{name: _safe(v) for name, v in values if isinstance(v, str)})


class Audit:
    """Writes the records of one run. Its methods wait for the disk, and raise AuditError."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock

    def begin(
        self, who: Who, operation: str, target: str, *, change: str | None = None
    ) -> "AuditEntry":
        """Record that a request is about to be sent; where this raises, it must not be."""
        before = _record(who, operation, target, "before", "unknown", change)
        self.write(before)
        return AuditEntry(self, before)

    def blocked(
        self,
        who: Who,
        operation: str,
        target: str,
        reason: str,
        *,
        code: str | None = None,
        request_id: str | None = None,
        change: str | None = None,
    ) -> None:
        """Record a request that was wanted and, for this reason, not sent."""
        record = _record(who, operation, target, "blocked", "blocked", change)
        self.write(_explained(record, reason, code, request_id))

    def write(self, record: Record) -> None:
        """Append a record as of now."""
        record = replace(record.safe(), time=_stamp(self._clock()))
        _append(self._path, msgspec.json.encode(record) + b"\n")


class AuditEntry(NamedTuple):
    """A request that is recorded as begun."""

    audit: Audit
    before: Record

    def end(
        self,
        outcome: AuditOutcome,
        *,
        reason: str | None = None,
        code: str | None = None,
        request_id: str | None = None,
    ) -> None:
        """Record what came of it. Raises AuditError."""
        after = replace(self.before, phase="after", outcome=outcome)
        self.audit.write(_explained(after, reason, code, request_id))


def read_audit(path: Path, complain: Callable[[str], object]) -> Iterator[Record]:
    """The records of a file one after the other, safe to draw.

    `complain` is given words about each line that is none. Raises OSError where the file cannot
    be read.
    """
    with os.fdopen(open_regular(path), "rb") as file:
        for number, line in enumerate(_lines(file), 1):
            if line.isspace():
                continue
            try:
                record = _read_record(line)
            except (ValueError, RecursionError) as error:
                complain(visible(f"{path}, line {number} is no record: {error}"))
            else:
                yield record


def _read_record(line: bytes) -> Record:
    if len(line) > LONGEST_LINE:
        raise ValueError(f"it has more than {LONGEST_LINE:,} bytes")
    return msgspec.json.decode(line, type=Record).safe()


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; of one that is too long only its beginning is kept."""
    while line := file.readline(LONGEST_LINE + 1):
        yield line
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE)


def _record(
    who: Who,
    operation: str,
    target: str,
    phase: AuditPhase,
    outcome: AuditOutcome,
    change: str | None,
) -> Record:
    return Record(
        time="",
        id=secrets.token_hex(8),
        phase=phase,
        outcome=outcome,
        operation=operation,
        target=target,
        change=change,
        **who._asdict(),
        code=None,
        reason=None,
        request_id=None,
        user=user_name(),
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
    return shortened(visible(redact(text)), LONGEST_TEXT)


def user_name() -> str:
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
    try:
        handle, is_new = open_private(path)
        try:
            _write(path, handle, line)
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            _sync_folder(path.parent)
    except PrivateFileError as error:
        raise AuditError(str(error)) from error
    except OSError as error:
        raise AuditError(str(unusable(path, error))) from error


def _write(path: Path, handle: int, line: bytes) -> None:
    """The lock keeps others from writing between the look at the end and the write."""
    fcntl.flock(handle, fcntl.LOCK_EX)
    size = os.fstat(handle).st_size
    if size and os.pread(handle, 1, size - 1) != b"\n":
        line = b"\n" + line  # the last record was cut short
    written = os.write(handle, line)
    if written != len(line):
        raise PrivateFileError(
            f"{path} cannot be written: only {written} of {len(line)} bytes were written. "
            "Make room on the disk"
        )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
