"""Stationary points in closed form.

Enters: a scalar expression, its unknowns and equations that they satisfy. Leaves: the values at which the gradient of
the Lagrangian vanishes, with conditions and kinds, or the name of an eigenproblem; StationaryError with the equation
that is left. Every answer is compared with numbers first. Called by `front`.
"""
