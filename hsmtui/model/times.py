"""Moments and spans of time as text; `now` is always given, all moments are aware and in UTC."""

from datetime import UTC, datetime


def age(since: datetime, now: datetime) -> str:
    """How long ago in at most four characters: 14m, 5h, 412d, 6y."""
    seconds = max(0, int((now - since).total_seconds()))
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3600:
        return f"{seconds // 60}m"
    if seconds < 86400:
        return f"{seconds // 3600}h"
    days = seconds // 86400
    return f"{days}d" if days < 1000 else f"{days // 365}y"


def remaining(until: datetime, now: datetime) -> str:
    """How long it is to a moment, in two units where the greater is soon over: 90d, 6d 21h, 4m."""
    minutes = max(0, int((until - now).total_seconds())) // 60
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days >= 10:
        return f"{days}d"
    if days:
        return f"{days}d {hours}h"
    if hours:
        return f"{hours}h {minutes % 60}m"
    return f"{minutes}m" if minutes else "less than 1m"


def stamp(moment: datetime) -> str:
    """A moment to the second, such as ``2026-11-21 17:09:30 UTC``."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def iso(moment: datetime) -> str:
    """A moment to the second as machines read it: ``2026-11-21T17:09:30Z``."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
