"""LaTeX becomes the tokens of the plain language.

Enters: LaTeX as it is pasted. Leaves: tokens for the one expression grammar. Called by `language.grammar`.
"""
