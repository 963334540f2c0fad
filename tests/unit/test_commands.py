import pytest

from hsmtui.ui.dialogs.commands import command_choices, palette_commands
from hsmtui.ui.dialogs.pick import PickDialog


@pytest.mark.parametrize("command", palette_commands())
def test_the_palette_takes_the_id_of_a_command(command):
    dialog = PickDialog("Commands", command_choices({}))
    assert command in [choice.value for choice in dialog.choices_for(command)]


def test_the_palette_takes_a_part_of_an_id_in_any_case():
    dialog = PickDialog("Commands", command_choices({}))
    assert [c.value for c in dialog.choices_for("Certificates.Sa")] == ["certificates.save"]
