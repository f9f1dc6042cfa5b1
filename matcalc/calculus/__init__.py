"""Differentials and derivatives.

Enters: an expression and a variable. Leaves: the derivative in a layout, from one table of differentials that is pushed
forwards or pulled back. Called by the rooms above.
"""
