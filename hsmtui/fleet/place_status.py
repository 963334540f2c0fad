"""What became of reading a place, in few words."""

from enum import StrEnum

from hsmtui.aws.connection import Connection
from hsmtui.aws.credentials import NOT_SIGNED_IN
from hsmtui.aws.error_codes import family_of
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.regions import is_opt_in


class PlaceStatus(StrEnum):
    """How far a place was read; the worst first."""

    NOT_READ = "not read"
    NEEDS_SIGN_IN = "needs a sign-in"
    NOT_WHOLE = "not whole"
    NOT_ENABLED = "not enabled"
    OK = "ok"


def failed_status(error: HsmtuiError, connection: Connection | None) -> PlaceStatus:
    """What a place is of which nothing was read, because of this error.

    `connection` is that of the place, None where there could be none.
    """
    if needs_person(error):
        return PlaceStatus.NEEDS_SIGN_IN
    return PlaceStatus.NOT_ENABLED if _not_enabled(error, connection) else PlaceStatus.NOT_READ


def needs_person(error: HsmtuiError) -> bool:
    """Whether somebody had to sign in and did not."""
    return error.operation == "CreateToken" or error.code == NOT_SIGNED_IN


def _not_enabled(error: HsmtuiError, connection: Connection | None) -> bool:
    """Whether the account has not enabled the region.

    Some services say so. CloudHSM says that it does not know the credentials, as it does of wrong
    ones: of a region that has to be enabled that is meant where STS knows them.
    """
    family = family_of(error.code)
    if family in {"OptInRequired", "RegionDisabled"}:
        return True
    if family != "UnrecognizedClient" or connection is None or connection.known_caller is None:
        return False
    return is_opt_in(connection.region)
