"""The CloudHSM control plane through boto3."""

from hsmtui.lean_imports import import_lean

import_lean("boto3")
