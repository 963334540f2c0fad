"""The demo's control plane as a process of its own."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.terminal.terminal import HSMTUI, environment


class Server:
    """``hsmtui demo-server`` as a process, and what its log says was asked."""

    def __init__(self, log: Path, *arguments: str) -> None:
        self._log = log
        self._process = subprocess.Popen(
            [HSMTUI, "demo-server", "--log", str(log), *arguments],
            env=environment(log.parent),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url.startswith("http://127.0.0.1:")

    def requests(self, operation: str) -> list[dict[str, Any]]:
        lines = self._log.read_text(encoding="utf-8").splitlines()
        return [entry for entry in map(json.loads, lines) if entry["operation"] == operation]

    def stop(self) -> int:
        self._process.terminate()
        self._process.communicate(timeout=10)
        return self._process.returncode
