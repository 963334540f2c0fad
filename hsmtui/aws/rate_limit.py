"""How often something may be asked: so many requests in so many seconds, over the whole run."""

import time
from collections import deque
from collections.abc import Callable


class RateLimit:
    """Gives each request its turn: never more than `number` of them in any `seconds`.

    `clock` gives seconds that never go back. Nothing is waited for here.
    """

    def __init__(
        self, number: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._turns: deque[float] = deque(maxlen=number)
        self._not_before = float("-inf")

    def take(self) -> float:
        """Take the next turn; in how many seconds it is, 0 where it is now."""
        now, turns = self._clock(), self._turns
        turn = max(now, self._not_before, turns[-1] if turns else now)
        if len(turns) == turns.maxlen:
            turn = max(turn, turns[0] + self._seconds)
        turns.append(turn)
        return turn - now

    def hold(self, seconds: float) -> None:
        """Give no turn for so long: the service asks for fewer requests."""
        self._not_before = max(self._not_before, self._clock() + seconds)
