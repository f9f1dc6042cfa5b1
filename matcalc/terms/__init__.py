"""What an expression is.

Enters: nothing. Leaves: interned, typed expressions with their shapes, the table of operations, walks over expressions,
and the errors. Every room may call it; it calls none.
"""
