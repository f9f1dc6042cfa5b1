"""How an answer comes about.

Enters: the record of a derivative. Leaves: steps in the style of differentials or of the chain rule, costs of modes,
cases at kinks, drawings. Called by `front`.
"""
