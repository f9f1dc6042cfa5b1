"""What users touch.

Enters: calls from Python, the shell and Jupyter. Leaves: answers. Nothing below imports it.
"""
