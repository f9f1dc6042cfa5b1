"""Expressions as programs.

Enters: an expression, or several. Leaves: source code of a function in one of the targets, by way of a plan in which
shared parts stand once and products are ordered.
"""
