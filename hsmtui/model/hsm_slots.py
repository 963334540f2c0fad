"""The rows of a cluster's HSMs: a replaced HSM keeps its row, and no row moves."""

from collections.abc import Sequence
from typing import NamedTuple

from hsmtui.model.cluster import Hsm


class Slot(NamedTuple):
    """A row: the network interface that it stands for, and the HSM that had it last."""

    eni_id: str | None
    hsm_id: str


class Placed(NamedTuple):
    """The rows in the order in which they were first seen, and the HSM that is in each now.

    An HSM that was replaced has another id on the same network interface; between the two its row
    is empty.
    """

    slots: tuple[Slot, ...] = ()
    hsms: tuple[Hsm | None, ...] = ()

    @property
    def shown(self) -> tuple[Hsm, ...]:
        """The HSMs in the order of their rows."""
        return tuple(hsm for hsm in self.hsms if hsm is not None)

    def with_hsms(self, listed: Sequence[Hsm]) -> "Placed":
        """The rows after a read: each HSM where it was, else in the row of its network interface,
        else in a row of its own at the end."""
        slots = list(self.slots)
        now: dict[int, Hsm] = {}
        others: list[Hsm] = []
        known = {slot.hsm_id: n for n, slot in reversed(list(enumerate(slots)))}
        for hsm in listed:
            at = known.get(hsm.hsm_id)
            if at is None or at in now:
                others.append(hsm)
            else:
                now[at] = hsm
        empty: dict[str, list[int]] = {}
        for n, slot in reversed(list(enumerate(slots))):
            if n not in now and slot.eni_id:
                empty.setdefault(slot.eni_id, []).append(n)
        for hsm in others:
            at = empty[hsm.eni_id].pop() if hsm.eni_id and empty.get(hsm.eni_id) else None
            if at is None:
                at = len(slots)
                slots.append(Slot(hsm.eni_id, hsm.hsm_id))
            now[at] = hsm
        for at, hsm in now.items():
            slots[at] = Slot(hsm.eni_id or slots[at].eni_id, hsm.hsm_id)
        return Placed(tuple(slots), tuple(now.get(n) for n in range(len(slots))))
