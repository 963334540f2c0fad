"""Where clusters were read, and commands that show them again when a shell reads them."""

import shlex
from datetime import UTC, datetime

import pytest

from hsmtui.model.filter.query import parse
from hsmtui.model.origin import Origin, SavedSource

ID = "cluster-7qsltqrczv5"
PLAIN = Origin("aws", "eu-central-1", "441709238812", "arn:x", "", "prod-pki", None, None)
AWS = f"aws cloudhsmv2 describe-clusters --filters clusterIds={ID} --region eu-central-1"


def test_the_arn_is_that_of_the_place() -> None:
    arn = "arn:aws-us-gov:cloudhsm:us-gov-west-1:441709238812:cluster/" + ID
    assert PLAIN._replace(partition="aws-us-gov", region="us-gov-west-1").arn(ID) == arn
    assert PLAIN._replace(account=None, caller=None, unknown="STS said no").arn(ID) is None


@pytest.mark.parametrize(
    ("changes", "aws", "own"),
    [
        ({}, f"{AWS} --profile prod-pki", "-p prod-pki -r eu-central-1"),
        ({"profile": None}, AWS, "-r eu-central-1"),
        ({"credentials": "environment keys"}, AWS, "-r eu-central-1"),
        (
            {"endpoint": "http://127.0.0.1:1"},
            f"{AWS} --profile prod-pki --endpoint-url http://127.0.0.1:1",
            "-p prod-pki -r eu-central-1 --endpoint-url http://127.0.0.1:1",
        ),
        (
            {"endpoint": "http://127.0.0.1:1", "config_file": "/a b/config"},
            f"AWS_CONFIG_FILE='/a b/config' {AWS} --profile prod-pki --endpoint-url http://127.0.0.1:1",
            "--demo -p prod-pki -r eu-central-1",
        ),
    ],
)
def test_the_commands_name_the_place(changes: dict[str, str], aws: str, own: str) -> None:
    origin = PLAIN._replace(**changes)
    assert origin.aws_command(ID) == aws
    assert origin.own_command(ID) == f"hsmtui {own} --filter id:{ID}"
    asked = "cloudtrail lookup-events --lookup-attributes AttributeKey=ResourceName,AttributeValue="
    shown = aws.replace("cloudhsmv2 describe-clusters --filters clusterIds=", asked)
    assert origin.trail_command(ID) == shown


@pytest.mark.parametrize(
    "text", ["$(touch x)", "a b", "a;b", "a,b=c", "'", "`x`", "a\nb", "\x1b[2J"]
)
def test_no_text_becomes_a_command_of_its_own(text: str) -> None:
    origin = PLAIN._replace(profile=text, region=text, endpoint=text)
    for command in (
        origin.aws_command(text),
        origin.trail_command(text),
        origin.own_command(text),
    ):
        assert command.isprintable()
        words = shlex.split(command, posix=True)
        assert len(words) == (11 if words[0] == "aws" else 9)
    if text.isprintable():
        words = shlex.split(origin.own_command(text))
        assert words[2] == words[4] == text
        (term,) = parse(words[-1]).terms
        assert term.values == (text,)


def test_what_was_opened_from_a_file_is_shown_from_it_again() -> None:
    at = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    source = SavedSource("of the demo.json", "read", at, is_kept=True)
    origin = PLAIN._replace(endpoint="DEMO", source=source)
    assert origin.own_command(ID) == f"hsmtui --from 'of the demo.json' --filter id:{ID}"
    assert (origin.aws_command(ID), origin.is_demo) == (None, True)
    assert origin.trail_command(ID) is None
    piped = origin._replace(source=source._replace(is_kept=False), endpoint=None)
    assert piped.own_command(ID) is None
    unknown = piped._replace(region="?", profile="?")
    assert unknown.aws_command(ID) == f"aws cloudhsmv2 describe-clusters --filters clusterIds={ID}"
    assert (unknown.known_region, unknown.known_profile) == (None, None)
