"""The places that are listed: how each stands, and why one is missing."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Protocol

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.prompter import DeviceSignIn, Prompter
from hsmtui.fleet.fleet import Fleet, PlaceState
from hsmtui.fleet.loader import Loader
from hsmtui.model.matching import best_matches
from hsmtui.model.state import Tone
from hsmtui.model.text import account_number, cluster_count, visible
from hsmtui.ui.commands.command import PLACES
from hsmtui.ui.commands.keymap import bindings, key_of, spelt
from hsmtui.ui.dialogs.dialog import FRAME, WIDEST_BOX, obey
from hsmtui.ui.dialogs.pick import NO_MATCH, ChoiceList, ListDialog
from hsmtui.ui.dialogs.pick_several import WITHOUT_END, fitted
from hsmtui.ui.theme import CONTENT_STYLES, MARK, clip
from hsmtui.ui.widgets.field import Field

PLACE_LOOKS = {
    PlaceState.SIGNING_IN: ("◐", Tone.MOVING),
    PlaceState.UNSIGNED: ("▲", Tone.BAD),
    PlaceState.FAILED: ("■", Tone.BAD),
    PlaceState.STALE: ("▲", Tone.BAD),
    PlaceState.STOPPED: ("◌", Tone.GONE),
    PlaceState.NOT_ENABLED: ("○", Tone.WAITING),
    PlaceState.COMING: ("◐", Tone.MOVING),
    PlaceState.LISTED: ("●", Tone.GOOD),
    PlaceState.SAME: ("●", Tone.GONE),
    PlaceState.LEFT_OUT: ("◌", Tone.GONE),
}
"""How each state is drawn, in the order in which places are listed: what is missing first."""

_ORDER = list(PLACE_LOOKS)

_LEAST_CELLS = (10, 12, 12, 8)
"""Cells below which profile, region, state and what is said of it are not cut."""

_SIGNS = 3
"""Cells of the mark and the sign in front of them."""

_TOLD = 7
"""Lines that tell of a place, at most; fewer on a screen of less than 24."""

_OTHER_LINES = 7
"""Lines of the screen that the list leaves to all else."""


class PlacesHost(Protocol):
    """What is asked of whoever lists the places."""

    @property
    def fleet(self) -> Fleet:
        """The places."""

    def backups_problem(self, loader: Loader) -> HsmtuiError | None:
        """Why the backups of a place could not be read."""

    def ask_again(self, loaders: Sequence[Loader]) -> None:
        """Read these places afresh; somebody may be asked to sign in."""

    def look_at(self, loaders: Sequence[Loader]) -> None:
        """List these places alone, of all that there are."""


class PlacesDialog(ListDialog[None]):
    """Lists the places, those that are missing first, and tells more of the one chosen."""

    BINDINGS: ClassVar = bindings(PLACES)

    def __init__(self, host: PlacesHost, prompter: Prompter) -> None:
        super().__init__("Places")
        self._host = host
        self._prompter = prompter
        self._shown: list[Loader] = []
        self._marked: set[Loader] = set()
        self._width = WIDEST_BOX  # problems are told in sentences
        self._cells: list[int] = []

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            field = Field(placeholder="type to narrow", compact=True)
            field.display = False
            yield field
            yield ChoiceList(compact=True, markup=False)
            yield Static(id="place-now", markup=False)

    def begin(self) -> None:
        self.options.focus()
        self.renew()

    @property
    def closing(self) -> str:
        keys = (
            *(() if self._host.fleet.is_recorded else (("places.ask_again", "again"),)),
            ("places.mark", "mark"),
            ("places.leave_out", "leave out"),
            ("places.all", "all"),
            ("places.narrow", "find"),
        )
        words = [f"{key_of(command, self.remapped)} {does}" for command, does in keys]
        return " · ".join(["enter only here", *words, super().closing])

    @property
    def _field(self) -> Input:
        return self.query_one(Input)

    def renew(self) -> None:
        """Show how the places stand now; the cursor stays on its place."""
        if not self.query(OptionList):  # it comes up, or goes
            return
        options, current = self.options, self._current
        said = {each: self._texts(each) for each in self._host.fleet.everywhere}
        places = self._places(said)
        self._fit_width(list(said.values()))
        lines = [self._line(each, said[each]) for each in places]
        if len(lines) != options.option_count or not self._shown:
            options.clear_options()
            options.add_options(Option(line) for line in lines)
            if not lines:
                options.add_option(Option(Content.styled(NO_MATCH, "dim"), disabled=True))
        else:
            for at, line in enumerate(lines):
                if options.get_option_at_index(at).prompt != line:
                    options.replace_option_prompt_at_index(at, line)
        self._shown = places
        if places:
            options.highlighted = places.index(current) if current in places else 0
        self._fit()
        self._tell()

    def _places(self, said: Mapping[Loader, Sequence[str]]) -> list[Loader]:
        """The places that what was typed leaves, those that are missing first."""
        fleet = self._host.fleet
        order = sorted(said, key=lambda each: _ORDER.index(fleet.state_of(each)))
        found = set(best_matches(self._field.value, [said[each] for each in order]))
        return [each for at, each in enumerate(order) if at in found]

    def _fit_width(self, cells: Sequence[Sequence[str]]) -> None:
        """As wide as what there is to say asks for, and never narrower again while it is open."""
        screen, without = self.app.size.width, FRAME + _SIGNS
        needed = fitted(cells, _LEAST_CELLS, WITHOUT_END)
        self._width = max(self._width, sum(needed) + 2 * (len(needed) - 1) + without)
        self._cells = fitted(cells, _LEAST_CELLS, min(screen, self._width) - without)
        self.query_one("#box").styles.width = min(screen, self._width)
        number = len(self._marked)
        title = f"{self._heading} · {number} marked" if number else self._heading
        self.query_one("#box").border_title = Content(title)

    def fit(self) -> None:
        self.renew()

    def _fit(self) -> None:
        told = max(1, min(_TOLD, self.size.height - 17))
        self.query_one("#place-now").styles.max_height = told
        room = max(1, self.size.height - _OTHER_LINES - told - self._field.display)
        self.options.styles.height = max(1, min(len(self._shown), room))

    @property
    def _current(self) -> Loader | None:
        at = self.options.highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    @property
    def _meant(self) -> list[Loader]:
        """The marked places, also those that are not shown now, else the one under the cursor."""
        current = [self._current] if self._current is not None else []
        return [each for each in self._host.fleet.everywhere if each in self._marked] or current

    def _texts(self, loader: Loader) -> tuple[str, ...]:
        """What is said of a place in its line, cell by cell."""
        location, state = loader.location, self._host.fleet.state_of(loader)
        region = location.region or "no region"
        words = self._state_words(loader, state), self._words(loader, state)
        return tuple(map(visible, (location.profile_name, region, *words)))

    def _line(self, loader: Loader, texts: Sequence[str]) -> Content:
        glyph, tone = PLACE_LOOKS[self._host.fleet.state_of(loader)]
        *names, words = texts
        cells = [clip(*each) for each in zip(names, self._cells, strict=False)]
        if len(self._cells) == len(texts):
            cells.append(words)
        return Content.assemble(
            MARK if loader in self._marked else " ",
            Content.styled(f"{glyph} ", CONTENT_STYLES[tone]),
            "  ".join(cell for cell in cells if cell).rstrip(),
        )

    def _state_words(self, loader: Loader, state: PlaceState) -> str:
        if state is PlaceState.LISTED and loader.shown is not None:
            return cluster_count(len(loader.shown.rows), has_more=not loader.shown.whole)
        return state.value

    def _words(self, loader: Loader, state: PlaceState) -> str:
        """What there is to say in a line."""
        if state is PlaceState.SIGNING_IN:
            return self._sign_in_words(loader)
        if state is PlaceState.SAME and (first := self._host.fleet.same_as(loader)) is not None:
            return f"account and region as {first.location.profile_name}, listed there"
        if state is PlaceState.NOT_ENABLED:
            return "the account has not opted in to this region"
        if loader.problem is not None:
            return loader.problem.title
        if loader.doing:
            return loader.doing
        caller = loader.connection.known_caller if loader.connection is not None else None
        words = f"{account_number(caller.account)} {caller.short}" if caller is not None else ""
        unread = self._host.backups_problem(loader) is not None
        return " · ".join(filter(None, (words, "backups not read" if unread else "")))

    def _sign_in_words(self, loader: Loader) -> str:
        subject = self._prompter.subject_for(loader.opening.place.profile)
        if isinstance(subject, DeviceSignIn):
            return f"open {subject.url} and enter the code {subject.code}"
        return "an MFA code is asked for"

    @on(OptionList.OptionHighlighted)
    def _tell(self) -> None:
        """All about the place under the cursor."""
        loader = self._current
        if loader is None:
            self.query_one("#place-now", Static).update("")
            return
        state = self._host.fleet.state_of(loader)
        lines = [f"{loader.location.profile_name} · {loader.location.region or 'no region'}"]
        problem = loader.problem
        if problem is not None and state is not PlaceState.SAME:
            lines.append(f"→ {spelt(problem.remedy, self.remapped)}" if problem.remedy else "")
            lines.append(problem.in_full)
        else:
            lines.append(self._words(loader, state))
        lines += self._read_words(loader)
        if (backups := self._host.backups_problem(loader)) is not None:
            lines.append(f"Backups were not read: {backups}")
        text = "\n".join(visible(line) for line in lines if line)
        self.query_one("#place-now", Static).update(Content(text))

    @staticmethod
    def _read_words(loader: Loader) -> list[str]:
        shown = loader.shown
        if shown is None:
            return []
        pages = f"{shown.pages} page{'s' * (shown.pages != 1)}"
        more = "" if shown.whole else "; there is more"
        number = len(shown.rows)
        return [f"{number} cluster{'s' * (number != 1)} on {pages} were read{more}"]

    # Commands

    @on(OptionList.OptionSelected)
    def _look_only_here(self) -> None:
        if meant := self._meant:
            self._host.look_at(meant)
            self.dismiss()

    def action_narrow(self) -> None:
        """Let words be typed that narrow the places."""
        self._field.display = True
        self._field.focus()

    @on(Input.Changed)
    def _narrowed(self) -> None:
        self.renew()

    @on(Input.Submitted)
    def _taken(self) -> None:
        self.renew()  # a key may have come faster than what tells of the one before
        if self._shown:
            self._look_only_here()

    def on_key(self, event: events.Key) -> None:
        """While the field has the focus the keys that move are the list's; tab leaves it."""
        options = self.options
        ways: dict[str, Callable[[], object]] = {
            "up": options.action_cursor_up,
            "down": options.action_cursor_down,
            "tab": options.focus,
        }
        if self._field.has_focus:
            obey(event, ways)

    def action_close(self) -> None:
        """Out of the field, with all places shown again, else out of the dialog."""
        if not self._field.display:
            super().action_close()
            return
        self._field.value = ""
        self._field.display = False
        self.options.focus()
        self.renew()

    def action_mark(self) -> None:
        if (loader := self._current) is not None:
            self._marked ^= {loader}
            self.options.action_cursor_down()
            self.renew()

    def action_ask_again(self) -> None:
        taken = [each for each in self._meant if each in self._host.fleet.loaders]
        if taken:
            self._host.ask_again(taken)
            self.renew()
        else:
            self.say("It is left out: take it in first")

    def action_leave_out(self) -> None:
        fleet, meant = self._host.fleet, self._meant
        kept = set(fleet.loaders) ^ set(meant)
        if kept:
            self._host.look_at([each for each in fleet.everywhere if each in kept])
            self.renew()
        else:
            self.say("One place must stay")

    def action_take_all(self) -> None:
        self._host.look_at(self._host.fleet.everywhere)
        self.renew()
