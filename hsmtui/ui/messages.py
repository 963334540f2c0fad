"""Messages between dialogs and the screen under them."""

from textual.message import Message

from hsmtui.aws.session import Connection
from hsmtui.model.cluster import Cluster


class Renewed(Message):
    """A cluster was read afresh through a connection."""

    def __init__(self, connection: Connection, cluster: Cluster) -> None:
        super().__init__()
        self.connection = connection
        self.cluster = cluster


class DeletionStarted(Message):
    """The service took a DeleteCluster: its cluster is to be followed until it is gone."""

    def __init__(self, connection: Connection, cluster: Cluster) -> None:
        super().__init__()
        self.connection = connection
        self.cluster = cluster
