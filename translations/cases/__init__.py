"""The cases, a folder a suite: `cases/<suite>/<case>.py` translates `fixtures/<suite>/<case>.R`."""
