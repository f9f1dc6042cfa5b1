"""The identities, as data.

Enters: rule files in the users' notation (`rules/`, and those of a user). Leaves: rules, patterns that match them, and
what follows from declared properties. Called by every room above.
"""
