"""Expressions as text.

Enters: an expression. Leaves: one notation a file (plain, Unicode, LaTeX, MathML, Typst, a tree).
"""
