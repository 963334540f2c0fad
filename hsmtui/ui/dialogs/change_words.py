"""What the dialog of a change says."""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Generic, TypeVar

from textual.content import Content

from hsmtui.changes.change import Change, Outcome, Phase
from hsmtui.model.advice import Advice
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.gate import Gate, Reason
from hsmtui.model.text import account_number, visible
from hsmtui.model.times import age
from hsmtui.ui.theme import cluster_line

AnyChange = TypeVar("AnyChange", bound=Change[Any, Any, Any])


def blocked(words: str) -> Content:
    """The line that says that a gate is shut, and why."""
    return Content.assemble(("■ BLOCKED", "bold ansi_red"), f"  {visible(words)}")


def who_lines(change: Change[Any, Any, Any]) -> Content:
    """As whom and where a change is made."""
    connection, caller = change.connection, change.caller
    if caller is not None:
        account, role = account_number(caller.account), visible(caller.short)
    elif change.has_asked_caller:
        account, role = "unknown (STS could not be asked)", "caller unknown"
    else:
        account, role = "not known yet (STS is being asked)", "caller not known yet"
    parts = [
        f"account {account}",
        visible(connection.region),
        f"profile {visible(connection.profile_name)}",
        role,
    ]
    lines = [" · ".join(parts)]
    if change.context.endpoint:
        lines.append(f"endpoint {visible(change.context.endpoint)}")
    return Content("\n".join(lines))


def outcome_lines(outcome: Outcome, spelt: Callable[[str | Advice], str]) -> Iterator[Content]:
    """What came of a confirmation; `spelt` has the keys of this run."""
    yield Content.styled(visible(outcome.headline), "bold")
    for text in (outcome.detail, spelt(outcome.remedy)):
        if text:
            yield Content(visible(text))


class ChangeWords(Generic[AnyChange]):
    """What is changed, what the gate says, and what is to be typed. A kind of change puts its own
    words in place of these."""

    _change: AnyChange
    _cluster: Cluster

    VERB: ClassVar = "Change"
    """What the button says."""

    PREFIX: ClassVar = ""
    """What the ids of the widgets begin with; "" for the verb."""

    NOUN: ClassVar = ""
    """What it is done to."""

    ASKS: ClassVar = True
    """Whether the id of that is to be typed. Else there is no field: the button confirms, and
    Cancel has the focus."""

    @property
    def verb(self) -> str:
        """What the button says, where that is not the same for all changes of a kind."""
        return self.VERB

    @property
    def asks(self) -> bool:
        """Whether the id is to be typed, where that follows from what is read."""
        return self.ASKS

    HEADING: ClassVar = ""
    """What stands in the frame; "" for verb and noun."""

    @property
    def heading(self) -> str:
        """What stands there, where that is not the same for all changes of a kind."""
        return self.HEADING or f"{self.verb} {self.NOUN}"

    def what(self) -> Content:
        """The line that says what is changed, which most often is the cluster."""
        return cluster_line(self.target, self._change.gate.cluster, self._cluster.name)

    @abstractmethod
    def gate_open(self) -> list[Content]:
        """What the open gate says, in lines: what will happen, and what not."""

    def gate_shut(self) -> list[Content]:
        """Why the gate is shut, in lines."""
        gate: Gate = self._change.gate
        lines = [blocked(gate.headline)]
        return [*lines, Content(f"  {visible(self.spelt(gate.detail))}")] if gate.detail else lines

    @abstractmethod
    def spelt(self, words: str | Advice) -> str:
        """Words with the keys of this run."""

    def opens_when(self) -> str:
        """When a shut gate opens by itself, in the words of a clause; "" where it does not."""
        return ""

    def hint(self) -> str:
        """What else may be done here, in a line of its own that is always in sight."""
        return ""

    def ask(self) -> str:
        """What stands above the field."""
        return f"Type the {self.NOUN} id, then tab and enter to {self.action_words}:"

    def contradiction(self) -> str:
        """What stands there instead where somebody goes on from a text that is not enough; in no
        more cells."""
        return f"Not the {self.NOUN} id: type it, then tab and enter:"

    @property
    def action_words(self) -> str:
        """What the button does, as the end of a sentence with "you"."""
        return f"{self.verb.lower()} it"

    @property
    def target(self) -> str:
        """The id of what this is about."""
        target: str = self._change.target
        return target

    @property
    def has_looked(self) -> bool:
        """Whether a look at the target has come to an end."""
        return self._change.gate.reason is not Reason.UNREAD

    @property
    def gate_lets(self) -> bool:
        """Whether the gate is open, and nothing is under way."""
        return self._change.gate.is_open and self._change.phase is Phase.WATCHING

    def gate_text(self) -> Content:
        change, lines = self._change, list[Content]()
        if change.outcome is not None:
            lines += outcome_lines(change.outcome, self.spelt)
        if change.phase is not Phase.ACCEPTED:
            lines += self._judgement()
        return Content("\n").join(lines)

    def _judgement(self) -> list[Content]:
        change = self._change
        if change.phase is Phase.CHECKING:
            return [Content("Reading it once more before the request is sent …")]
        if change.phase is Phase.SENDING:
            return [Content(f"{change.operation} was sent, waiting for the answer …")]
        if change.gate.is_open:
            return self.gate_open()
        if not self.has_looked:
            return [Content(f"Reading the {change.gate.READS} …")]
        return self.gate_shut()

    def age_text(self) -> str:
        """How old the latest look is, when the next comes, and what else may be done."""
        context, read_at = self._change.context, self._change.read_at
        if self._change.phase is not Phase.WATCHING:
            return ""
        every = f"looks again every {context.poll_seconds:g} s{self.opens_when()}"
        when = f"Read {age(read_at, context.clock())} ago; " if read_at else ""
        words = f"{when}{every}."
        return "\n".join(filter(None, (words[0].upper() + words[1:], self.hint())))
