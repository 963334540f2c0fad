"""Where to connect, and the settings that hold for all connections of a run."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials

from hsmtui import __version__
from hsmtui.aws.prompter import Prompter
from hsmtui.aws.write_grant import WriteGrant

if TYPE_CHECKING:
    from hsmtui.config.settings import Settings


SERVICE: Final = "cloudhsmv2"
"""CloudHSM as botocore calls it."""


class Place(NamedTuple):
    """Where to connect; None leaves it to botocore's default chain.

    `explicit` says that the profile was chosen by name, so that environment keys do not win over
    it; AWS_PROFILE and the settings file name a profile without that force. `starting` says that
    this is the profile, and the way to name it, that the command was started with; whose keys it
    has by now is another question.
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    explicit: bool = False
    starting: bool = False


WhyReadOnly: TypeAlias = Callable[[Place, str | None, str | None], str]
"""What forbids changes at a place, given its profile and its account if known; "" is nothing."""


@dataclass(frozen=True)
class Terms:
    """What holds for all connections: who is asked, what may be done, how long to wait.

    The times are in seconds.
    """

    rules: WhyReadOnly
    prompter: Prompter = field(default_factory=Prompter)
    write_grant: WriteGrant = field(default_factory=WriteGrant)
    connect_timeout: float = 5
    read_timeout: float = 15

    @classmethod
    def of(cls, settings: "Settings") -> "Terms":
        """The terms that the settings of a run make."""

        def rules(place: Place, profile: str | None, account: str | None) -> str:
            return settings.why_read_only(
                profile, account, starting=place.starting, region=place.region
            )

        return cls(
            rules,
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.read_timeout,
        )

    def why_read_only(
        self,
        place: Place,
        profile: str | None,
        account: str | None = None,
        keys: ReadOnlyCredentials | None = None,
    ) -> str:
        """What forbids changes at a place, as far as account and keys are known there."""
        starting = place.starting and self.write_grant.reaches(keys, account)
        return self.rules(place._replace(starting=starting), profile, account)

    @property
    def longest_attempt(self) -> float:
        """Seconds from the first byte of a request to the last one of its answer: the time for a
        connection, that for an answer to begin, and as much again for all of it."""
        return self.connect_timeout + 2 * self.read_timeout

    def config(self) -> Config:
        """How clients behave: with these times, and botocore's standard retries."""
        return Config(
            connect_timeout=self.connect_timeout,
            read_timeout=self.read_timeout,
            retries={"mode": "standard"},
            tcp_keepalive=True,
            user_agent_extra=f"hsmtui/{__version__}",
        )
