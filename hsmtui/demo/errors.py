"""Refusals of the service: a code, a message and an HTTP status."""

INVALID_REQUEST = "CloudHsmInvalidRequestException"
"""The code for what cannot be carried out, now or ever."""


class ServiceError(Exception):
    """The service refuses a request."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def invalid_request(message: str) -> ServiceError:
    """The request is not one that the service can carry out."""
    return ServiceError(INVALID_REQUEST, message)


def not_found(what: str, identifier: str) -> ServiceError:
    """There is no such resource for this account in this region."""
    return ServiceError(
        "CloudHsmResourceNotFoundException", f"The {what} '{identifier}' could not be found."
    )
