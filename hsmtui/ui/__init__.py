"""Everything that is drawn: Textual lives here and nowhere else."""

from hsmtui.process.lean_imports import import_lean

import_lean("textual.app")
