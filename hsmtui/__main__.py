"""``python -m hsmtui`` is the command itself."""

from hsmtui.cli import main

raise SystemExit(main())
