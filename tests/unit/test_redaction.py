"""Secrets are taken out of texts, and what is no secret stays."""

import secrets
import time
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hsmtui.aws.errors import HsmtuiError
from hsmtui.model.redaction import MASK, Secret, redact, remember

TOKEN = "IQoJb3JpZ2luX2VjEKb//////////wEaCXVzLWVhc3QtMSJHMEUCIQDx9vGk3Zb0x5Uq8aTn+4yR2s7wLk1"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKCAQEA\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("key AKIAIOSFODNN7EXAMPLE is unknown", f"key {MASK} is unknown"),
        ("ASIADEMO111111111111", MASK),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", MASK),
        ("key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY.", f"key={MASK}."),
        (f"token {TOKEN}.", f"token {MASK}."),
        (f"<{TOKEN.replace('/', '_').replace('+', '-')}>", f"<{MASK}>"),
        ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", f"Bearer {MASK}"),
        (f"before\n{PEM}\nafter", f"before\n{MASK}\nafter"),
        (PEM[:40], MASK),
        (
            '{"PreCoPassword": "two, \\"w}ords", "a": "b"}',
            f'{{"PreCoPassword": "{MASK}", "a": "b"}}',
        ),
        (r'"{\"preCoPassword\":\"ab c\",\"a\":1}"', rf'"{{\"preCoPassword\":\"{MASK}\",\"a\":1}}"'),
        (r"{\\\"preCoPassword\\\" : \\\"abc\\\"}", rf"{{\\\"preCoPassword\\\" : \\\"{MASK}\\\"}}"),
        ("{'preCoPassword': 'a b c', 'd': ''}", f"{{'preCoPassword': '{MASK}', 'd': ''}}"),
        ("proxy http://bob:hunter2@proxy:3128 failed", f"proxy http://{MASK}@proxy:3128 failed"),
        ("TokenCode=123456&SerialNumber=x", f"TokenCode={MASK}&SerialNumber=x"),
        ('{"SecretAccessKey": "short", "A": 1}', f'{{"SecretAccessKey": "{MASK}", "A": 1}}'),
        ("aws_session_token = abc def", f"aws_session_token = {MASK} def"),
    ],
)
def test_what_has_the_shape_of_a_secret(text, shown):
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/Alice.Smith-2@x.com",
        "cluster-jbabmsuv5xi, request 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
        "kms-custom-key-store-prod-eu-failover-region-secondary-do-not-delete-before-2031",
        "sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "/home/Alice/Projects/hsmtui/.venv/lib/python3.11/site-packages/botocore/auth.py",
        "https://cloudhsmv2.eu-central-1.amazonaws.com/",
        "The security token included in the request is invalid.",
        "",
    ],
)
def test_what_is_no_secret_stays(text):
    assert redact(text) == text


@given(st.text(min_size=6), st.text(max_size=20), st.text(max_size=20))
def test_a_value_that_was_seen_is_found_wherever_it_stands(secret, before, after):
    assume(not secret.isdecimal())  # a code is a secret where it stands alone
    remember(secret)
    assert secret not in redact(f"{before}{secret}{after}").replace(MASK, "")
    assert quote(secret, safe="") not in redact(f"{before}{quote(secret, safe='')}{after}")


def test_the_code_of_a_device_is_masked_alone_and_not_in_an_account_id():
    remember("111111")
    assert redact("code 111111, account 111111111111") == f"code {MASK}, account 111111111111"
    assert redact("TokenCode=111111") == f"TokenCode={MASK}"


def test_a_value_need_not_be_well_formed():
    remember("halves \ud800 of \udfff pairs")
    assert redact("<halves \ud800 of \udfff pairs>") == f"<{MASK}>"


def test_short_values_are_not_looked_for():
    remember("demo", "", None)
    assert redact("the demo") == "the demo"


def test_a_pre_co_password_is_known_once_it_is_decoded():
    secret = Secret("chrysanthemum umbrella")
    assert redact(f"refused: {secret.reveal()}") == f"refused: {MASK}"


def test_an_error_repeats_no_secret():
    remember("correct horse battery")
    error = HsmtuiError(title="No", detail="correct horse battery", code="correct horse battery")
    assert (str(error), error.code) == (f"No: {MASK}", MASK)


def test_long_texts_take_no_time():
    hostile = ("a" * 64 + "-", "A1" * 500_000, "://" + "a" * 500_000, "-----BEGIN " * 50_000)
    start = time.process_time()
    for text in hostile:
        redact(text * (500_000 // len(text) or 1))
    redact(secrets.token_urlsafe(500_000))
    assert time.process_time() - start < 5
