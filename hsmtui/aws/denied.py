"""What kind of policy denies a request, and what would allow it, as AWS words its denials."""

from typing import Final

_ORGANIZATION: Final = "It belongs to your AWS organization: ask whoever manages that to change it."
_POLICIES: Final = {
    "service control policy": _ORGANIZATION,
    "resource control policy": _ORGANIZATION,
    "VPC endpoint policy": "Ask whoever manages the VPC endpoint to change it; it does not apply "
    "to AWS's public endpoint.",
    "permissions boundary": "It limits what your user or role may do: ask whoever set it to "
    "change it.",
    "session policy": "It was set when this session began: start a session without it, or with "
    "another one.",
}
"""The kinds of policy beside which no other policy allows anything, and who can change each."""

_EXPLICIT: Final = "with an explicit deny"
_IMPLICIT: Final = "because no {} allows"


def remedy_of(message: str, action: str) -> str:
    """What to do about a denial, where the message says what denies; else ""."""
    words = message.lower()
    for policy, advice in _POLICIES.items():
        name = policy.lower()
        if f"{_EXPLICIT} in a {name}" in words:
            return (
                f"A {policy} denies it: allowing {action} in the role's policy will not help. "
                f"{advice}"
            )
        if _IMPLICIT.format(name) in words:
            return (
                f"No {policy} allows it: allowing {action} in the role's policy will not "
                f"help. {advice}"
            )
    if _EXPLICIT in words:
        kinds = ("an identity-based policy", "a resource-based policy")
        which = next((kind for kind in kinds if kind in words), "a policy")
        return (
            f"An explicit deny in {which} forbids it: allowing {action} in another policy will "
            "not help. Change the statement that denies."
        )
    return ""
