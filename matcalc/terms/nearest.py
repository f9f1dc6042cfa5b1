"""What was probably meant by a word that is not known."""

from __future__ import annotations

from collections.abc import Iterable


def near_words(word: str, known: Iterable[str], count: int = 1, cutoff: float = 0.6) -> list[str]:
    """The known words that are most like a word, the best first; none if no word is near.

    >>> near_words("--laout", ["--layout", "--where"]), near_words("xyz", ["diff"])
    (['--layout'], [])
    """
    from difflib import get_close_matches  # for messages only

    return get_close_matches(word, list(known), count, cutoff)
