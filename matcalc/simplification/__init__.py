"""The shortest of equal forms.

Enters: an expression and what is known of its names. Leaves: an equal expression in normal form, then the shortest that
a bounded search finds. Called by `calculus` and by every room above.

What the normal form decides: two expressions that are made of names by sums, rational multiples, products by scalars,
matrix products, elementwise products, transposes, whole powers, traces and inverses, and that differ only in the order
of terms and commuting factors, in where transposes stand, in transposed scalars and in turned traces, have the same
normal form under the same order of names. Products of sums stay as they are written; the search multiplies them out, up
to a bound on the number of terms, and keeps what becomes shorter. Of a sum and its opposite in one product the second
is turned, and what is left of signs stands as the reader wrote it. An answer is simplified in one layout; the other is
its transpose, factor by factor.
"""
