"""Printing: the plain language, Unicode, LaTeX, MathML, Typst, NumPy source and JSON."""
