"""The way in: whether this system can run hsmtui, then a word for a shell, or the command itself.

``python -m hsmtui`` is the command, too.
"""

import sys
from collections.abc import Sequence

BAD_SYSTEM = 2

_COMPLETE = "__complete"
"""What the scripts of `hsmtui completion` call."""


def enter(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit status, which is `hsmtui.cli.main`'s."""
    if not _is_posix():
        sys.stderr.write(
            "hsmtui: this system has no POSIX terminals and file locks, which hsmtui needs. On "
            "Windows, run it in WSL: install that with wsl --install, then hsmtui in it\n"
        )
        return BAD_SYSTEM
    words = sys.argv[1:] if argv is None else argv
    if words[:1] == [_COMPLETE]:
        from hsmtui.command_line.completion.answer import answer

        return answer(words[1:])
    from hsmtui import cli

    return cli.main(argv)


def _is_posix() -> bool:
    try:
        import fcntl  # noqa: F401
        import termios  # noqa: F401
    except ImportError:
        return False
    return True


if __name__ == "__main__":
    raise SystemExit(enter())
