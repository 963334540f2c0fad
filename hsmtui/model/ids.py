"""What the ids of the service look like: for what a person types, not for what it answers."""

import re

CLUSTER_ID = re.compile(r"cluster-[2-7a-zA-Z]{11,16}")
"""The whole id of a cluster (API reference, ClusterId)."""
