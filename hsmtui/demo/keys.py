"""RSA keys that are the same on every machine.

Key generation takes no seed. So each prime is a number expanded from a text, plus the distance
from there to the next prime that suits the exponent 65537; those distances are the table below.
Anyone can compute these keys: they protect nothing.
"""

from functools import cache
from hashlib import shake_256

from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicNumbers,
    rsa_crt_dmp1,
    rsa_crt_dmq1,
    rsa_crt_iqmp,
)

EXPONENT = 65537
PRIME_BITS = 1024

DISTANCES = {
    "aws-root": (4, 314),
    "manufacturer-root": (20, 1910),
    "hardware-0": (100, 1350),
    "hardware-1": (464, 50),
    "customer-ca-0": (1598, 232),
    "customer-ca-1": (426, 342),
    "hsm-0": (122, 940),
    "hsm-1": (1952, 324),
    "hsm-2": (1492, 268),
    "hsm-3": (190, 440),
}
"""For each key, how far its two primes are from the numbers that its name expands to."""


def numbers(name: str) -> RSAPrivateNumbers:
    """The numbers of the key called `name`."""
    p, q = (_start(name, which) + far for which, far in zip("pq", DISTANCES[name], strict=True))
    d = pow(EXPONENT, -1, (p - 1) * (q - 1))
    return RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa_crt_dmp1(d, p),
        dmq1=rsa_crt_dmq1(d, q),
        iqmp=rsa_crt_iqmp(p, q),
        public_numbers=RSAPublicNumbers(EXPONENT, p * q),
    )


@cache
def key(name: str) -> RSAPrivateKey:
    """The key called `name`, without the slow checks (a test makes them)."""
    return numbers(name).private_key(unsafe_skip_rsa_key_validation=True)


def _start(name: str, which: str) -> int:
    """An odd number of full length whose square has twice that length."""
    expanded = shake_256(f"hsmtui demo {name} {which}".encode()).digest(PRIME_BITS // 8)
    return int.from_bytes(expanded, "big") | 3 << (PRIME_BITS - 2) | 1
