"""The script with which a shell asks hsmtui what a word may become."""

from importlib.resources import files


def completion_script(shell: str) -> str:
    """The script for bash, zsh or fish."""
    return (files(__package__) / "shells" / f"hsmtui.{shell}").read_text("utf-8")
