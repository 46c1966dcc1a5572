"""Commands of `rparity` beside the parity machine's: a module each, whose function `register(app)` adds it.

A module here imports nothing heavy at its top: all of them are imported whenever `rparity` starts.
"""
