"""Values of expressions.

Enters: an expression or a rule, and numbers. Leaves: NumPy arrays, checks of derivatives and of rules. NumPy, SciPy and
JAX are imported here and nowhere below.
"""
