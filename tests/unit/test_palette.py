"""What is typed into the palette: which command it finds first, and what stands behind a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.ui.commands.all_commands import COMMANDS
from hsmtui.ui.commands.command import APP, CLUSTERS, Group
from hsmtui.ui.dialogs.commands import command_choices, palette_commands
from hsmtui.ui.dialogs.palette import Argument, PaletteDialog
from hsmtui.ui.dialogs.pick import Choice

CHANGING = [c.id for c in palette_commands().values() if c.group is Group.CHANGE]

SEARCHES = {
    "delete hsm": "hsm.delete",
    "hsm delete": "hsm.delete",
    "delete": "cluster.delete",
    "kill": "cluster.delete",
    "remove the cluster": "cluster.delete",
    "undelete": "backup.restore",
    "recover": "backup.restore",
    "restore": "backup.restore",
    "export": "rows.save",
    "csv": "rows.save",
    "excel": "rows.save",
    "report": "cluster.hand_over",
    "login": "list.refresh",
    "sign in": "list.refresh",
    "logout": "app.quit",
    "exit": "app.quit",
    "quit": "app.quit",
    "copy": "copy.id",
    "copy id": "copy.id",
    "id copy": "copy.id",
    "copy ip": "copy.choose",
    "copy arn": "copy.choose",
    "save certs": "certificates.save",
    "pem": "details.certificates",
    "download certificates": "certificates.save",
    "password": "secret.show",
    "json": "details.json",
    "describe": "details.overview",
    "findings": "details.findings",
    "findings tab": "details.findings",
    "problems": "details.findings",
    "search": "list.filter",
    "filter": "list.filter",
    "find": "list.filter",
    "order": "list.sort",
    "sort": "list.sort",
    "sort by age": "list.sort",
    "reverse sort": "list.reverse",
    "sort reverse": "list.reverse",
    "switch region": "region.switch",
    "region switch": "region.switch",
    "account": "profile.switch",
    "role": "profile.switch",
    "colour": "app.theme",
    "dark": "app.theme",
    "keys": "app.help",
    "shortcuts": "app.help",
    "history": "list.events",
    "errors": "app.errors",
    "poll": "list.watch",
    "diff": "rows.compare",
    "select": "row.mark",
    "dashboard": "fleet.overview",
    "fullscreen": "pane.zoom",
    "all pages": "list.all_pages",
    "refresh": "list.refresh",
    "tag": "tags.edit",
    "label": "tags.edit",
    "w": "list.watch",
    # slips
    "delte hsm": "hsm.delete",
    "hsm dlete": "hsm.delete",
    "exprot": "rows.save",
    "quti": "app.quit",
    "hepl": "app.help",
    "regoin": "region.switch",
    "certifcates": "details.certificates",
}


def palette(**arguments: Argument) -> PaletteDialog:
    return PaletteDialog(command_choices({}), arguments, (), CHANGING)


async def nothing(_: str) -> None:
    raise AssertionError


REGIONS = Argument(
    "region.switch",
    "region",
    [Choice(r, r, columns=(city,)) for r, city in (("eu-west-1", "Ireland"), ("us-east-1", ""))],
    nothing,
    lambda text: Choice(text, text) if text.startswith("xx-") else None,
)


@pytest.mark.parametrize(("typed", "first"), SEARCHES.items())
def test_a_search_finds_first(typed, first):
    assert palette(region=REGIONS).choices_for(typed)[0].value == first


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_command_has_synonyms_or_no_place_in_the_palette(command):
    assert command.words or not (command.palette and command.scope in {APP, CLUSTERS})
    assert (command.group is not None) == (command.scope in {APP, CLUSTERS})


WORDS = st.lists(
    st.sampled_from(
        sorted({w for c in COMMANDS for w in f"{c.help} {c.words}".split()} | {"delte"})
    ),
    min_size=1,
    max_size=4,
)


@given(WORDS, st.randoms())
def test_the_order_of_the_words_never_matters(words, random):
    other = random.sample(words, len(words))
    assert palette().choices_for(" ".join(words)) == palette().choices_for(" ".join(other))


@given(WORDS)
def test_what_holds_all_the_words_stands_alone(words):
    text = " ".join(words)
    fields = {c.id: f"{c.help} {c.id} {c.words}".casefold() for c in palette_commands().values()}
    having = {id for id, field in fields.items() if all(w.casefold() in field for w in words)}
    if having:
        assert having <= {choice.value for choice in palette().choices_for(text)}


class TestAChange:
    @pytest.mark.parametrize(
        "typed",
        [
            "delete cluster-7qsltqrczv5",
            "delete the cluster cluster-7qsltqrczv5",
            "delete hsm hsm-3kd72vqyzma",
            "delete payments",
            "delete tde",
            "kill x",
            "undelete backup-q4vun2ksc5e",
            "tags Env=prod",
        ],
    )
    def test_takes_nothing_behind_it(self, typed):
        dialog = palette()
        dialog._shown = dialog.choices_for(typed)
        assert dialog.default_index(typed) is None
        assert "type nothing after it" in dialog._problem(typed)

    @pytest.mark.parametrize("typed", ["delte hsm", "passwrod", "undelte", "restroe backup"])
    def test_is_offered_for_a_slip_and_not_taken(self, typed):
        dialog = palette()
        dialog._shown = dialog.choices_for(typed)
        assert dialog._shown[0].value in CHANGING
        assert dialog.default_index(typed) is None
        assert "chooses" in dialog._problem(typed)

    def test_is_not_taken_for_a_slip_in_a_command_that_changes_nothing(self):
        dialog = palette()
        dialog._shown = dialog.choices_for("regoin")
        assert dialog.default_index("regoin") == 0


class TestArgument:
    def test_is_offered_behind_the_word_and_a_blank(self):
        dialog = palette(region=REGIONS)
        assert dialog.choices_for("region")[0].value == "region.switch"
        assert [c.value for c in dialog.choices_for("Region ")] == ["eu-west-1", "us-east-1"]
        assert [c.value for c in dialog.choices_for("region irel")] == ["eu-west-1"]
        assert [c.value for c in dialog.choices_for("  region   xx-1 ")] == ["xx-1"]

    def test_that_is_wrong_is_never_guessed(self):
        dialog = palette(region=REGIONS)
        for typed in ("region eu-wset-1", "region nowhere", "region eu-west-1 us-east-1"):
            dialog._shown = dialog.choices_for(typed)
            assert dialog.default_index(typed) is None
            assert dialog._problem(typed).startswith("There is no region")

    def test_that_is_none_may_be_words_of_a_command(self):
        dialog = palette(region=REGIONS)
        dialog._shown = dialog.choices_for("region switch")
        assert dialog.default_index("region switch") == 0
