"""The data that botocore brings, read without what is not asked for."""

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from botocore.exceptions import DataNotFoundError
from botocore.loaders import JSONFileLoader, Loader, create_loader

from hsmtui.aws.guard import READING

_SERVICES = sorted({name.partition(":")[0] for name in READING})
"""Those that are asked for anything."""


@cache
def data_loader(data_path: str | None) -> Loader:
    """What reads botocore's data and the user's own, once for all sessions: it does not change."""
    paths = create_loader(data_path).search_paths
    return _Loader(paths, _JSONFiles(), include_default_search_paths=False)


class _Loader(Loader):
    def list_available_services(self, type_name: str) -> list[str]:
        """Of the services that are asked: botocore goes through the folders of all 400."""
        return [name for name in _SERVICES if self._has(name, type_name)]

    def _has(self, service: str, type_name: str) -> bool:
        try:
            return bool(self.list_api_versions(service, type_name))
        except DataNotFoundError:
            return False


class _JSONFiles(JSONFileLoader):
    def load_file(self, file_path: str) -> Any:
        """What a file has: msgspec needs a third of the time for the megabyte of endpoints."""
        with suppress(OSError, msgspec.DecodeError):  # botocore says what is wrong with it
            return msgspec.json.decode(Path(f"{file_path}.json").read_bytes())
        return super().load_file(file_path)
