"""Keys in order, for the storage in memory: its ranges shall cost what they give, however many rows there are."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from itertools import chain, islice, takewhile

_MOST_IN_A_BLOCK = 1_000


class SortedKeys:
    """Distinct keys in order, in blocks, so that adding or removing one moves those of its block only."""

    def __init__(self, most_in_a_block: int = _MOST_IN_A_BLOCK) -> None:
        self._most = most_in_a_block
        self._blocks: list[list[str]] = [[]]
        self._firsts: list[str] = [""]

    def __iter__(self) -> Iterator[str]:
        """All of them, in order."""
        return chain.from_iterable(self._blocks)

    def add(self, key: str) -> None:
        """Add a key that is not there."""
        place = self._place(key)
        block = self._blocks[place]
        insort(block, key)
        if len(block) > self._most:
            half = len(block) // 2
            self._blocks.insert(place + 1, block[half:])
            self._firsts.insert(place + 1, block[half])
            del block[half:]

    def remove(self, key: str) -> None:
        """Remove a key that is there."""
        place = self._place(key)
        block = self._blocks[place]
        del block[bisect_left(block, key)]
        if not block and place:
            del self._blocks[place], self._firsts[place]

    def between(self, start: str, end: str) -> Iterator[str]:
        """The keys with start <= key < end, found as they are asked for: nothing may change meanwhile."""
        place = self._place(start)
        first = bisect_left(self._blocks[place], start)
        following = chain.from_iterable(islice(self._blocks, place + 1, None))
        return takewhile(lambda key: key < end, chain(self._blocks[place][first:], following))

    def _place(self, key: str) -> int:
        """Of the block where a key is, or belongs. What a block begins at stays, though its first key goes."""
        return bisect_right(self._firsts, key) - 1
