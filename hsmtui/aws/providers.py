"""botocore's providers of credentials, with our caches, our questions and our children."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from botocore.credentials import (
    AssumeRoleProvider,
    AssumeRoleWithWebIdentityProvider,
    CredentialProvider,
    LoginProvider,
    ProcessProvider,
    ProfileProviderBuilder,
    SSOProvider,
)
from botocore.utils import FileWebIdentityTokenLoader

from hsmtui.aws import sso
from hsmtui.aws.credential_cache import Cache
from hsmtui.aws.credential_process import CredentialProcess
from hsmtui.aws.login import Login
from hsmtui.aws.prompter import Prompter

if TYPE_CHECKING:
    from botocore.session import Session


class Providers:
    """The chain of a session, and those that the profiles take which a role comes from.

    `ended` are the tokens of which AWS said that they ended; `ask_code` is botocore's prompter.
    `roles` are the keys of roles; the one that was looked for last is the one that needs a code.
    """

    def __init__(
        self,
        session: "Session",
        prompter: Prompter,
        ask_code: Callable[[str], str],
        ended: set[str | None],
    ) -> None:
        self._session = session
        self._prompter = prompter
        self._ask_code = ask_code
        self._ended = ended
        self.roles = Cache("~/.aws/cli/cache", self._has_not_ended)

    def __iter__(self) -> Iterator[CredentialProvider]:
        chain = self._session.get_component("credential_provider").providers
        return map(self._ours, chain)

    def _config(self) -> dict[str, Any]:
        return self._session.full_config

    def _has_not_ended(self, entry: Any) -> bool:
        return bool(entry["Credentials"]["SessionToken"] not in self._ended)

    def _ours(self, provider: CredentialProvider) -> CredentialProvider:
        """The provider as we use it. What it keeps to itself cannot be given in another way."""
        own = vars(provider)
        match provider:
            case AssumeRoleProvider():
                builder = _Builder(own["_profile_provider_builder"], self._ours)
                own.update(
                    cache=self.roles, _prompter=self._ask_code, _profile_provider_builder=builder
                )
            case AssumeRoleWithWebIdentityProvider():
                own.update(cache=self.roles, _token_loader_cls=_TokenFile)
            case SSOProvider():
                tokens: Any = sso.tokens()
                portal = sso.PortalToken(self._session, tokens, profile_name=own["_profile_name"])
                own.update(cache=self.roles, _token_cache=tokens, _token_provider=portal)
            case LoginProvider():
                return Login(provider)
            case ProcessProvider():
                return CredentialProcess(own["_profile_name"], self._config, self._prompter)
        return provider


class _Builder:
    """Makes the providers of a profile that a role comes from."""

    def __init__(
        self,
        botocores: ProfileProviderBuilder,
        ours: Callable[[CredentialProvider], CredentialProvider],
    ) -> None:
        self._botocores = botocores
        self._ours = ours

    def providers(self, **of: Any) -> list[CredentialProvider]:
        """What botocore makes, as we use it."""
        return [self._ours(each) for each in self._botocores.providers(**of)]


class _TokenFile(FileWebIdentityTokenLoader):
    """Raises OSError with the path, too, for a file in which no token can be."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._path = path

    def __call__(self) -> str:
        try:
            token: str = super().__call__()
        except UnicodeDecodeError as error:
            raise OSError(0, "the file is no text", self._path) from error
        if not token.strip():
            raise OSError(0, "the file is empty", self._path)
        return token
