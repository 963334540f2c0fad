"""Variables that are set and empty are as if they were not set."""

import pytest

from hsmtui.config.environment import drop_empty

READ = """
AWS_PROFILE AWS_DEFAULT_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID AWS_SESSION_TOKEN
AWS_CA_BUNDLE AWS_ENDPOINT_URL AWS_ENDPOINT_URL_STS AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE
AWS_MAX_ATTEMPTS AWS_USE_FIPS_ENDPOINT BOTO_CONFIG HSMTUI_CONFIG HSMTUI_READ_ONLY HTTPS_PROXY
https_proxy NO_PROXY NO_COLOR HOME XDG_STATE_HOME COLUMNS LINES LC_ALL
"""


@pytest.mark.parametrize("name", READ.split())
def test_that_is_read_goes_where_it_is_empty_and_stays_where_it_is_not(name: str) -> None:
    empty, set_ = {name: ""}, {name: "0"}
    drop_empty(empty)
    drop_empty(set_)
    assert empty == {}
    assert set_ == {name: "0"}


@pytest.mark.parametrize("name", ["AWS_PAGER", "GIT_PAGER", "SOMETHING"])
def test_of_other_programs_stays(name: str) -> None:
    """A child that hsmtui starts may take an empty one for a wish."""
    environ = {name: ""}
    drop_empty(environ)
    assert environ == {name: ""}
