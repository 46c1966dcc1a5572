# The functions of R's packages, a package a line: what the guide takes for a name of R's and not for an everyday word.
#   Rscript scripts/r_names.R [translations/guide/r_names.txt]
# With a file, what it has is kept: packages of other releases and machines.
names_of <- function(package) tryCatch({
    space <- asNamespace(package)
    found <- if (package == "base") ls(baseenv()) else getNamespaceExports(space)
    found <- found[vapply(found, function(one) is.function(get0(one, space)), NA)]
    sort(grep("^[A-Za-z][A-Za-z0-9._]*$", found, value = TRUE), method = "radix")
}, error = function(e) character())
file <- commandArgs(TRUE)
kept <- if (length(file)) strsplit(readLines(file), " ") else list()
kept <- setNames(lapply(kept, `[`, -1), vapply(kept, `[`, "", 1))
for (package in unique(rownames(installed.packages())))
    kept[[package]] <- sort(union(kept[[package]], names_of(package)), method = "radix")
kept <- kept[lengths(kept) > 0]
lines <- paste(names(kept), vapply(kept, paste, "", collapse = " "))[order(names(kept), method = "radix")]
writeLines(lines, if (length(file)) file else stdout())
