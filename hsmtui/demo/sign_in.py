"""What is not CloudHSM: STS, IAM Identity Center, metadata, and the roots of certificates."""

import threading
from collections.abc import Callable

from hsmtui.demo.call import Call
from hsmtui.demo.clock import Clock
from hsmtui.demo.environment import root_file
from hsmtui.demo.metadata import Metadata
from hsmtui.demo.rules import Rules
from hsmtui.demo.sessions import Sessions
from hsmtui.demo.sso import Sso
from hsmtui.demo.sts import Sts


class SignIn(Rules):
    """What issues credentials, its rules, and what a test does in place of a person."""

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

    @property
    def user_codes(self) -> tuple[str, ...]:
        """The codes of device flows that wait for an answer, oldest first."""
        with self.lock:
            return self._sso.user_codes

    def approve(self, user_code: str) -> None:
        """Approve a device flow, as a person in a browser. Raises LookupError."""
        with self.lock:
            self._sso.settle(user_code, "approved")

    def deny(self, user_code: str) -> None:
        """Deny a device flow, as a person in a browser. Raises LookupError."""
        with self.lock:
            self._sso.settle(user_code, "denied")

    def expire_sessions(self) -> None:
        """End everything issued so far, at once: credentials, access and refresh tokens."""
        with self.lock:
            self.sessions.end_all()
            self._sso.end_all()
