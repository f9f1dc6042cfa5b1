"""What is a scalar, a vector, a matrix.

Enters: the syntax tree and the declarations. Leaves: a type for every name, by unification of the shapes. Called by
`language.parse`.
"""
