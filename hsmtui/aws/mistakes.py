"""What is wrong on this machine: in AWS's files, in variables, and in what they name."""

import difflib
import os
import re
import shlex
from collections.abc import Iterator
from typing import Final, NamedTuple

from botocore import exceptions as boto

from hsmtui.aws import config_files
from hsmtui.aws.config_files import Section
from hsmtui.aws.error_codes import readable
from hsmtui.aws.installation import commands_that_add_login
from hsmtui.aws.login import signing_profile
from hsmtui.model.advice import AGAIN_OR_ELSEWHERE, ANOTHER_PROFILE, Advice, Step

NO_SUCH_PLACE: Final = frozenset({"ProfileNotFound", "NoRegionError", "InvalidRegionError"})
"""What botocore says of a place that cannot be."""


class Mistake(NamedTuple):
    """A mistake in words: what it is, where it stands, and what to do."""

    title: str
    detail: str
    remedy: str | Advice


CORRECT_IT: Final = Advice("Correct it, then ", AGAIN_OR_ELSEWHERE)
PROFILES_THAT_EXIST: Final = Advice(
    Step(
        "{} lists the profiles that exist",
        "profile.switch",
        "aws configure list-profiles lists those that exist",
    ),
    ".",
)
CHOOSE_REGION: Final = Advice(
    Step(
        "Press {} to choose one; -r or AWS_REGION set it at the start",
        "region.switch",
        "-r or AWS_REGION set it",
    ),
    ".",
)

_KEYS: Final = {
    "RoleArn": "role_arn",
    "RoleSessionName": "role_session_name",
    "DurationSeconds": "duration_seconds",
    "SerialNumber": "mfa_serial",
    "ExternalId": "external_id",
    "WebIdentityToken": "web_identity_token_file",
    "accountId": "sso_account_id",
    "roleName": "sso_role_name",
}
"""The keys of a profile that become parameters of the requests which sign in."""


def mistake_of(error: Exception, profile: str | None) -> Mistake | None:
    """The mistake for which signing in as `profile` failed, if it is known for one."""
    name = profile or "default"
    match error:
        case boto.ProfileNotFound():
            return no_profile(str(error.kwargs["profile"]))
        case boto.ConfigNotFound():
            return _no_file(str(error.kwargs["path"]), "there is no such file", name)
        case OSError() if error.filename is not None:
            return _no_file(str(error.filename), error.strerror or str(error), name)
        case boto.InvalidRegionError():
            return _no_region(str(error.kwargs["region_name"]), name)
        case boto.InvalidConfigError():
            return _misfit(str(error), name)
        case boto.ParamValidationError():
            return _refused_value(str(error.kwargs["report"]), name)
        case boto.PartialCredentialsError():
            detail = f"{error} ({_place_of(str(error), name)})"
            return Mistake("No credentials", detail, CORRECT_IT)
        case boto.MissingDependencyException():
            return _missing_extra(str(error), name)
        case AttributeError() if "'EC'" in str(error):  # of an awscrt that is too old
            return _missing_extra(f"botocore[crt]: {error}", name)
    return None


def unknown(error: Exception, profile: str | None) -> Mistake:
    """The words for a failure on this machine that `mistake_of` does not know."""
    name, words = profile or "default", readable(f"{type(error).__name__}: {error}")
    place = _place_of(words, name)
    return Mistake(
        "Signing in failed",
        f"{words} ({place})",
        Advice(f"Look at what profile {name} sets and names there, then ", AGAIN_OR_ELSEWHERE),
    )


def no_profile(name: str) -> Mistake:
    """The files have no profile of this name."""
    files = (config_files.config_file(), config_files.credentials_file())
    detail = _meant(name, "profile") or f"It is in neither {' nor '.join(map(_with_state, files))}."
    return Mistake(f"There is no profile {name}", detail, PROFILES_THAT_EXIST)


def _with_state(file: str) -> str:
    """The path, with why it cannot be read where that is so."""
    if not os.path.isfile(file):  # noqa: PTH113 - as botocore asks
        return f"{file} (no such file)"
    return file if os.access(file, os.R_OK) else f"{file} (not readable)"


def _meant(name: str, kind: str) -> str:
    """The section that was meant for a name, where it is not written as botocore wants it."""
    for section in config_files.sections():
        wanted = _wanted_header(section, name, kind)
        if wanted:
            return (
                f"There is a section [{section.header}] in {section.place}; "
                f"in this file it must be [{wanted}]."
            )
    known = [section.named(kind) for section in config_files.sections() if section.is_config]
    names = (
        config_files.written_profile_names() if kind == "profile" else tuple(filter(None, known))
    )
    near = difflib.get_close_matches(name, names, n=1)
    return f"Did you mean {near[0]}?" if near else ""


def _wanted_header(section: Section, name: str, kind: str) -> str:
    """How the header had to be written; "" where the section is not the one that was meant."""
    word, _, rest = section.header.partition(" ")
    quoted = f'"{name}"' if shlex.quote(name) != name else name
    if not section.is_config:
        return name if kind == word == "profile" and _unquoted(rest) == name else ""
    is_kind = word.lower().replace("_", "-") in {kind, kind.replace("-", "")}
    if section.header == name or (is_kind and _unquoted(rest) == name):
        return f"{kind} {quoted}"
    return ""


def _unquoted(text: str) -> str:
    return text.strip().strip("\"'")


def _no_file(file: str, why: str, profile: str) -> Mistake:
    """A file that something names, or that belongs to the whole."""
    named = "; ".join(_named_by(file, profile))
    detail = f"{file}: {why}" + (f" ({named})" if named else "")
    return Mistake("A file that signing in needs cannot be read", detail, CORRECT_IT)


def _no_region(region: str, profile: str) -> Mistake:
    named = "; ".join(_named_by(region, profile))
    detail = f'"{region}" is not a region name' + (f" ({named})" if named else ".")
    return Mistake(f"No such region: {region}", detail, CHOOSE_REGION)


def _misfit(words: str, profile: str) -> Mistake:
    title = f"The settings of profile {profile} contradict each other"
    session = config_files.settings(profile).get("sso_session")
    if session is not None and "does not exist" in words and f'"{session.value}"' in words:
        hint = _meant(session.value, "sso-session")
        words = (
            f"There is no [sso-session {session.value}], which sso_session names. {hint}".strip()
        )
        return Mistake(title, f"{session.place}: {words}", CORRECT_IT)
    return Mistake(title, f"{_place_of(words, profile)}: {words}", CORRECT_IT)


def _refused_value(report: str, profile: str) -> Mistake:
    words = readable(report)
    for parameter, key in _KEYS.items():
        if parameter in words:
            entries = (
                config_files.settings(each).get(key) for each in config_files.family(profile)
            )
            place = next((f" ({entry.place})" for entry in entries if entry), "")
            return Mistake(f"{key} has a wrong value", f"{words}{place}", CORRECT_IT)
    return Mistake("A value is wrong", f"{words} ({_place_of(words, profile)})", CORRECT_IT)


def _missing_extra(words: str, profile: str) -> Mistake:
    extra = "botocore[crt]"
    if extra not in words:
        return Mistake("A library is missing", words, CORRECT_IT)
    signing = signing_profile(profile)
    commands = ", or ".join(commands_that_add_login())
    return Mistake(
        f"Profile {signing} signs in with aws login, for which hsmtui lacks a library",
        f"{_place_of('login_session', profile)}: login_session needs awscrt ({extra}).",
        Advice(f"Add it: {commands}. Then start hsmtui again; ", ANOTHER_PROFILE, "."),
    )


def _named_by(value: str, profile: str) -> Iterator[str]:
    """The variables and keys that have this value."""
    for name, given in os.environ.items():
        if name.startswith("AWS_") and os.path.expanduser(given) == value:  # noqa: PTH111
            yield name
    for name in config_files.family(profile):
        for key, entry in config_files.settings(name).items():
            if entry.value == value:
                yield f"{key} of profile {name}, {entry.place}"


def _place_of(words: str, profile: str) -> str:
    """Where that stands which the words are about; at least the file, or the variable."""
    entries = [
        (key, entry)
        for name in config_files.family(profile)
        for key, entry in config_files.settings(name).items()
    ]
    for is_meant in (_quotes, _names, _ends_with):
        for key, entry in entries:
            if is_meant(words, key, entry.value):
                return entry.place
        for variable, value in os.environ.items():
            if variable.startswith("AWS_") and is_meant(words, variable, value):
                return variable
    own = (each.place for each in config_files.sections() if each.profile == profile)
    return next(own, config_files.config_file())


def _quotes(words: str, _: str, value: str) -> bool:
    return bool(value) and (f"'{value}'" in words or f'"{value}"' in words)


def _names(words: str, key: str, _: str) -> bool:
    return re.search(rf"\b{re.escape(key)}\b", words) is not None


def _ends_with(words: str, _: str, value: str) -> bool:
    return bool(value) and words.endswith(f" {value}")
