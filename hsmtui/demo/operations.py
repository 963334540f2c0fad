"""The operations of CloudHSM: all that botocore's model of the service names."""

from hsmtui.demo import backup_operations, cluster_operations, tags
from hsmtui.demo.operation import Operations

OPERATIONS: Operations = {
    **cluster_operations.OPERATIONS,
    **backup_operations.OPERATIONS,
    **tags.OPERATIONS,
}
"""What each does to a place, and what it answers."""
