"""What is done next with a derivative: stationary points, curvature, steps of second order, expectations.

Enters: an expression, its variable and the records of its derivatives. Leaves: closed forms and verdicts with their
reasons, or an error that names what is left open. Called by `front`; mathematical facts stand in `rules/`.
"""
