"""Signing in to IAM Identity Center (SSO) by the OIDC device flow, as the AWS CLI does."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError, InvalidConfigError

from hsmtui.aws.credential_cache import Cache, is_moment
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.prompter import DeviceSignIn, Prompter, Question
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
SCOPE: Final = "sso:account:access"
"""The scope of an sso-session that names none; with it the token can be refreshed."""

SLOWER = 5
"""Seconds that the interval grows when the service says slow_down (RFC 8628)."""


class Portal(NamedTuple):
    """Where a profile signs in. `session` is None in the older form without an sso-session."""

    profile: str
    start_url: str
    region: str
    session: str | None
    scopes: tuple[str, ...]


def portal_of(core: "Session") -> Portal:
    """The portal of the session's profile, or of the profile that its role comes from.

    Raises InvalidConfigError where there is none.
    """
    config = core.full_config
    name, seen = core.get_config_variable("profile") or "default", set[str]()
    while name not in seen:
        seen.add(name)
        profile = config.get("profiles", {}).get(name, {})
        session = profile.get("sso_session")
        section = config.get("sso_sessions", {}).get(session, {}) if session else profile
        if "sso_start_url" in section and "sso_region" in section:
            scopes = section.get("sso_registration_scopes", SCOPE if session else "")
            return Portal(
                profile=name,
                start_url=section["sso_start_url"],
                region=section["sso_region"],
                session=session,
                scopes=tuple(scope.strip() for scope in scopes.split(",") if scope.strip()),
            )
        name = profile.get("source_profile", name)
    raise InvalidConfigError(error_msg=f'Profile "{name}" names no sso_start_url and sso_region.')


def tokens() -> Cache:
    """The tokens of all portals, as botocore and the aws command keep them."""
    return Cache("~/.aws/sso/cache", _is_readable)


def _is_readable(token: Any) -> bool:
    """Whether botocore can use the token, or renew it; where it cannot, somebody signs in."""
    moments = (token["expiresAt"], token.get("registrationExpiresAt", token["expiresAt"]))
    return all(map(is_moment, moments)) and bool(token["accessToken"])


def sign_in(core: "Session", prompter: Prompter) -> None:
    """Have the person sign in, and keep the token where botocore and the AWS CLI look for it.

    Raises HsmtuiError where the code ran out or was refused, GivenUp, and what botocore raises.
    """
    portal = portal_of(core)
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
            raise _refused("The sign-in code has run out", error) from error
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
    key = hashlib.sha1((portal.session or portal.start_url).encode(), usedforsecurity=False)
    tokens()[key.hexdigest()] = token
