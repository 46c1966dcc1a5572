# R's side of the parity machine: run a case's script as R's console would, and hand back its labelled values.
#
# Sourced, it puts its functions into the environment "rparity" that stands on the search path.
#
# A record is one line: section TAB label TAB kind TAB value; backslash, tab and newline are escaped. Python writes the JSON.

# A script that prints a plot leaves no Rplots.pdf behind.
options(device = function(...) grDevices::pdf(NULL))

rparity <- new.env()
sys.source(file.path(Sys.getenv("RPARITY_R"), "flatten.R"), rparity)
sys.source(file.path(Sys.getenv("RPARITY_R"), "tight.R"), rparity)

local({

# Evaluate a script's expressions one after another, as the console does: visible values are printed, messages stand where
# they were said, warnings are collected. The last value, the labelled list, is returned and not printed.
# `at` is told which expression stops, and what was warned before.
console <- function(expressions, where, shows = seq_len(max(length(expressions) - 1, 0)), at = function(i, e, said) NULL) {
    said <- character()
    value <- NULL
    file <- textConnection("printed", "w", local = TRUE)
    sink(file)
    on.exit({ sink(); close(file) })
    for (i in seq_along(expressions)) {
        answer <- withCallingHandlers(
            withVisible(eval(expressions[[i]], where)),
            packageStartupMessage = function(m) invokeRestart("muffleMessage"),
            message = function(m) { cat(conditionMessage(m)); invokeRestart("muffleMessage") },
            warning = function(w) { said <<- c(said, conditionMessage(w)); invokeRestart("muffleWarning") },
            error = function(e) at(i, e, said))
        value <- answer$value
        if (answer$visible && i %in% shows) {
            if (isS4(value)) methods::show(value) else print(value)
        }
    }
    sink()
    close(file)
    on.exit()
    list(value = value, printed = printed, warnings = said)
}

# The packages that a script attached or names with `::`, and what lme4 computes with. Base packages have R's own version.
packages_of <- function(expressions) {
    attached <- sub("^package:", "", grep("^package:", search(), value = TRUE))
    parsed <- utils::getParseData(parse(text = vapply(expressions, function(e) paste(deparse(e), collapse = "\n"), ""),
                                        keep.source = TRUE))
    used <- union(attached, parsed$text[parsed$token == "SYMBOL_PACKAGE"])
    if ("lme4" %in% loadedNamespaces() && any(c("lme4", "lmerTest", "pbkrtest") %in% used)) {
        used <- c(used, "lme4", "Matrix", "nloptr", "minqa")
    }
    sort(setdiff(unique(used), rownames(utils::installed.packages(priority = "base"))))
}

console_settings <- list(width = 80, digits = 7, scipen = 0, contrasts = c("contr.treatment", "contr.poly"),
                         stringsAsFactors = FALSE, OutDec = ".", warn = 1,
                         # R within Python calls itself interactive, and tibbles then print advice that Rscript's do not.
                         rlang_interactive = FALSE,
                         # Whether packages share names is told by messages, which are not kept: a third of attaching one.
                         conflicts.policy = list(warn = FALSE))

# Everything that a script may leave behind is put back, so that each case starts as in a fresh R.
in_fresh_state <- function(directory, code) {
    attached <- search()
    settings <- options()
    options(console_settings)
    here <- setwd(directory)
    rm(list = ls(globalenv(), all.names = TRUE), envir = globalenv())
    RNGkind("Mersenne-Twister", "Inversion", "Rejection")
    on.exit({
        setwd(here)
        options(settings)
        for (name in setdiff(search(), attached)) detach(name, character.only = TRUE)
        rm(list = ls(globalenv(), all.names = TRUE), envir = globalenv())
    })
    force(code)
}

# Does the script call `lmer`? Its comments do not count.
calls_lmer <- function(script) any(all.names(parse(script)) == "lmer")

line_of <- function(script, i) utils::getSrcLocation(attr(parse(script, keep.source = TRUE), "srcref")[[i]], "line")

# A script's expressions; where R cannot read it, its line, which R says behind the whole path.
read_script <- function(script) {
    tryCatch(parse(script, keep.source = FALSE), error = function(e) {
        said <- sub(paste0(script, ":"), "line ", conditionMessage(e), fixed = TRUE)
        stop(sub("^line ([0-9]+):[0-9]+: ", "line \\1: ", said), call. = FALSE)
    })
}

# R's error with the script and the line of the expression that stopped; which file could not be opened, only a warning says.
located <- function(e, script, i, said) {
    line <- line_of(script, i)
    call <- conditionCall(e)
    if (identical(call, quote(eval(expressions[[i]], where)))) call <- NULL  # ours: the script has no call around it
    unopened <- if (conditionMessage(e) == "cannot open the connection") utils::tail(said, 1)
    said <- paste0(if (is.null(call)) "Error: " else paste0("Error in ", deparse(call)[1], " : "),
                   paste(c(conditionMessage(e), unopened), collapse = ": "))
    structure(class = c("script_error", "error", "condition"),
              list(message = paste0(basename(script), ", line ", line, ": ", said), call = NULL))
}

# One case: its answers by name of the fit ("default"; "tight" too where lmer occurs and something is compared with it).
run_script <- function(script, tight = TRUE) {
    script <- normalizePath(script)
    once <- function() in_fresh_state(dirname(script), {
        expressions <- read_script(script)
        c(console(expressions, globalenv(), at = function(i, e, said) stop(located(e, script, i, said))),
          list(packages = packages_of(expressions), ends = c(script, length(expressions))))
    })
    answers <- list(default = once())
    if (tight && calls_lmer(script)) answers$tight <- with_tight_lmer(once())
    answers
}

answer_records <- function(answers) {
    one <- function(name) {
        answer <- answers[[name]]
        rows <- tryCatch(flatten(answer$value, name), error = function(e) {
            line <- if (answer$ends[[2]] != "0") line_of(answer$ends[[1]], as.integer(answer$ends[[2]])) else 1
            stop("line ", line, ": ", conditionMessage(e), call. = FALSE)
        })
        rbind(rows,
              record(paste0(name, " printed"), seq_along(answer$printed), "text", answer$printed),
              record(paste0(name, " warnings"), seq_along(answer$warnings), "text", answer$warnings))
    }
    do.call(rbind, lapply(names(answers), one))
}

# What a script that stops leaves: the error, and the versions of R and of what computes mixed models.
stopped_records <- function(e) {
    family <- intersect(c("lme4", "lmerTest", "Matrix", "minqa", "nloptr", "pbkrtest"), rownames(utils::installed.packages()))
    rbind(record("error", "", "text", conditionMessage(e)), provenance_records(list(default = list(packages = family))))
}

provenance_records <- function(answers) {
    version <- function(package) as.character(utils::packageVersion(package))
    packages <- answers$default$packages
    tight <- "tight" %in% names(answers)
    record("provenance",
           c("R", "platform", "BLAS", "LAPACK", "RNGkind", "locale", "date", if (tight) c("default fit", "tight fit"),
             if (length(packages)) paste0("package ", packages)),
           "text",
           c(as.character(getRversion()), R.version$platform, extSoftVersion()[["BLAS"]],
             paste(La_version(), La_library()), paste(RNGkind(), collapse = ", "), Sys.getlocale("LC_COLLATE"),
             format(Sys.time(), "%Y-%m-%dT%H:%M:%SZ", tz = "UTC"), if (tight) c(default_control(), tight_control),
             vapply(packages, version, "")))
}

# Live R only: text evaluated where everything stays, as in a console that is kept open.
console_text <- function(code) {
    expressions <- parse(text = code, keep.source = FALSE)
    console(expressions, globalenv(), shows = seq_along(expressions))$printed
}

# The last value's labels; what is no named list is labelled x.
value_records <- function(code) {
    x <- eval(parse(text = code, keep.source = FALSE), globalenv())
    bare <- is.list(x) && !is.data.frame(x) && !is.null(names(x)) && all(names(x) != "")
    flatten(if (bare) x else list(x = x))
}

# As after start: nothing defined, nothing attached, options and random generator at their defaults.
fresh_session <- function() {
    rm(list = ls(globalenv(), all.names = TRUE), envir = globalenv())
    for (name in setdiff(search(), at_start)) detach(name, character.only = TRUE)
    options(options_at_start)
    options(console_settings)
    RNGkind("Mersenne-Twister", "Inversion", "Rejection")
    invisible()
}

}, envir = rparity)

attach(rparity, name = "rparity", warn.conflicts = FALSE)
assign("at_start", search(), as.environment("rparity"))
assign("options_at_start", options(), as.environment("rparity"))
