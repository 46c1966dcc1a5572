"""The guide: every case and every exported name as a page, in a browser (`site`) and in a terminal (`terminal`).

Nothing is typed twice: pages are made from the cases, their R scripts, what both print, the docstrings, and
`differences.toml`, the one table that says what a reader from R must know about each name.
"""
