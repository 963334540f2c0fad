"""Signing in to IAM Identity Center (SSO) by the OIDC device flow, as the AWS CLI does."""

import hashlib
import threading
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.tokens import FrozenAuthToken, SSOTokenProvider

from hsmtui.aws.credential_cache import Cache, is_moment
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.prompter import DeviceSignIn, Prompter, Question
from hsmtui.aws.source_profiles import Portal, served_by_portal
from hsmtui.model.advice import ANOTHER_PROFILE, Advice, Step
from hsmtui.model.redaction import remember
from hsmtui.model.times import iso

if TYPE_CHECKING:
    from botocore.session import Session
    from mypy_boto3_sso_oidc import SSOOIDCClient
    from mypy_boto3_sso_oidc.type_defs import (
        CreateTokenResponseTypeDef,
        RegisterClientResponseTypeDef,
        StartDeviceAuthorizationResponseTypeDef,
    )

GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
SLOWER = 5
"""Seconds that the interval grows when the service says slow_down (RFC 8628)."""


def tokens() -> Cache:
    """The tokens of all portals, as botocore and the aws command keep them."""
    return Cache("~/.aws/sso/cache", _is_readable)


def _is_readable(token: Any) -> bool:
    """Whether botocore can use the token, or renew it; where it cannot, somebody signs in."""
    moments = (token["expiresAt"], token.get("registrationExpiresAt", token["expiresAt"]))
    return all(map(is_moment, moments)) and bool(token["accessToken"])


class PortalToken(SSOTokenProvider):
    """botocore's tokens of an sso-session; of several threads one renews it, for a refresh token
    can be used once."""

    def _refresher(self) -> FrozenAuthToken:
        own: Any = self
        with _renewals_lock:
            renewal = _renewals[own._sso_config["session_name"]]  # noqa: SLF001
        with renewal:
            token: FrozenAuthToken = super()._refresher()  # type: ignore[misc]
            return token


_renewals: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
_renewals_lock = threading.Lock()


def sign_in(core: "Session", portal: Portal, prompter: Prompter) -> None:
    """Have the person sign in, and keep the token where botocore and the AWS CLI look for it.

    Raises HsmtuiError where the code ran out or was refused, GivenUp, and what botocore raises.
    """
    unsigned = Config(signature_version=UNSIGNED)
    client = cast(
        "SSOOIDCClient",
        core.create_client("sso-oidc", region_name=portal.region, config=unsigned),
    )
    registration = _register(client, portal)
    device = client.start_device_authorization(
        clientId=registration["clientId"],
        clientSecret=registration["clientSecret"],
        startUrl=portal.start_url,
    )
    remember(registration["clientSecret"], device["deviceCode"])
    ends = datetime.now(UTC) + timedelta(seconds=device["expiresIn"])
    subject = DeviceSignIn(
        profile=portal.profile,
        url=device["verificationUri"],
        whole_url=device.get("verificationUriComplete") or device["verificationUri"],
        code=device["userCode"],
        ends=ends,
        profiles=served_by_portal(core.full_config, portal, prompter.profiles),
    )
    prompter.tell("waiting for you to sign in")
    with prompter.asked(subject) as question:
        token = _await_token(client, registration, device, question)
    _keep(portal, registration, token)


def _register(client: "SSOOIDCClient", portal: Portal) -> "RegisterClientResponseTypeDef":
    name = f"hsmtui-{portal.session or 'client'}"
    if portal.scopes:
        return client.register_client(
            clientName=name, clientType="public", scopes=list(portal.scopes)
        )
    return client.register_client(clientName=name, clientType="public")


def _await_token(
    client: "SSOOIDCClient",
    registration: "RegisterClientResponseTypeDef",
    device: "StartDeviceAuthorizationResponseTypeDef",
    question: Question,
) -> "CreateTokenResponseTypeDef":
    """Ask for the token in the interval that the service wants, until the person has signed in."""
    interval = device.get("interval") or SLOWER
    while True:
        question.wait(interval)
        try:
            return client.create_token(
                clientId=registration["clientId"],
                clientSecret=registration["clientSecret"],
                grantType=GRANT,
                deviceCode=device["deviceCode"],
            )
        except client.exceptions.AuthorizationPendingException:
            continue
        except client.exceptions.SlowDownException:
            interval += SLOWER
        except client.exceptions.ExpiredTokenException as error:
            raise _refused("The sign-in code has expired", error) from error
        except client.exceptions.AccessDeniedException as error:
            raise _refused("The sign-in was refused", error) from error


def _refused(title: str, error: ClientError) -> HsmtuiError:
    return HsmtuiError(
        title=title,
        detail=str(error.response.get("error_description") or ""),
        remedy=Advice(
            Step(
                "Press {} to sign in with a new code",
                "list.refresh",
                "Run this again to sign in with a new code",
            ),
            "; ",
            ANOTHER_PROFILE,
            ".",
        ),
        operation="CreateToken",
        code=error.response["Error"]["Code"],
        request_id=error.response["ResponseMetadata"]["RequestId"],
    )


def _keep(
    portal: Portal,
    registration: "RegisterClientResponseTypeDef",
    answer: "CreateTokenResponseTypeDef",
) -> None:
    """Keep the token in the CLI's format; the registration lets it be refreshed."""
    expires = datetime.now(UTC) + timedelta(seconds=answer["expiresIn"])
    token = {
        "startUrl": portal.start_url,
        "region": portal.region,
        "accessToken": answer["accessToken"],
        "expiresAt": iso(expires),
        "clientId": registration["clientId"],
        "clientSecret": registration["clientSecret"],
        "registrationExpiresAt": iso(
            datetime.fromtimestamp(registration["clientSecretExpiresAt"], UTC)
        ),
    }
    if refresh_token := answer.get("refreshToken"):
        token["refreshToken"] = refresh_token
    remember(answer["accessToken"], refresh_token)
    key = hashlib.sha1(portal.key.encode(), usedforsecurity=False)
    tokens()[key.hexdigest()] = token
