"""What is not CloudHSM: STS, IAM Identity Center, metadata, and the roots of certificates."""

import threading
from collections.abc import Callable

from hsmtui.demo.call import Call
from hsmtui.demo.clock import Clock
from hsmtui.demo.environment import root_file
from hsmtui.demo.metadata import Metadata
from hsmtui.demo.sessions import Rules, Sessions
from hsmtui.demo.sso import Sso
from hsmtui.demo.sts import Sts


class SignIn(Rules):
    """What issues credentials, and its rules."""

    def __init__(self, clock: Clock) -> None:
        """Issue by this clock. botocore compares ends with the time of the system."""
        super().__init__()
        self.lock = threading.RLock()
        self.sessions = Sessions(clock, self)
        self._sso = Sso(clock, self.sessions, self)
        self._issuing: dict[str, Callable[[Call], bytes]] = {
            **Sts(self.sessions, self).operations,
            **self._sso.operations,
            **Metadata(clock, self.sessions, self).operations,
            "RootCertificate": lambda call: root_file(call.message.path).read_bytes(),
        }
