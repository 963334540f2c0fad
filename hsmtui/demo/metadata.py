"""Credentials of the machine itself: instance metadata, version 2, and a container's endpoint."""

import json
import secrets
from datetime import datetime, timedelta

from hsmtui.demo.call import Call
from hsmtui.demo.clock import Clock
from hsmtui.demo.errors import ServiceError
from hsmtui.demo.sessions import Rules, Session, Sessions

ACCOUNT = "111111111111"
REGION = "us-east-1"
INSTANCE_ROLE = "demo-instance"
INSTANCE = "i-0d3e0d3e0d3e0d3e0"
TASK_ROLE = "demo-task"
TASK = "0d3e0d3e0d3e0d3e0d3e0d3e0d3e0d3e"

TOKEN = "/latest/api/token"  # noqa: S105 - a path
ROOT = "/latest/meta-data/"
CREDENTIALS = f"{ROOT}iam/security-credentials"
LONGEST_TOKEN = 21_600


class Metadata:
    """The two endpoints: a method for each, giving the body of its answer."""

    def __init__(self, clock: Clock, sessions: Sessions, rules: Rules) -> None:
        self._clock = clock
        self._sessions = sessions
        self._rules = rules
        self._tokens: dict[str, datetime] = {}
        self.operations = {"InstanceMetadata": self._instance, "ContainerCredentials": self._task}

    def _instance(self, call: Call) -> bytes:
        if (call.message.method, call.message.path) == ("PUT", TOKEN):
            return self._new_token(call).encode()
        token = call.message.headers.get("x-aws-ec2-metadata-token", "")
        ends = self._tokens.get(token)
        if ends is None or ends <= self._clock.now():
            raise ServiceError("Unauthorized", "401 - Unauthorized", 401)
        # botocore asks for some of these with a slash at their end.
        path = call.message.path.rstrip("/")
        if path == f"{CREDENTIALS}/{INSTANCE_ROLE}":
            return self._instance_credentials()
        texts = {
            CREDENTIALS: INSTANCE_ROLE,
            f"{ROOT}placement/availability-zone": f"{REGION}a",
            f"{ROOT}placement/region": REGION,
        }
        if path not in texts:
            raise ServiceError("NotFound", "404 - Not Found", 404)
        return texts[path].encode()

    def _new_token(self, call: Call) -> str:
        seconds = call.message.headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
        given = seconds.isdecimal() and len(seconds) < 9
        if not given or not 1 <= int(seconds) <= LONGEST_TOKEN:
            raise ServiceError("BadRequest", "400 - Bad Request", 400)
        token = secrets.token_urlsafe(40)
        self._tokens[token] = self._clock.now() + timedelta(seconds=int(seconds))
        return token

    def _instance_credentials(self) -> bytes:
        session = self._sessions.issue(ACCOUNT, INSTANCE_ROLE, INSTANCE)
        updated = self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        about = {"Code": "Success", "LastUpdated": updated, "Type": "AWS-HMAC"}
        return json.dumps(about | _credentials(session)).encode()

    def _task(self, call: Call) -> bytes:
        expected = self._rules.container_token
        if expected is not None and call.message.headers.get("authorization") != expected:
            raise ServiceError("InvalidAuthorization", "The Authorization header is wrong.", 401)
        session = self._sessions.issue(ACCOUNT, TASK_ROLE, TASK)
        about = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/{TASK_ROLE}"}
        return json.dumps(about | _credentials(session)).encode()


def _credentials(session: Session) -> dict[str, str]:
    return {
        "AccessKeyId": session.access_key,
        "SecretAccessKey": session.secret_key,
        "Token": session.token,
        "Expiration": session.expiration,
    }
