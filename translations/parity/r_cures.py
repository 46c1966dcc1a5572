"""What to do about an error of R's in a script, where its words do not say."""
from __future__ import annotations

import re

from translations.guide import r_names

_CURES = (
    (r"there is no package called [‘'](?P<it>[\w.]+)", 'install it in R: install.packages("{it}")'),
    (r"object 'True' not found", "Python's True is TRUE in R"),
    (r"object 'False' not found", "Python's False is FALSE in R"),
    (r"object 'None' not found", "Python's None is NULL in R"),
    (r"object '(?P<it>[^']+)' not found", 'give {it} a value before this line; a column is d${it}'),
    (r"cannot open file '[^']*'", "a path begins where the script lies"),
    (r"unexpected end of input", "a bracket or a quote is open to the end"),
    (r"unexpected (symbol|numeric|string)", "a bracket is open, or a comma or an operator is missing before it"),
    (r"unexpected '\['", "a vector is c(1, 2) in R"),
    (r"unexpected '='[^#]*[-+*/]=", "R has no +=: x <- x + 1"),
    (r"unexpected 'else'", "else stands on the line of the }} that ends the if"),
    (r"unexpected (input|invalid token)[^#]*[\u201c\u201d]", 'quotes are straight: "a"'),
    (r"unrecognized escape", "a backslash is written twice in text: \"\\\\d\""),
    (r"undefined columns selected", "names(d) lists the columns of d"),
    (r"argument \d+ is empty", "two commas stand with nothing between them"),
    (r"infinite recursion|C stack usage", "a function calls itself without end"),
    (r"non-numeric argument to binary operator", "paste0(a, b) puts text together, as.numeric(a) makes a number of it"),
    (r"unexpected '(?P<it>[^']+)'", "{it} closes or joins nothing there: take it away, or write what is missing"),
    (r"must be a named list", "end the script with list(mean = mean(x))"),
    (r"two values are labelled", "give each a name of its own"),
    (r"ended with code \d{1,2} \(script", "q() and quit() end R: leave them out"),
    (r"ended with code 137", "something killed R; most often memory ran out"),
    (r"ended with code 13[49]", "R crashed, as compiled code of a package makes it"),
    (r"ended with code 255", "ssh says so where a connection fails or is lost"),
)
_UNFOUND = re.compile(r'could not find function "(?P<it>[^"]+)"')


def cure(said: str) -> str:
    """What to do about an error, one sentence; "" where nothing is known."""
    if found := _UNFOUND.search(said):
        package = "dplyr" if found["it"] == "%>%" else r_names.packages().get(found["it"])
        return f"{package} has it: library({package})" if package else f"define {found['it']} before this line"
    for pattern, todo in _CURES:
        if found := re.search(pattern, said):
            return todo.format(**found.groupdict())
    return ""


def told(said: str) -> str:
    """R's words, and behind them what to do."""
    todo = cure(said)
    return f"{said} ({todo})" if todo else said
