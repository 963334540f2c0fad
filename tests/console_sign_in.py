"""The sign-in of the console as `aws login` keeps it: a refresh token gives the next keys."""

import base64
import json
import secrets
from dataclasses import dataclass
from typing import Any

from hsmtui.demo.call import Call
from hsmtui.demo.errors import ServiceError
from hsmtui.demo.sessions import Rules, Session, Sessions

CLIENT_ID = "arn:aws:signin:::devtools/same-device"
QUARTER = 900.0
"""Seconds that keys last."""

Jwk = dict[str, str]
"""The public key that a sign-in is bound to: the coordinates of a point of P-256."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who holds a refresh token, and the key with which they prove it."""

    account: str
    name: str
    jwk: Jwk


class ConsoleSignIn:
    """The service: a method for its operation, and what the person does in the browser."""

    def __init__(self, sessions: Sessions, rules: Rules) -> None:
        self._sessions = sessions
        self._rules = rules
        self._refresh: dict[str, SignedIn] = {}
        self.operations = {"CreateOAuth2Token": self._create_token}

    def sign_in(self, account: str, name: str) -> dict[str, Any]:
        """Somebody signs in; what `aws login` then keeps in a file of its cache."""
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        key = ec.generate_private_key(ec.SECP256R1())
        point = key.public_key().public_numbers()
        jwk = {"x": _encoded(point.x.to_bytes(32)), "y": _encoded(point.y.to_bytes(32))}
        session, refresh_token = self._issue(SignedIn(account, name, jwk))
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        return {
            "accessToken": {
                **_keys(session),
                "accountId": account,
                "expiresAt": session.expiration,
            },
            "tokenType": "aws_sigv4",
            "clientId": CLIENT_ID,
            "refreshToken": refresh_token,
            "dpopKey": pem.decode(),
        }

    def revoke(self) -> None:
        """Nobody is signed in any more."""
        self._refresh.clear()

    def _create_token(self, call: Call) -> bytes:
        if call.parameters.get("grantType") != "refresh_token":
            raise _refused("unsupported_grant_type", "The demo only refreshes.")
        proven = _proven_key(call)
        token = call.parameters.get("refreshToken")
        holder = self._refresh.get(token) if isinstance(token, str) else None
        if holder is None:
            raise _refused("TOKEN_EXPIRED", "The refresh token has expired.")
        if holder.jwk != proven:
            raise _refused("INVALID_REQUEST", "The proof is of another key.")
        del self._refresh[call.parameters["refreshToken"]]
        session, refresh_token = self._issue(holder)
        lasts = QUARTER if self._rules.session_seconds is None else self._rules.session_seconds
        return json.dumps(
            {
                "accessToken": _keys(session),
                "tokenType": "aws_sigv4",
                "expiresIn": int(lasts),
                "refreshToken": refresh_token,
            }
        ).encode()

    def _issue(self, holder: SignedIn) -> tuple[Session, str]:
        """Keys, and the token that gives the next ones, once."""
        refresh_token = secrets.token_urlsafe(64)
        self._refresh[refresh_token] = holder
        session = self._sessions.issue(holder.account, "Console", holder.name, QUARTER)
        return session, refresh_token


def _keys(session: Session) -> dict[str, str]:
    return {
        "accessKeyId": session.access_key,
        "secretAccessKey": session.secret_key,
        "sessionToken": session.token,
    }


def _proven_key(call: Call) -> Jwk:
    """The key that signed the proof of possession (DPoP, RFC 9449) of a request."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, utils
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        signed, _, signature = call.message.headers.get("dpop", "").rpartition(".")
        header, claims = (json.loads(_decoded(part)) for part in signed.split("."))
        jwk = {name: header["jwk"][name] for name in ("x", "y")}
        x, y = (int.from_bytes(_decoded(jwk[name])) for name in ("x", "y"))
        halves = _decoded(signature)
        pair = utils.encode_dss_signature(int.from_bytes(halves[:32]), int.from_bytes(halves[32:]))
        key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        key.verify(pair, signed.encode(), ec.ECDSA(SHA256()))
        is_of_this = (claims["htm"], claims["htu"]) == ("POST", _url(call))
    except (ValueError, KeyError, TypeError, InvalidSignature) as error:
        raise _refused("INVALID_REQUEST", "The DPoP proof is missing or wrong.") from error
    if not is_of_this:
        raise _refused("INVALID_REQUEST", "The DPoP proof is of another request.")
    return jwk


def _url(call: Call) -> str:
    return f"http://{call.message.headers.get('host', '')}{call.message.path}"


def _refused(error: str, words: str) -> ServiceError:
    return ServiceError("AccessDeniedException", f"{error}: {words}")


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
