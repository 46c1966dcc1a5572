"""The multi-level app: simulate the chapter's design, and see three poolings of one data set beside the truth.

    controls -> study -> figures, tables, scripts -> page, server

`controls` and `study` hold all the numbers and know nothing of the browser; `server` is the only module that imports
Shiny together with `page`.
"""
