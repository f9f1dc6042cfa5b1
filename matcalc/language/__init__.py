"""Text becomes an expression.

Enters: what a person types or pastes (plain text, Unicode, LaTeX) and declarations. Leaves: an expression of `terms`
with the types of its names, or an error with its place in the text. Called by `rulebook` and `front`.
"""
