"""Settings: flags before environment before config.toml before defaults, and where files live."""

import shlex
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from hsmtui.config.file import (
    ClipboardName,
    Config,
    FindingsTable,
    ProfileRule,
    SettingsError,
    Trust,
    read_config,
)
from hsmtui.config.private_file import exposure
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.limits import Rules
from hsmtui.model.findings.severity import Severity
from hsmtui.model.names import nearest_names

_YES = ("1", "true", "yes", "on")
_NO = ("0", "false", "no", "off", "")

READ_ONLY_FLAG = "--read-only"
"""What makes all read-only where the flag does."""

DEFAULT_PROFILE = "default"
"""The profile that botocore's chain reads when none is named."""


@dataclass(frozen=True)
class Flags:
    """The command line; None, or (), is a flag that was not given."""

    profiles: tuple[str, ...] = ()
    """Names, lists with commas and shell patterns, in the order given."""
    regions: tuple[str, ...] = ()
    scope: str | None = None
    endpoint_url: str | None = None
    demo: bool = False
    read_only: bool | None = None
    """True for --read-only, False for --write."""
    filter: str | None = None
    theme: str | None = None
    config: Path | None = None
    log_file: Path | None = None
    log_level: str | None = None


@dataclass(frozen=True)
class Paths:
    """Where the files are; none of them need exist. The demo has an audit file of its own."""

    config_file: Path
    state_dir: Path
    state_file: Path
    log_file: Path
    audit_file: Path
    seen_file: Path


class AskedPlaces(NamedTuple):
    """Which places are asked for: profiles × regions."""

    profiles: tuple[str, ...] = ()
    """Names, lists with commas and shell patterns, in the order given, by which a flag or a scope
    chooses profiles; () leaves it to `profile`."""
    regions: tuple[str, ...] = ()
    """The same for regions; () is each profile's own, but for `region` and `default_region`."""
    profile: str | None = None
    """The name that the environment or config.toml has; None is botocore's default chain."""
    region: str | None = None
    """That of the environment, which wins over a profile's own."""
    default_region: str | None = None
    """That of config.toml, which wins over a profile's own where only one profile is asked for."""


@dataclass(frozen=True)
class Settings:
    """What flags, environment and config.toml say together."""

    asked: AskedPlaces
    scopes: Mapping[str, AskedPlaces]
    """The named sets of places, in the order of the file."""
    parallel: int
    """Requests at a time over all places."""
    endpoint_url: str | None
    page_size: int
    theme: str | None
    mouse: bool
    clipboard: ClipboardName
    columns: tuple[str, ...] | None
    worst_first: bool
    """Whether the list opens sorted by findings, and not in the service's order."""
    refresh_seconds: float
    """Seconds between two readings while the list is watched."""
    poll_seconds: float
    connect_timeout: float
    """Seconds to wait for a connection."""
    read_timeout: float
    """Seconds to wait for an answer."""
    trust: Trust
    findings: FindingsTable
    keys: Mapping[str, str]
    """Keys by command id, as written."""
    read_only: str
    """What makes every place read-only: a flag, the environment or config.toml; "" is nothing."""
    write: bool
    """Whether --write was given."""
    profiles: Mapping[str, ProfileRule]
    """Rules by pattern of profile names, in the order of the file."""
    accounts: Mapping[str, ProfileRule]
    """Rules by account id."""
    paths: Paths

    @cached_property
    def rules(self) -> Rules:
        """What counts as a finding, as the model takes it."""
        table = self.findings
        values = msgspec.structs.asdict(table) | {
            "off": frozenset(table.off),
            "severity": {rule: Severity.named(word) for rule, word in table.severity.items()},
            "accept": tuple(Acceptance(**msgspec.structs.asdict(e)) for e in table.accept),
        }
        del values["read_backups"]  # which is no rule's
        return Rules(**values)

    @property
    def reads_backups(self) -> bool:
        """Whether backups are read for the rule about them, before somebody looks at them."""
        return self.findings.read_backups and "BACKUP-STALE" not in self.findings.off

    def why_read_only(
        self,
        profile: str | None,
        account: str | None,
        *,
        starting: bool,
        region: str | None = None,
    ) -> str:
        """What makes the place read-only and what lifts that, in words; "" where nothing does.

        Of all that applies it is the first of a rule for the profile, one for the account, and what
        holds for every place. `starting` says that this is the profile that the command was started
        with, the one for which --write lifts everything. An account that is not known may be one
        with a rule, so where a rule makes any account read-only, an unknown one is too. The region
        is for the words alone: no rule goes by it.
        """
        if starting and self.write:
            return ""
        file = self.paths.config_file
        patterns = (each for each in self._patterns(profile) if self.profiles[each].read_only)
        if pattern := next(patterns, ""):
            rule = f'read_only in [profiles."{pattern}"] of {file}'
        elif account is not None and self._is_ruled(account):
            rule = f'read_only in [accounts."{account}"] of {file}'
        else:
            rule = self.read_only
        if rule:
            return f"{rule}. {self._lifted(profile, region, starting=starting)}"
        unknown = [id_ for id_ in self.accounts if account is None and self._is_ruled(id_)]
        if not unknown:
            return ""
        named = f'[accounts."{unknown[0]}"]' if len(unknown) == 1 else "rules of [accounts]"
        return f"read_only in {named} of {file}, until STS has said which account this is."

    def _lifted(self, profile: str | None, region: str | None, *, starting: bool) -> str:
        """What lifts read-only, as a sentence."""
        where = [
            f"{option} {shlex.quote(name)}"
            for option, name in (("-p", profile), ("-r", region))
            if name
        ]
        named = " ".join([*where, "--write"])
        if self.write and not starting:
            only = "--write is only for the credentials that hsmtui was started with"
            return f"{only}; for these, start it with {named}"
        instead = " and without --read-only" if self.read_only == READ_ONLY_FLAG else ""
        return f"To change anything here, start hsmtui with {named}{instead}"

    def color(self, profile: str | None, account: str | None) -> str | None:
        """The colour of the place: of the first pattern that matches the profile and names one,
        in the order of the file, else of the account."""
        rules = (*self._profile_rules(profile), *self._account_rules(account))
        return next((rule.color for rule in rules if rule.color), None)

    @property
    def has_profile_rules(self) -> bool:
        """Whether a rule makes profiles read-only."""
        return any(rule.read_only for rule in self.profiles.values())

    def unmatched_rules(self, profiles: Collection[str]) -> tuple[str, ...]:
        """Words about each rule that makes profiles read-only and matches none of those there are.

        DEFAULT_PROFILE always is: that of the environment's keys has no other name.
        """
        return tuple(
            f'config.toml makes the profiles "{pattern}" read-only, but no profile has such a name'
            for pattern, rule in self.profiles.items()
            if rule.read_only
            and not any(fnmatchcase(name, pattern) for name in (*profiles, DEFAULT_PROFILE))
        )

    def _profile_rules(self, profile: str | None) -> Iterator[ProfileRule]:
        return (self.profiles[pattern] for pattern in self._patterns(profile))

    def _patterns(self, profile: str | None) -> Iterator[str]:
        """The patterns of the rules that apply to the profile."""
        return filter(partial(fnmatchcase, profile or DEFAULT_PROFILE), self.profiles)

    def _is_ruled(self, account: str) -> bool:
        """Whether a rule makes the account read-only."""
        return any(rule.read_only for rule in self._account_rules(account))

    def _account_rules(self, account: str | None) -> Iterator[ProfileRule]:
        return (rule for id_, rule in self.accounts.items() if id_ == account)


def load(flags: Flags, environ: Mapping[str, str], *, known_columns: Collection[str]) -> Settings:
    """The settings of this run; `known_columns` are the column ids that config.toml may name.

    Raises SettingsError where the environment or config.toml cannot be used.
    """
    paths = find_paths(flags, environ)
    required = _named_config(flags, environ) is not None
    config = read_config(paths.config_file, required=required, known_columns=known_columns)
    without_flags = _asked_without_flags(flags, environ, config)
    scopes = {
        name: without_flags._replace(profiles=scope.profiles, regions=scope.regions)
        for name, scope in config.scopes.items()
    }
    chosen = _scope(flags.scope, scopes, paths.config_file) if flags.scope else without_flags
    return Settings(
        asked=chosen._replace(
            profiles=flags.profiles or chosen.profiles, regions=flags.regions or chosen.regions
        ),
        scopes=MappingProxyType(scopes),
        parallel=config.fleet.parallel,
        endpoint_url=flags.endpoint_url,
        page_size=config.page_size,
        theme=flags.theme or config.theme,
        mouse=config.mouse,
        clipboard=config.clipboard,
        columns=config.columns,
        worst_first=config.worst_first,
        refresh_seconds=config.refresh_seconds,
        poll_seconds=config.delete.poll_seconds,
        connect_timeout=config.network.connect_timeout,
        read_timeout=config.network.read_timeout,
        trust=config.trust,
        findings=config.findings,
        keys=MappingProxyType(config.keys),
        read_only=_read_only(flags, environ, config, paths.config_file),
        write=flags.read_only is False,
        profiles=MappingProxyType(config.profiles),
        accounts=MappingProxyType(config.accounts),
        paths=paths,
    )


def find_paths(flags: Flags, environ: Mapping[str, str]) -> Paths:
    """Where this run's files are: the user's folders, or where a flag or HSMTUI_CONFIG says.

    Where there is no home folder the user's folders are not absolute. Raises SettingsError.
    """
    from platformdirs import PlatformDirs

    folders = PlatformDirs("hsmtui", appauthor=False)
    state_dir = _users(lambda: folders.user_state_path, "~/.local/state/hsmtui")
    config_dir = _users(lambda: folders.user_config_path, "~/.config/hsmtui")
    named = _named_config(flags, environ)
    return Paths(
        config_file=_absolute(named) if named else config_dir / "config.toml",
        state_dir=state_dir,
        state_file=state_dir / "state.toml",
        log_file=_absolute(flags.log_file) if flags.log_file else state_dir / "hsmtui.log",
        audit_file=state_dir / ("audit-demo.jsonl" if flags.demo else "audit.jsonl"),
        seen_file=state_dir / "seen.json",
    )


def exposures(paths: Paths) -> tuple[str, ...]:
    """Words about each place where others can change the settings or what is recorded."""
    words = (exposure(path) for path in (paths.config_file, paths.audit_file))
    return tuple(dict.fromkeys(filter(None, words)))


def _users(folder: Callable[[], Path], usual: str) -> Path:
    try:
        return folder()
    except RuntimeError:  # HOME is not set, and the system does not know this user
        return Path(usual)


def _absolute(path: Path) -> Path:
    if "\0" in str(path):
        raise SettingsError(f"{path} is not a file name: it has a NUL character")
    try:
        return path.absolute()
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(
            f"{path} cannot be found from the current folder: {reason}. Give its whole path"
        ) from error


def _named_config(flags: Flags, environ: Mapping[str, str]) -> Path | None:
    named = environ.get("HSMTUI_CONFIG")
    return flags.config or (Path(named) if named else None)


def _asked_without_flags(flags: Flags, environ: Mapping[str, str], config: Config) -> AskedPlaces:
    """What environment and config.toml ask for; the demo has places of its own."""
    if flags.demo:
        return AskedPlaces()
    # botocore, too, looks at AWS_DEFAULT_PROFILE first
    profiles = map(environ.get, ("AWS_DEFAULT_PROFILE", "AWS_PROFILE"))
    regions = map(environ.get, ("AWS_REGION", "AWS_DEFAULT_REGION"))
    return AskedPlaces(
        profile=next(filter(None, (*profiles, config.profile)), None),
        region=next(filter(None, regions), None),
        default_region=config.region,
    )


def _scope(name: str, scopes: Mapping[str, AskedPlaces], file: Path) -> AskedPlaces:
    if name not in scopes:
        raise SettingsError(f'{file} has no scope "{name}"; {nearest_names(name, scopes)}')
    return scopes[name]


def _read_only(flags: Flags, environ: Mapping[str, str], config: Config, file: Path) -> str:
    """What makes every place read-only: of what applies the flag, else the environment."""
    by_environment = _environment_read_only(environ)
    if flags.read_only is True:
        return READ_ONLY_FLAG
    if by_environment:
        return f"HSMTUI_READ_ONLY={environ['HSMTUI_READ_ONLY'].strip()} in the environment"
    return f"read_only in {file}" if config.read_only else ""


def _environment_read_only(environ: Mapping[str, str]) -> bool:
    value = environ.get("HSMTUI_READ_ONLY", "")
    word = value.strip().lower()
    if word not in _YES + _NO:
        raise SettingsError(
            f'HSMTUI_READ_ONLY is "{value}"; expected {", ".join(_YES)} for read-only, '
            f"or {', '.join(filter(None, _NO))} or nothing"
        )
    return word in _YES
