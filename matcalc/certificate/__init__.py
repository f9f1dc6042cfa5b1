"""Certificates: an answer and what it was derived from, evaluated side by side at random points.

In: plain expressions (the value, the variables, the answer, the layout). Out: a `Certificate`, or an InternalError.
The front calls it. It knows expressions, and the names of properties and functions; it shares no line with what
derives, simplifies or lays out: every operation is evaluated here once more, with differentials as truncated series.
"""
