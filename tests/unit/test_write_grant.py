"""What --write is bound to."""

from botocore.credentials import ReadOnlyCredentials

from hsmtui.aws.write_grant import WriteGrant

OURS, LATER, OTHERS = (ReadOnlyCredentials(f"AKIA{n}", "secret", None) for n in range(3))
ACCOUNT, ANOTHER = "111111111111", "222222222222"


def bound(*, account: str | None = None) -> WriteGrant:
    grant = WriteGrant()
    grant.signed(OURS)
    grant.bind()
    if account:
        grant.named(OURS, account)
    return grant


def test_before_anything_has_signed_it_holds():
    grant = WriteGrant()
    grant.bind()
    assert grant.reaches(None, None)
    assert grant.reaches(OURS, None)


def test_it_holds_for_the_keys_of_the_start():
    grant = bound()
    assert grant.reaches(OURS, None)
    assert grant.reaches(OURS, ACCOUNT)
    assert not grant.reaches(OTHERS, None)
    assert not grant.reaches(OTHERS, ACCOUNT)
    assert not grant.reaches(None, None)


def test_it_holds_for_newer_keys_of_the_account_once_that_is_known():
    grant = bound(account=ACCOUNT)
    assert grant.reaches(LATER, ACCOUNT)
    assert not grant.reaches(LATER, None)
    assert not grant.reaches(LATER, ANOTHER)
    assert not grant.reaches(OURS, ANOTHER)


def test_keys_that_followed_before_anything_was_listed_are_those_of_the_start():
    grant = WriteGrant()
    grant.signed(OURS)
    grant.signed(LATER)
    grant.bind()
    assert grant.reaches(LATER, None)
    assert not grant.reaches(OURS, None)


def test_nothing_that_comes_later_binds_it_anew():
    grant = bound(account=ACCOUNT)
    grant.signed(OTHERS)
    grant.named(OTHERS, ANOTHER)
    grant.bind()
    assert not grant.reaches(OTHERS, ANOTHER)
    assert grant.reaches(OURS, ACCOUNT)
