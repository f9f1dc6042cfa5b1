"""Differentials in index notation, and back to matrices.

Enters: a differential, linear in d(X). Leaves: the derivative for any shape by any shape, as a matrix formula where
there is one. Called by `calculus`.
"""
