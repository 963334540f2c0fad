"""The credentials that --write holds for: those of the start and, once STS has named it, all of
their account."""

from botocore.credentials import ReadOnlyCredentials


class WriteGrant:
    """Whether keys are those of the start. What is not known to be of the start is not.

    While nothing was listed, keys that AWS refuses as ended may be followed by others; `bind` ends
    that. A name of a profile proves nothing: its keys may have become somebody else's.
    """

    def __init__(self) -> None:
        self._keys: ReadOnlyCredentials | None = None
        self._account: str | None = None
        self._is_bound = False

    def signed(self, keys: ReadOnlyCredentials) -> None:
        """These keys sign at the place of the start."""
        if not self._is_bound:
            self._keys = keys

    def bind(self) -> None:
        """From now on it is bound to the keys that signed last, if any did."""
        self._is_bound = self._keys is not None

    def named(self, keys: ReadOnlyCredentials | None, account: str) -> None:
        """STS says of which account these keys are."""
        if self._account is None and keys is not None and keys == self._keys:
            self._account = account

    def reaches(self, keys: ReadOnlyCredentials | None, account: str | None) -> bool:
        """Whether it holds for these keys, of this account where that is known."""
        if self._keys is None:
            return True
        if self._account is not None and account is not None:
            return account == self._account
        return keys == self._keys
