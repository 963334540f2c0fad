"""The regions that have CloudHSM, read from botocore's data without the rest of botocore.

`regions` knows more of them; it takes the time of an import of boto3.
"""

import json
from collections.abc import Mapping
from importlib.resources import files

_SERVICE = "cloudhsmv2"


def region_names() -> Mapping[str, str]:
    """The regions of all partitions, the commercial one first, and where each is."""
    data = json.loads((files("botocore") / "data" / "endpoints.json").read_bytes())
    return {
        name: part["regions"].get(name, {}).get("description", "")
        for part in data["partitions"]
        for name in part["services"].get(_SERVICE, {}).get("endpoints", {})
        if name in part["regions"]
    }
