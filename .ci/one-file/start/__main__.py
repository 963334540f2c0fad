"""The first that runs of the one file. Any Python can read it: an old one is told that it is."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file meets every Python
    sys.stderr.write(
        "hsmtui: it needs Python 3.11 or newer, and this is Python "
        + sys.version.split()[0]
        + " ("
        + (sys.executable or "python")
        + "). Start it with a newer one, such as: python3.11 "
        + sys.argv[0]
        + "\n"
    )
    sys.exit(2)

from one_file import main

main()
