"""Credentials that last: botocore's chain, asked again with the person's help when it ends."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from botocore.credentials import Credentials, ReadOnlyCredentials, RefreshableCredentials
from botocore.exceptions import (
    ClientError,
    NoCredentialsError,
    RefreshWithMFAUnsupportedError,
    SSOError,
    TokenRetrievalError,
)

from hsmtui.aws import sso
from hsmtui.aws.caller import unconfirmed_keys
from hsmtui.aws.errors import NOT_SIGNED_IN, HsmtuiError, Where, failures_of
from hsmtui.aws.prompter import GivenUp, MfaCode, Prompter
from hsmtui.aws.providers import Providers
from hsmtui.aws.source_profiles import portal_of, served_by_code
from hsmtui.aws.threads import away
from hsmtui.aws.unattended import is_unattended
from hsmtui.model.advice import SIGN_IN_AGAIN
from hsmtui.model.redaction import remember

if TYPE_CHECKING:
    from botocore.session import Session

_SLOW = {
    "assume-role": "a role of STS",
    "assume-role-with-web-identity": "a role of STS (web identity)",
    "sso": "IAM Identity Center (SSO)",
    "login": "the console sign-in",
    "custom-process": "credential_process",
    "container-role": "the container's credentials",
    "iam-role": "instance metadata (is this EC2?)",
}
"""The providers that may take their time, and what one then waits for."""


class LastingCredentials(Credentials):
    """Signs the requests of the places of a profile. Any thread may ask; they wait for each other.

    `new_session` gives a botocore session that has read the files afresh. `check` is called with
    keys that are others than before, the first ones too: it says whether whoever was known before
    owns them, and raises where another does. `asked_about` are the keys of which STS was asked
    first, when the first page had come. Nobody has a slot of a pool while they wait for keys. For
    the first ones nobody is asked to sign in where `is_wanted` says that nobody waits any more, and
    an unattended request gets those that were given last, whatever has become of them.
    """

    def __init__(
        self, session: "Session", new_session: "Callable[[], Session]", prompter: Prompter
    ) -> None:
        self.check: Callable[[ReadOnlyCredentials], bool] = lambda _: True
        self.is_wanted: Callable[[], bool] = lambda: True
        self._new_session = new_session
        self._prompter = prompter
        self._lock = threading.RLock()
        self._ended: set[str | None] = set()
        self._declined: HsmtuiError | None = None
        self._needs: set[str] = set()
        self._turn = ExitStack()
        self._turns = 0
        self._asked_code = False
        self._problem = ""
        self._last: ReadOnlyCredentials | None = None
        self.asked_about: ReadOnlyCredentials | None = None
        self._find(session)

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """The keys of this moment. Raises HsmtuiError, also where nobody says whose they are."""
        return self._give(must_be_confirmed=True)

    def pin(self) -> ReadOnlyCredentials:
        """The keys of this moment for somebody who asks STS whose they are. Raises HsmtuiError."""
        return self._give(must_be_confirmed=False)

    def _give(self, *, must_be_confirmed: bool) -> ReadOnlyCredentials:
        if is_unattended():
            return self._give_last()
        if self._lock.acquire(blocking=False):
            try:
                if self._are_at_hand():
                    return self._give_alone(must_be_confirmed=must_be_confirmed)
            finally:
                self._lock.release()
        with away(), self._lock:
            return self._give_alone(must_be_confirmed=must_be_confirmed)

    def _give_last(self) -> ReadOnlyCredentials:
        if self._last is None:
            raise _given_up(self._profile)
        return self._last

    def _are_at_hand(self) -> bool:
        """Whether nobody is to be asked for the keys, nor about them."""
        source = self._source
        lasts = not (isinstance(source, RefreshableCredentials) and source.refresh_needed())
        return lasts and self._last is not None

    def _give_alone(self, *, must_be_confirmed: bool) -> ReadOnlyCredentials:
        with failures_of(self._where):
            if self._declined is not None:
                raise self._declined
            before = self._prompter.tell("")
            try:
                with self._turn:
                    keys = self._keys()
                return self._checked(keys, must_be_confirmed)
            except GivenUp as decision:
                self._declined = _given_up(self._profile)
                raise self._declined from decision
            finally:
                self._prompter.tell(before)

    def _where(self) -> Where:
        return Where("sign in", self._profile, self._session.get_config_variable("region"))

    def reconsider(self) -> None:
        """The person asks for something: they may be asked again to sign in."""
        self._declined = None
        self._prompter.reconsider(self._needs)

    @property
    def last(self) -> ReadOnlyCredentials | None:
        """The keys that were given last."""
        return self._last

    def renew(self, before: ReadOnlyCredentials | None) -> bool:
        """Look for keys again after AWS refused those as ended; whether there are others now.

        `before` are those that were given last before the request, None where none were. Of
        requests that are refused at the same time the first has the person asked, and the others go
        on with what it got. Raises what `get_frozen_credentials` does.
        """
        if is_unattended():
            return False
        with away(), self._lock:
            if self._last is None:
                return False
            if before is not None and before != self._last:
                return True
            before = self._last
            self._ended.add(before.token)
            self._find(self._new_session())
            return self.get_frozen_credentials() != before

    def _keys(self) -> ReadOnlyCredentials:
        signed_in = False
        while True:
            self._prompter.tell(_waiting_for(self._source.method))
            self._asked_code, self._turns = False, self._prompter.turns
            try:
                return self._source.get_frozen_credentials()
            except (RefreshWithMFAUnsupportedError, _LookAgain):
                pass
            except (SSOError, TokenRetrievalError):
                if signed_in:
                    raise
                signed_in = self._signed_in()
            except ClientError as error:
                if not (self._asked_code and _is_wrong_code(error)):
                    raise
                self._problem = "AWS did not accept the code: wait for the next one."
            self._find(self._new_session())

    def _signed_in(self) -> bool:
        """Have the person sign in; False where somebody did meanwhile for another profile."""
        name = self._profile or "default"
        portal = portal_of(self._session.full_config, name)
        try:
            self._begin_to_ask(f"portal {portal.key}")
        except _LookAgain:
            return False
        with self._declining(f"portal {portal.key}"):
            sso.sign_in(self._session, portal, self._prompter)
        return True

    def _begin_to_ask(self, need: str) -> None:
        """Have the turn to ask the person until the keys are there.

        Raises GivenUp where they do not want to be asked for this need, or have gone elsewhere, and
        _LookAgain where they answered somebody else since it was last looked whether anything is
        needed.
        """
        self._needs.add(need)
        self._turn.enter_context(self._prompter.turn())
        is_left = self._last is None and not self.is_wanted()
        if is_left or self._prompter.declines(need):
            raise GivenUp
        if self._prompter.turns != self._turns:
            raise _LookAgain

    @contextmanager
    def _declining(self, need: str) -> Iterator[None]:
        """Who gives up here, or lets the code run out, does so for everybody with the same need."""
        try:
            yield
        except (GivenUp, HsmtuiError) as error:
            if isinstance(error, GivenUp) or error.is_unsigned:
                self._prompter.decline(need)
            raise

    def _checked(self, keys: ReadOnlyCredentials, must_be_confirmed: bool) -> ReadOnlyCredentials:
        remember(keys.secret_key, keys.token)
        self._problem = ""
        if keys == self._last or self.check(keys):
            self._last = keys
        elif must_be_confirmed:
            raise unconfirmed_keys()
        return keys

    def _find(self, session: "Session") -> None:
        """Go through botocore's chain, saying what is waited for. Raises NoCredentialsError."""
        self._session = session
        self._profile: str | None = session.get_config_variable("profile")
        try:
            self._providers = Providers(session, self._prompter, self._ask_code, self._ended)
            for provider in self._providers:
                self._prompter.tell(_waiting_for(provider.METHOD))
                source = provider.load()
                if source is not None:
                    self._source: Credentials = source
                    self.method: str = source.method
                    return
        finally:
            self._prompter.tell("")
        raise NoCredentialsError

    def _ask_code(self, prompt: str) -> str:
        """What botocore's prompt says, ``Enter MFA code for <serial>:``, asked of the person."""
        device = re.sub(r"^.* for |:\s*$", "", prompt)
        need = f"role {self._providers.roles.looked_for}"
        self._begin_to_ask(need)
        self._asked_code = True
        config, name = self._session.full_config, self._profile or "default"
        profiles = served_by_code(config, name, device, self._prompter.profiles)
        subject = MfaCode(self._profile, device, self._problem, profiles)
        self._prompter.tell("waiting for your MFA code")
        with self._declining(need), self._prompter.asked(subject) as question:
            code = question.wait() or ""
            remember(code)
            return code


class _LookAgain(Exception):  # noqa: N818 - no error
    """The person was asked by somebody else meanwhile: what was needed may be there."""


def _waiting_for(method: str | None) -> str:
    slow = _SLOW.get(method or "")
    return f"waiting for {slow}" if slow else ""


def _is_wrong_code(error: ClientError) -> bool:
    reply = error.response.get("Error", {})
    return "MultiFactorAuthentication failed" in reply.get("Message", "")


def _given_up(profile: str | None) -> HsmtuiError:
    return HsmtuiError(
        title="You did not sign in",
        detail=f"Profile {profile or 'default'} needs it.",
        remedy=SIGN_IN_AGAIN,
        operation="sign in",
        code=NOT_SIGNED_IN,
        unsent=True,
    )
