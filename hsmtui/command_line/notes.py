"""What help and manual say of each command besides its options: statuses, variables, examples."""

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

Entries: TypeAlias = tuple[tuple[str, str], ...]
"""Names, and what each means."""


class NotesSection(NamedTuple):
    """A section of the help: its title, and names with what they mean."""

    title: str
    entries: Entries


class CommandNotes(NamedTuple):
    """What is told of a command; () is nothing."""

    files: Entries = ()
    environment: Entries = ()
    exit_statuses: Entries = ()
    examples: Entries = ()
    """Lines for a shell, and what they do."""

    def sections(self) -> Iterator[NotesSection]:
        """Those that have something, in the order of a manual page."""
        titles = ("files", "environment", "exit status", "examples")
        for title, entries in zip(titles, self, strict=True):
            if entries:
                yield NotesSection(title, entries)


NO_NOTES = CommandNotes()

_BAD_USAGE = ("2", "bad usage or bad settings: nothing was asked or written")
_NOT_WRITTEN = ("1", "the output cannot be written")
_PRINTS = (("0", "all was printed"), _NOT_WRITTEN, ("2", "bad usage"))

MAIN_NOTES = CommandNotes(
    files=(
        ("~/.config/hsmtui/config.toml", "the settings; hsmtui config prints one with all keys"),
        ("~/.local/state/hsmtui/", "what is remembered, the log, and the records of changes"),
        ("~/.aws/config, ~/.aws/credentials", "profiles and regions, as the aws command has them"),
        ("hsmtui paths", "prints where the files of hsmtui are on this system"),
    ),
    environment=(
        ("AWS_PROFILE", "the profile, where none is named (AWS_DEFAULT_PROFILE comes first)"),
        ("AWS_REGION", "the region, where none is named; else AWS_DEFAULT_REGION"),
        ("AWS_…", "all others that the AWS SDK for Python reads, such as AWS_CONFIG_FILE"),
        ("HSMTUI_CONFIG", "the file of the settings"),
        ("HSMTUI_READ_ONLY", "1 lets nothing be changed"),
        ("NO_COLOR", "anything lets it be without colours"),
        ("XDG_CONFIG_HOME", "the folder of the settings, in place of ~/.config"),
        ("XDG_STATE_HOME", "the folder of what is remembered, in place of ~/.local/state"),
    ),
    exit_statuses=(
        ("0", "left normally"),
        ("1", "an unexpected failure, or an output that cannot be written"),
        ("2", "bad usage, bad settings, or no terminal"),
        ("3, 4", "of hsmtui check: findings, and clusters that could not be read"),
        ("3, 4, 5", "of hsmtui wait: it cannot come, the cluster was not read, the time is over"),
        ("130", "interrupted"),
        ("141", "whoever read the output has gone"),
    ),
    examples=(
        ("hsmtui --demo", "look around, without AWS"),
        ("hsmtui -p prod-pki -r eu-central-1", "one account in one region"),
        ("hsmtui -p 'prod-*,audit' -r 'eu-*'", "several, in one list"),
        ("hsmtui check --fail-on high", "the same findings, without a screen"),
        ("hsmtui help check", "what a command takes"),
    ),
)

CHECK_NOTES = CommandNotes(
    environment=(
        ("AWS_PROFILE, AWS_REGION", "the place, where none is named"),
        ("HSMTUI_CONFIG", "the file of the settings, with limits and what is accepted"),
        ("NO_COLOR", "anything lets the table be without colours"),
        ("COLUMNS", "how wide the table is"),
    ),
    exit_statuses=(
        ("0", "all was read, and nothing is as bad as --fail-on says"),
        _NOT_WRITTEN,
        _BAD_USAGE,
        ("3", "a finding that is not accepted is as bad as --fail-on says, or worse"),
        ("4", "not all was read, or fewer clusters than --min-clusters says; the rest is printed"),
    ),
    examples=(
        ("hsmtui check -p 'prod-*' -r '*'", "a table of all findings"),
        ("hsmtui check --scope prod --fail-on high --min-clusters 12", "for a nightly job"),
        ("hsmtui check --format json --output today.json", "what --from opens again"),
        (
            "hsmtui check --fail-on low --new-since yesterday.json",
            "exit with 3 only for what is new",
        ),
        ("hsmtui check --filter finding:CERT-EXPIRY", "the findings of one rule's clusters"),
    ),
)

WAIT_NOTES = CommandNotes(
    environment=(("AWS_PROFILE, AWS_REGION", "the place, where none is named"),),
    exit_statuses=(
        ("0", "it is so; a state that is there already counts"),
        _BAD_USAGE,
        (
            "3",
            (
                "it cannot come any more: the cluster is not there, is deleted, or is being "
                "deleted; with --for deleted: it is not listed, and nothing tells that it ever was"
            ),
        ),
        ("4", "the cluster could not be read: no credentials, not allowed, no connection"),
        ("5", "the time is over"),
    ),
    examples=(
        ("hsmtui wait cluster-2kxmlwwvsa4 --for hsms=3", "until three HSMs are ACTIVE"),
        ("hsmtui wait cluster-2kxmlwwvsa4 --for active --timeout 7200", "for two hours at most"),
        ("hsmtui wait cluster-2kxmlwwvsa4 --for hsms=0", "until the cluster can be deleted"),
        ("hsmtui wait cluster-2kxmlwwvsa4 --for deleted", "until it is gone"),
    ),
)

AUDIT_NOTES = CommandNotes(
    exit_statuses=(
        ("0", "all was printed, also where nothing matches"),
        ("1", "a line of the file is no record (the others are printed), or cannot be written"),
        ("2", "bad usage, or a file that cannot be read"),
    ),
    examples=(
        ("hsmtui audit --since 7d", "the last week"),
        ("hsmtui audit --outcome unknown", "changes of which the end is not known"),
        ("hsmtui audit --target 'cluster-*' --format csv", "for a spreadsheet"),
    ),
)

PATHS_NOTES = CommandNotes(exit_statuses=_PRINTS)

CONFIG_NOTES = CommandNotes(
    exit_statuses=_PRINTS,
    examples=(
        ("hsmtui paths", "says where the file belongs"),
        (
            "hsmtui config > ~/.config/hsmtui/config.toml",
            "begin with all defaults; mkdir -p ~/.config/hsmtui before",
        ),
    ),
)

COMPLETION_NOTES = CommandNotes(
    exit_statuses=_PRINTS,
    examples=(
        ('eval "$(hsmtui completion bash)"', "in ~/.bashrc"),
        ('eval "$(hsmtui completion zsh)"', "in ~/.zshrc, after compinit"),
        ("hsmtui completion fish | source", "in ~/.config/fish/config.fish"),
    ),
)

DEMO_SERVER_NOTES = CommandNotes(
    exit_statuses=(("0", "served until a signal ended it"), ("2", "bad usage, or a used port")),
    examples=(
        ("hsmtui demo-server --port 8765", "serve until ctrl+c"),
        (
            "hsmtui demo-server --clusters 5000 --latency 100",
            "a large account, with 0.1 s before each answer",
        ),
    ),
)
