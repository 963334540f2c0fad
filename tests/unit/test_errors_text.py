"""The errors of a run as they are listed."""

from hsmtui.aws.errors import HsmtuiError
from hsmtui.ui.dialogs.errors import errors_text


def failed(title: str, request_id: str = "") -> HsmtuiError:
    return HsmtuiError(title=title, operation="DescribeClusters", request_id=request_id)


def test_the_newest_comes_first_and_what_repeats_is_one_entry() -> None:
    text = errors_text([failed("one"), failed("two", "a"), failed("two", "b")], {}).plain
    assert text.index("two") < text.index("one")
    assert text.count("two") == 1
    assert "2 times" in text
    assert "request id b" in text


def test_none_is_said() -> None:
    assert "No errors" in errors_text([], {}).plain
