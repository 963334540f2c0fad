"""A run in which tests look late, and the service answers late: ``LATE=0.3 pytest -n 8``.

A test that waits for what passes by itself misses it then, and one that does not wait for what is
to come does not find it.
"""

import os

LATE = float(os.environ.get("LATE", "0"))
"""Seconds by which everything is later than the test may expect, 0 in other runs."""
