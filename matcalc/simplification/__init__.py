"""The shortest of equal forms.

Enters: an expression and what is known of its names. Leaves: an equal expression in normal form, then the shortest that
a bounded search finds. Called by `calculus` and by every room above.
"""
