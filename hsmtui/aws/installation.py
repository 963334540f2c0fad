"""How hsmtui was installed, for the command that adds something to it."""

import shlex
import sys
from pathlib import Path
from typing import Final

_EXTRA: Final = "'hsmtui[login]'"
_PIPX: Final = "pipx inject hsmtui awscrt"
"""It leaves packages alone that are there, and with them what an extra of botocore would add."""

_UV_TOOL: Final = "uv tool install --with 'botocore[crt]' hsmtui"


def commands_that_add_login() -> tuple[str, ...]:
    """The command that adds what profiles of aws login need; where it is not known how hsmtui was
    installed, the commands for pip, pipx and uv.

    pipx and uv tool each leave a file in the environments that they make, and every installer
    says in the metadata of a package who it is.
    """
    environment = Path(sys.prefix)
    if (environment / "pipx_metadata.json").is_file():
        return (_PIPX.replace(" hsmtui ", f" {shlex.quote(environment.name)} "),)
    if (environment / "uv-receipt.toml").is_file():
        return (_UV_TOOL,)
    python = shlex.quote(sys.executable)
    match _installer():
        case "pip":
            return (f"{python} -m pip install {_EXTRA}",)
        case "uv":
            return (f"uv pip install --python {python} {_EXTRA}",)
    return (f"pip install {_EXTRA}", _PIPX, _UV_TOOL)


def _installer() -> str:
    """What installed hsmtui, in its own word; "" where nothing says it."""
    from importlib.metadata import PackageNotFoundError, distribution  # wanted in an error alone

    try:
        return (distribution("hsmtui").read_text("INSTALLER") or "").strip()
    except PackageNotFoundError:
        return ""
