"""``credential_process``: a program that gives credentials, and what it may do wrong."""

import json
import re
import shutil
import signal
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from botocore.credentials import Credentials, ProcessProvider

from hsmtui.aws import child_process, config_files
from hsmtui.aws.credential_cache import is_moment
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.prompter import Prompter
from hsmtui.model.advice import AGAIN_OR_ELSEWHERE, Advice
from hsmtui.model.redaction import redact
from hsmtui.model.text import visible

LONGEST_OUTPUT = 300
"""Characters of what a program said that are shown: the last ones say why it failed."""

_LOOKED_AT: Final = 10_000
"""Bytes of what a program said that are searched for words."""

_NO_TERMINAL: Final = re.compile(
    r"/dev/tty|inappropriate ioctl|\bno tty\b|\bnot an? (?:tty|terminal)|\bEOF when reading"
    r"|\b(?:needs|requires?) an? (?:\w+ )?(?:tty|terminal)",
    re.IGNORECASE,
)
"""What programs say that wanted to ask on a terminal or on their standard input."""

_PROMPT: Final = re.compile(r"[^\s][:?][ \t]*\Z")
_ESCAPES: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class CredentialProcess(ProcessProvider):
    """Runs the program of a profile. Whatever it does wrong becomes an HsmtuiError."""

    def __init__(
        self, profile: str, load_config: Callable[[], Mapping[str, Any]], prompter: Prompter
    ) -> None:
        super().__init__(profile, load_config, popen=self._run)
        self._profile = profile
        self._prompter = prompter

    def load(self) -> Credentials | None:
        """The credentials, where the profile has a program for them. Raises HsmtuiError."""
        try:
            return super().load()
        except ValueError as error:
            failure = _Failure(f"The command cannot be split into words: {error}.")
            raise self._error_of(failure) from error

    def _run(self, words: Sequence[str], **_: object) -> "_Done":
        """What botocore starts in place of a Popen, and then reads to the end."""
        before = self._prompter.tell("waiting for credential_process")
        try:
            return _Done(_output_of(words, self._prompter))
        except _Failure as failure:
            raise self._error_of(failure) from failure
        finally:
            self._prompter.tell(before)

    def _error_of(self, failure: "_Failure") -> HsmtuiError:
        """The failure, with where the command stands and what to do."""
        entry = config_files.settings(self._profile).get("credential_process")
        place, command = (entry.place, entry.value) if entry else (config_files.config_file(), "it")
        title = "The credentials could not be fetched"
        way = "Correct the command of this key, then "
        if failure.asks:
            title = "credential_process asks a question that cannot be answered here"
            way = (
                f"Sign in elsewhere first: in another terminal run {command} >/dev/null and answer "
                "there. Then "
            )
        return HsmtuiError(
            title=title,
            detail=f"credential_process of profile {self._profile} ({place}): {failure}",
            remedy=Advice(way, AGAIN_OR_ELSEWHERE),
            operation="sign in",
            code="CredentialProcess",
            unsent=True,
        )


class _Done(NamedTuple):
    """A Popen whose program has ended well, as far as botocore looks at one."""

    stdout: bytes
    returncode: int = 0

    def communicate(self) -> tuple[bytes, bytes]:
        """What it printed."""
        return self.stdout, b""


class _Failure(Exception):  # noqa: N818 - becomes an HsmtuiError
    """What a program did wrong; `asks` says that it wanted to ask somebody."""

    def __init__(self, words: str, *, asks: bool = False) -> None:
        super().__init__(words)
        self.asks = asks


def _output_of(words: Sequence[str], prompter: Prompter) -> bytes:
    """What the program prints, once it is known that botocore can read it."""
    if not words:
        raise _Failure("The command is empty.")
    try:
        output = child_process.run_program(words, prompter)
    except (OSError, ValueError) as error:
        raise _Failure(_cannot_start(words[0], error)) from error
    said = _text(output.stderr[-_LOOKED_AT:])
    before = _text(output.stdout[:_LOOKED_AT]).partition("{")[0]
    asks = _is_prompt(said) or _is_prompt(before) or bool(_NO_TERMINAL.search(said))
    if problem := _how_it_ended(output, asks) or _unreadable(output.stdout):
        raise _Failure(" ".join(filter(None, (problem, _quoted(said, before)))), asks=asks)
    return output.stdout


def _cannot_start(program: str, error: OSError | ValueError) -> str:
    name = visible(program)
    if isinstance(error, ValueError):
        return f"{name} cannot be started: {error}."
    if isinstance(error, FileNotFoundError):
        if shutil.which(program):
            return f"{name} cannot be started: the program in its first line (#!) is missing."
        hint = " No shell reads the line: ~ and $ stay as they are." if program[:1] in "~$" else ""
        return f"There is no program {name}.{hint}"
    if isinstance(error, PermissionError):
        return f"{name} cannot be started: it is a folder or may not be executed."
    return f"{name} cannot be started: {error.strerror or error}."


def _how_it_ended(output: child_process.Output, asks: bool) -> str:
    """What was wrong with how the program ended; "" where nothing was."""
    if output.stopped:
        return output.stopped
    if output.status > 0:
        return f"The program ended with exit status {output.status}."
    if output.status < 0:
        return f"The program was ended by {signal.strsignal(-output.status) or -output.status}."
    return "The program got no answer." if asks else ""


def _unreadable(stdout: bytes) -> str:
    """Why botocore could not take what was printed for credentials; "" where it can."""
    if not stdout.strip():
        return "The program printed nothing; expected one JSON object."
    try:
        printed = json.loads(stdout.decode("utf-8"))
    except (ValueError, RecursionError):
        return "What the program printed is no JSON; expected one JSON object and nothing else."
    if not isinstance(printed, dict):
        return "What the program printed is JSON, but no object."
    if printed.get("Version") != 1:
        return "What the program printed has no Version 1."
    for key in ("AccessKeyId", "SecretAccessKey"):
        if not isinstance(printed.get(key), str) or not printed[key]:
            return f"What the program printed has no {key}."
    if not isinstance(printed.get("SessionToken"), str | None):
        return "The SessionToken that the program printed is no text."
    if printed.get("Expiration") is not None and not is_moment(printed["Expiration"]):
        return "The Expiration that the program printed is no time such as 2026-01-31T12:00:00Z."
    return ""


def _text(printed: bytes) -> str:
    return _ESCAPES.sub("", printed.decode("utf-8", "replace"))


def _is_prompt(text: str) -> bool:
    """Whether it ends with a question, behind which an answer is awaited on the same line."""
    return bool(_PROMPT.search(text))


def _quoted(*texts: str) -> str:
    """What the program said, in its own words, as far as they are no secret."""
    said = " ".join(" ".join(redact(text) for text in texts).split())
    if not said:
        return ""
    return f"It said: {said if len(said) <= LONGEST_OUTPUT else f'…{said[1 - LONGEST_OUTPUT :]}'}"
