"""The rules of signing in, which can be changed while the demo runs."""

from dataclasses import dataclass


@dataclass(eq=False)
class Rules:
    """The codes that are right, and how long what is issued lasts, in seconds."""

    mfa_code: str = "123456"
    session_seconds: float | None = None
    """For how long credentials are issued; None: as asked for, else an hour."""

    device_seconds: float = 600
    """For how long the codes of a device flow can be approved and exchanged."""

    device_interval: int = 1
    """The pause between two questions for the token; who asks sooner is told to slow down."""

    token_seconds: float = 28_800
    """For how long an SSO access token lasts."""

    container_token: str | None = None
    """What the Authorization header of a request for container credentials must hold."""
