"""Profiles of `aws login`: the sign-in to the console that the aws command keeps, renewed by us."""

import shlex
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from botocore.credentials import CredentialProvider, LoginProvider, RefreshableCredentials
from botocore.exceptions import LoginTokenLoadError
from botocore.utils import get_login_token_cache_directory

from hsmtui.aws import config_files
from hsmtui.aws.credential_cache import Cache, is_moment

_KEYS = ("accessKeyId", "secretAccessKey", "sessionToken", "accountId")
_RENEWING = ("refreshToken", "dpopKey", "clientId")
_NO_SIGN_IN = "the answer to its renewal has not all that a sign-in has."


def signing_profile(profile: str | None) -> str:
    """The profile that signs in with aws login: this one, or one that its role comes from."""
    name = profile or "default"
    family = config_files.family(name)
    return next((each for each in family if "login_session" in config_files.settings(each)), name)


def login_command(profile: str | None) -> str:
    """What somebody types to sign in again for a profile."""
    return f"aws login --profile {shlex.quote(signing_profile(profile))}"


class Login(CredentialProvider):
    """botocore's provider; of several threads one renews a sign-in, for a refresh token can be used
    once. A file in which no sign-in can be read is none."""

    METHOD = LoginProvider.METHOD

    def __init__(self, botocores: LoginProvider) -> None:
        super().__init__()
        self._botocores = botocores
        self._tokens = _SignIns(get_login_token_cache_directory(), _is_usable)
        vars(botocores).update(_token_cache=self._tokens)

    def load(self) -> RefreshableCredentials | None:
        """The keys of the sign-in, None where the profile has none. Raises LoginTokenLoadError, and
        MissingDependencyException without awscrt."""
        keys: RefreshableCredentials | None = self._botocores.load()
        if keys is not None:
            own = vars(keys)
            key = self._tokens.looked_for
            renew: Callable[[], Any] = own["_refresh_using"]
            own["_refresh_using"] = lambda: self._renewed(key, renew)
        return keys

    def _renewed(self, key: str, renew: Callable[[], Any]) -> Any:
        with _renewals_lock:
            renewal = _renewals[key]
        with renewal:
            if key not in self._tokens:
                raise LoginTokenLoadError(error_msg="it is not there any more, or not readable.")
            try:
                return renew()
            except RuntimeError as error:  # of awscrt, which botocore lets through
                raise LoginTokenLoadError(error_msg=f"its key is unusable: {error}") from error
            except (KeyError, TypeError, OverflowError) as error:  # of what botocore takes for good
                raise LoginTokenLoadError(error_msg=_NO_SIGN_IN) from error


class _SignIns(Cache):
    """The folder of the aws command; a sign-in gives way only to one that can be used."""

    def __setitem__(self, cache_key: str, value: Any) -> None:
        """Keep a renewed sign-in. Raises LoginTokenLoadError where it cannot be used."""
        if not _is_usable(value):
            raise LoginTokenLoadError(error_msg=_NO_SIGN_IN)
        super().__setitem__(cache_key, value)


_renewals: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
_renewals_lock = threading.Lock()


def _is_usable(token: Any) -> bool:
    """Whether botocore can use the sign-in, and renew it."""
    keys = token["accessToken"]
    texts = (*map(keys.__getitem__, _KEYS), *map(token.__getitem__, _RENEWING))
    are_there = all(isinstance(text, str) and text for text in texts)
    return are_there and is_moment(keys["expiresAt"])
