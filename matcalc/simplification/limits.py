"""How much work simplification may do. Every limit is a count, so that an answer does not depend on the machine."""

from __future__ import annotations

STEP = 20  # what one step of a run is worth in the account of `terms.limits`: rules are tried
FUEL = 200_000  # steps of one run
OWN_STEPS = 1_000  # of rules of the user's, and ten for each node of what is simplified
SEARCH = 12_000  # tokens of terms that a run may look at for common factors; a long question of a book takes 10,000
JOINED = 5_000  # terms and factors of long sums and products that a run joins with more than one other
SHORT_ENOUGH = 12  # terms of a sum that is transposed term by term
LOOK_WIDE = 6  # terms of a product that is multiplied out to see whether that is shorter
MOST_TERMS = 24  # sums longer than this are not searched for common factors: the pairs of terms would be too many
MOST_ENTRIES = 12  # explicit arrays of more entries are not gathered from unit vectors
MOST_EXPANDED = 24  # terms of a sum with its products multiplied out
LOOKS = (8, 4, 2)  # forms of a sum that are looked at, in a search, a search inside it, and one inside that
