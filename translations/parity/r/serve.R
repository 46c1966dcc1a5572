# R's side of translations/parity/piped.py: questions on standard input, answers on standard output, no shared disk.
#
# This text is the first thing that arrives, and the last that R reads as a program. Then come questions: a line with the name of
# a function of `served` and its arguments' lengths in bytes, then these bytes. An answer is a line with a mark that no script
# prints, "ok" or "error" and a length, then so many bytes; whatever else R writes stands between answers and is skipped.
local({

for (locale in c("C.UTF-8", "C.utf8", "en_US.UTF-8", "en_GB.UTF-8")) {
    if (nzchar(suppressWarnings(Sys.setlocale("LC_ALL", locale)))) break
}
Sys.setenv(LANGUAGE = "en", TZ = "UTC")

input <- file("stdin", "rb")
mark <- "@@MARK@@"
place <- tempfile("rparity")
dir.create(place)

reply <- function(status, text) {
    text <- enc2utf8(paste(text, collapse = "\n"))
    # In one piece: what a package prints from C must not come between.
    cat(sprintf("\n%s %s %d\n%s", mark, status, nchar(text, "bytes"), text))
    flush(stdout())
}

utf8 <- function(bytes) { text <- rawToChar(bytes); Encoding(text) <- "UTF-8"; text }

record_lines <- function(rows) {
    machine <- as.environment("rparity")
    file <- tempfile()
    on.exit(unlink(file))
    machine$write_records(rows, file)
    readLines(file, encoding = "UTF-8")
}

machine <- function() as.environment("rparity")
at <- function(path) file.path(place, path)

served <- list(
    # A file of a suite, by its path relative to the suite's parent.
    file = function(path, bytes) {
        dir.create(dirname(at(utf8(path))), recursive = TRUE, showWarnings = FALSE)
        writeBin(bytes, at(utf8(path)))
        ""
    },
    # The functions that cases are run by; `runner.R` and what it sources have been sent before.
    start = function(directory) {
        Sys.setenv(RPARITY_R = at(utf8(directory)))
        sys.source(at(paste0(utf8(directory), "/runner.R")), new.env())
        ""
    },
    eval = function(code) machine()$console_text(utf8(code)),
    values = function(code) record_lines(machine()$value_records(utf8(code))),
    # %a has every bit of a double; R's NA is one of its NaNs.
    numbers = function(code) {
        x <- as.double(eval(parse(text = utf8(code), keep.source = FALSE), globalenv()))
        ifelse(is.na(x), ifelse(is.nan(x), "NaN", "NA"), sprintf("%a", x))
    },
    script = function(path, tight) {
        record_lines(tryCatch({
            answers <- machine()$run_script(at(utf8(path)), utf8(tight) == "TRUE")
            rbind(machine()$answer_records(answers), machine()$provenance_records(answers))
        }, script_error = machine()$stopped_records))
    },
    reset = function() { machine()$fresh_session(); "" }
)

reply("ok", "ready")
repeat {
    head <- strsplit(readLines(input, 1), " ")[[1]]
    if (!length(head)) break
    arguments <- lapply(as.integer(head[-1]), function(length) readBin(input, "raw", length))
    tryCatch(reply("ok", suppressWarnings(do.call(served[[head[1]]], arguments))),
             error = function(e) reply("error", paste0(if (!is.null(conditionCall(e))) paste0(
                 "Error in ", paste(deparse(conditionCall(e))[1]), " : "), conditionMessage(e))))
}

})
