"""Index expressions as contraction graphs.

Enters: a product with indices, or an `einsum` node. Leaves: the matrix expression that it is, or the shortest index
expression. Called by `simplification` and by `calculus`.
"""
