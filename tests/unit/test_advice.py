"""Advice: no word of the house names a key, but those that spell what the user has bound."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore import exceptions as boto

import hsmtui
from hsmtui.aws import error_codes, mistakes
from hsmtui.aws.caller import Caller, another_caller, unconfirmed_keys
from hsmtui.aws.error_codes import explain
from hsmtui.aws.errors import HsmtuiError, Where, translate
from hsmtui.aws.unreachable import route_remedy
from hsmtui.model.advice import AGAIN_OR_ELSEWHERE, Advice, Step
from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.keymap import key_of, spelt
from tests.keys import UNUSUAL, keys_named

HOUSE = Path(hsmtui.__file__).parent
KEYLESS = ("aws", "model", "fleet", "changes", "check", "export")
FIXED = {
    "all_commands.py": "declares them",
    "control_sequences.py": "the terminal's own",
    "keymap.py": "says how keys are written",
}
NEGATES = "! negates"
"""The filter language has a sign for it, which is no key."""


def texts(tree: ast.AST) -> Iterator[str]:
    """The string constants that have several words; § stands for what a format puts in."""
    apart = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}  # docstrings
    apart |= {id(v) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for v in n.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [n.value if isinstance(n, ast.Constant) else "§" for n in node.values]
            yield "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from () if id(node) in apart else (node.value,)


def files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((HOUSE / folder).rglob("*.py"))]


def is_sentence(text: str) -> bool:
    """Whether it is words, and not a pattern or a format of the time."""
    return " " in text.strip() and "\\" not in text and "%" not in text and "(?" not in text


class TestLiterals:
    @pytest.mark.parametrize(
        "words",
        [
            "Renew the credentials, then press r: the files are read again.",
            "P chooses another profile.",
            "so too. P chooses another profile, R another region.",
            "Press m to go on from here.",
            "Read the message; ! keeps it.",
            " ! and then c copies the command",
            "r tries again, ! shows all errors",
            "m loads more, M all; esc drops the filter",
            "nothing is listed: r reads the list",
            "3 can be restored: u",
            "§ left. c copies the code, u the address.",
            "q quits, ctrl+q from anywhere.",
            "and § more: e lists them",
            "escape closes",
            "(rows from § ago; m tries again)",
            "a lists what can be done",
            "what can be done here: a",
            "D deletes it (or a, and then its name)",
        ],
    )
    def test_that_name_a_key_are_found(self, words):
        assert list(keys_named(words))

    @pytest.mark.parametrize(
        "words",
        [
            "press {} to read it again",
            "every § s, throttled",
            "It did not end within 120 s and was ended.",
            "-p names another profile, -r another region",
            "HSM's state; a cluster, e.g. one",
            "type to narrow, or the key of a new tag",
            "a cluster lists a lot",
        ],
    )
    def test_that_name_none_are_not(self, words):
        assert not list(keys_named(words))

    @pytest.mark.parametrize("path", files(*KEYLESS), ids=lambda path: path.stem)
    def test_outside_of_the_ui_name_no_key(self, path):
        found = filter(is_sentence, texts(ast.parse(path.read_text("utf-8"))))
        assert [name for text in found for name in keys_named(text)] == []

    @pytest.mark.parametrize("path", files("ui"), ids=lambda path: path.stem)
    def test_in_the_ui_name_none_that_can_be_another(self, path):
        """Enter, tab and space are Textual's own, in dialogs."""
        if path.name in FIXED:
            return
        found = filter(is_sentence, texts(ast.parse(path.read_text("utf-8"))))
        named = [name for text in found for name in keys_named(text)]
        assert [name for name in named if NEGATES not in name] == []

    def test_of_steps_name_commands_that_there_are(self):
        ids = {command.id for command in COMMANDS}
        steps = [
            node
            for path in files(*KEYLESS, "ui")
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Step"
        ]
        assert len(steps) > 15
        for step in steps:
            text, command, *_ = (ast.literal_eval(part) for part in step.args)
            assert command in ids
            assert text.count("{}") == 1


class TestAdvice:
    WAY = Advice("Correct it, then ", AGAIN_OR_ELSEWHERE)

    def test_is_words_without_keys(self):
        assert str(self.WAY) == "Correct it, then run this again; -p names another profile."
        assert f"{self.WAY}" == str(self.WAY)

    def test_is_spelt_with_the_keys_of_the_run(self):
        assert spelt(self.WAY, {}) == "Correct it, then press r; P chooses another profile."
        mapped = {"list.refresh": "f5,f6", "profile.switch": "left_square_bracket"}
        assert spelt(self.WAY, mapped) == "Correct it, then press f5; [ chooses another profile."

    def test_names_the_palette_where_a_command_has_no_key(self):
        assert key_of("app.theme", {}) == 'the palette\'s "choose a theme"'

    def test_is_changed_in_its_words_alone(self):
        told = Advice("secret ", Step("{} keeps it", "app.errors")).mapped(str.upper)
        assert spelt(told, {}) == "SECRET ! keeps it"

    def test_may_be_plain_words(self):
        assert spelt("Try again.", UNUSUAL) == "Try again."


CLIENT_SIDE = (
    boto.NoCredentialsError(),
    boto.TokenRetrievalError(provider="sso", error_msg="x"),
    boto.UnauthorizedSSOTokenError(),
    boto.LoginError(),
    boto.CredentialRetrievalError(provider="x", error_msg="x"),
    boto.RefreshWithMFAUnsupportedError(),
    boto.ProfileNotFound(profile="x"),
    boto.ConfigParseError(path="/nowhere"),
    boto.NoRegionError(),
    boto.InvalidRegionError(region_name="x y"),
    boto.InvalidConfigError(error_msg="x"),
    boto.UnknownCredentialError(name="x"),
    boto.ReadTimeoutError(endpoint_url="https://x"),
    boto.ConnectionClosedError(endpoint_url="https://x"),
    boto.EndpointConnectionError(endpoint_url="https://cloudhsmv2.eu-west-9.amazonaws.com"),
    boto.PaginationError(message="x"),
    boto.ConfigNotFound(path="/nowhere"),
    boto.ParamValidationError(report="RoleArn"),
    boto.MissingDependencyException(msg="botocore[crt]"),
    boto.MissingDependencyException(msg="x"),
    OSError(2, "no", "/nowhere"),
    RuntimeError("it has expired"),
    ValueError("x"),
)


def errors() -> Iterator[HsmtuiError | str | Advice]:
    """All that AWS's codes, botocore's errors and a look at the caller make of themselves."""
    codes = (
        *error_codes._BY_CODE,
        *error_codes._SAME_AS,
        "InternalFailureException",
        "Odd",
        "",
        "4",
    )
    for code in codes:
        for status in (400, 407, 500, 501):
            for operation in ("DescribeClusters", "GetRoleCredentials", "AssumeRole"):
                yield explain(operation, code, "no", status, None).remedy
    for encoded in ("x", "Encoded authorization failure message: aB3"):
        reply = {"Error": {"Code": "AccessDeniedException", "Message": encoded}}
        yield translate(boto.ClientError(reply, "DescribeClusters"), Where("x", None, None))
    for error in CLIENT_SIDE:
        for operation in ("sign in", "DescribeClusters"):
            for profile in (None, "prod"):
                yield translate(error, Where(operation, profile, "eu-west-9"))
    yield mistakes.unknown(ValueError("x"), None).remedy
    yield route_remedy("cloudhsmv2.eu-west-9.amazonaws.com", "eu-west-9", "cloudhsmv2")
    one = Caller.of("1" * 12, f"arn:aws:iam::{'1' * 12}:user/x")
    yield another_caller(one, one)
    yield unconfirmed_keys()


def remedies() -> set[str | Advice]:
    return {each.remedy if isinstance(each, HsmtuiError) else each for each in errors()}


def test_every_error_spells_the_keys_of_the_run_and_names_none_elsewhere():
    found = remedies()
    assert sum(isinstance(remedy, Advice) for remedy in found) >= 20
    for remedy in found:
        assert not list(keys_named(spelt(remedy, UNUSUAL)))
        assert not list(keys_named(str(remedy)))
        assert "{}" not in f"{spelt(remedy, UNUSUAL)}{remedy}"


@pytest.mark.parametrize(
    ("screen", "elsewhere"),
    [
        (
            (
                "Renew the credentials, then press r: the files are read again. P chooses another "
                "profile."
            ),
            "Renew the credentials, then run this again. -p names another profile.",
        ),
        (
            "The cluster may have changed: press r to read it again.",
            "The cluster may have changed: run this again.",
        ),
        (
            "It may be gone: press r to read the list again.",
            "It may be gone: run this again.",
        ),
        (
            (
                "Check the access key and the partition; a region that is not enabled gives "
                "the same answer. P chooses another profile, R another region."
            ),
            (
                "Check the access key and the partition; a region that is not enabled gives "
                "the same answer. -p names another profile, -r another region."
            ),
        ),
        (
            "Check the secret key and this machine's clock, then press r.",
            "Check the secret key and this machine's clock, then run this again.",
        ),
        ("Set the clock, then press r.", "Set the clock, then run this again."),
        ("Enable it, or press R for another region.", "Enable it, or use -r for another region."),
        ("Read the message; ! keeps it.", "Read the message."),
        (
            "Ask for the permission set in that account; P chooses another profile.",
            "Ask for the permission set in that account; -p names another profile.",
        ),
        (
            "Set a profile up (aws configure, aws configure sso); P chooses another profile.",
            "Set a profile up (aws configure, aws configure sso); -p names another profile.",
        ),
        (
            "Sign in to profile prod or set it up; P chooses another profile.",
            "Sign in to profile prod or set it up; -p names another profile.",
        ),
        (
            "Press r to sign in; P chooses another profile.",
            "Run this again to sign in; -p names another profile.",
        ),
        (
            "Run aws login --profile prod, then press r.",
            "Run aws login --profile prod, then run this again.",
        ),
        (
            "P lists the profiles that exist.",
            "aws configure list-profiles lists those that exist.",
        ),
        ("Correct the file, then press r.", "Correct the file, then run this again."),
        (
            "Press R to choose one; -r or AWS_REGION set it at the start.",
            "-r or AWS_REGION set it.",
        ),
        (
            "Correct it, then press r; P chooses another profile.",
            "Correct it, then run this again; -p names another profile.",
        ),
        (
            (
                "Look at what profile prod sets and names there, then press r; P chooses another "
                "profile."
            ),
            (
                "Look at what profile prod sets and names there, then run this again; -p names "
                "another profile."
            ),
        ),
        (
            "Press P and choose the same profile to go on as the new caller.",
            "Start again with -p and the same profile to go on as the new caller.",
        ),
        (
            (
                "Try again when STS answers; or press P and choose the same profile to go on as "
                "their owner."
            ),
            "Try again when STS answers.",
        ),
    ],
)
def test_an_error_advises_with_keys_on_the_screen_and_without_elsewhere(screen, elsewhere):
    assert (screen, elsewhere) in {(spelt(each, {}), str(each)) for each in remedies()}
