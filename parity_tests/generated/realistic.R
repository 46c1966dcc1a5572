# Each model of a folder of data sets, fitted to its rows as they are (way 0) and permuted: values with 17 digits, warnings.
#   Rscript realistic.R FOLDER PERMUTATIONS      reads FOLDER/calls.tsv (seed, call, levels), FOLDER/SEED.csv; writes FOLDER/answers.tsv
suppressPackageStartupMessages(library(lme4))
folder <- commandArgs(TRUE)[1]
permutations <- as.integer(commandArgs(TRUE)[2])
calls <- read.delim(file.path(folder, "calls.tsv"), colClasses = "character", quote = "")
out <- file(file.path(folder, "answers.tsv"), "w")
say <- function(seed, way, item, label, value) {
    if (length(value)) writeLines(paste(seed, way, item, label, sprintf("%.17g", value), sep = "\t"), out)
}
note <- function(seed, way, item, text) {
    if (length(text)) writeLines(paste(seed, way, item, "", gsub("[\n\t]+", " ", text), sep = "\t"), out)
}
answer <- function(seed, way, call, d, rows) {
    heard <- character()
    m <- tryCatch(
        withCallingHandlers(eval(parse(text = call)[[1]], list(d = d)),
            warning = function(w) { heard <<- c(heard, conditionMessage(w)); invokeRestart("muffleWarning") },
            message = function(w) { heard <<- c(heard, conditionMessage(w)); invokeRestart("muffleMessage") }),
        error = function(e) { note(seed, way, "error", conditionMessage(e)); NULL })
    if (is.null(m)) return(invisible())
    note(seed, way, "warning", heard)
    beta <- fixef(m)
    say(seed, way, "criterion", "", if (isREML(m)) REMLcrit(m) else deviance(m))
    say(seed, way, "fixef", names(beta), beta)
    say(seed, way, "se", names(beta), sqrt(diag(as.matrix(vcov(m)))))
    vc <- as.data.frame(VarCorr(m))
    sds <- is.na(vc$var2)
    say(seed, way, "sd", paste(vc$grp, vc$var1)[sds], vc$sdcor[sds])
    modes <- as.data.frame(ranef(m))
    label <- paste(modes$grpvar, modes$term, modes$grp)
    say(seed, way, "ranef", label, modes$condval)
    say(seed, way, "condsd", label, modes$condsd)
    say(seed, way, "residuals", as.character(rows[as.integer(names(residuals(m)))]), residuals(m))
}
set.seed(as.integer(Sys.getpid()))
for (i in seq_len(nrow(calls))) {
    seed <- calls$seed[i]
    d <- read.csv(file.path(folder, paste0(seed, ".csv")), stringsAsFactors = FALSE)
    for (piece in strsplit(calls$levels[i], ";")[[1]]) {
        parts <- strsplit(piece, "=")[[1]]
        d[[parts[1]]] <- factor(d[[parts[1]]], levels = strsplit(parts[2], ",")[[1]])
    }
    rows <- seq_len(nrow(d))
    answer(seed, 0, calls$call[i], d, rows)
    for (way in seq_len(permutations)) {
        order <- sample(nrow(d))
        permuted <- d[order, ]
        row.names(permuted) <- NULL
        answer(seed, way, calls$call[i], permuted, rows[order])
    }
}
close(out)
