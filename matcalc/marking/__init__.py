"""Whether somebody's derivative is right, and if not, what is wrong with it.

Enters: the records of a derivative and an expression that is said to be equal. Leaves: a verdict, with the smallest
change that makes the expression right. Called by `front`.
"""
