from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.sorted_keys import SortedKeys

KEYS = st.text("ab|", max_size=4)


@given(st.lists(KEYS), KEYS, KEYS)
def test_gives_the_same_as_a_sorted_list(touched: list[str], start: str, end: str) -> None:
    keys, there = SortedKeys(most_in_a_block=3), set[str]()
    for key in touched:  # a key that is there already goes
        (keys.remove if key in there else keys.add)(key)
        there ^= {key}
    assert list(keys) == sorted(there)
    assert list(keys.between(start, end)) == [key for key in sorted(there) if start <= key < end]


def test_takes_keys_again_after_all_are_gone() -> None:
    keys = SortedKeys(most_in_a_block=3)
    names = [f"{number:02}" for number in range(20)]
    for _ in range(2):
        for name in names:
            keys.add(name)
        assert list(keys.between("05", "15")) == names[5:15]
        for name in names:
            keys.remove(name)
    assert list(keys) == []
