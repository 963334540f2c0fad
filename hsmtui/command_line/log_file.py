"""The log: one line a record, without secrets, in a file that is its owner's alone."""

import logging
import os
import sys
import time
from pathlib import Path

from hsmtui.config.private_file import open_private, unusable
from hsmtui.model.redaction import redact
from hsmtui.model.text import visible


def start_log(path: Path, level: str) -> None:
    """Log what hsmtui does; what botocore logs holds secrets. Raises PrivateFileError."""
    file, _ = open_private(path)
    handler = _LogFile(path, file)
    formatter = _LineFormatter("%(asctime)s %(levelname)s %(message)s")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logger = logging.getLogger("hsmtui")
    logger.addHandler(handler)
    logger.setLevel(level.upper())
    logger.propagate = False


class _LogFile(logging.StreamHandler):  # type: ignore[type-arg] # it is generic for mypy alone
    """Says once, when all is over, that not every line could be written."""

    def __init__(self, path: Path, file: int) -> None:
        super().__init__(os.fdopen(file, "a", encoding="utf-8"))
        self._path = path
        self._problem: OSError | None = None

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base's name
        """A line that cannot be written, on a full disk for one, fails nothing else."""
        error = sys.exception()
        if isinstance(error, OSError):
            self._problem = error
        else:
            super().handleError(record)

    def close(self) -> None:
        """Called when Python ends."""
        super().close()
        if self._problem is not None:
            words = f"lines are missing in the log: {unusable(self._path, self._problem)}"
            sys.stderr.write(f"hsmtui: {words}\n")


class _LineFormatter(logging.Formatter):
    """One line a record without secrets, whatever the service put into it."""

    def format(self, record: logging.LogRecord) -> str:
        return visible(redact(super().format(record)))
