# R's side of session.py: for each line of input, a file of R code, its answer's records in FILE.rec, its text in FILE.txt.
local({
    place <- new.env()
    sys.source(file.path(Sys.getenv("RPARITY_R"), "runner.R"), place)
    rparity <- as.environment("rparity")
    input <- file("stdin", "r")
    repeat {
        file <- readLines(input, 1)
        if (!length(file)) break
        code <- paste(readLines(file, encoding = "UTF-8"), collapse = "\n")
        rm(list = ls(globalenv()), envir = globalenv())
        do.call(options, rparity$console_settings)
        failed <- function(e) rparity$record("error", "", "text", conditionMessage(e))
        if (endsWith(file, ".print")) {
            text <- tryCatch(rparity$console_text(code), error = function(e) paste("Error:", conditionMessage(e)))
            writeLines(enc2utf8(text), paste0(file, ".out"), useBytes = TRUE)
        } else {
            rows <- tryCatch(suppressMessages(suppressWarnings(rparity$value_records(code))), error = failed)
            rparity$write_records(rows, paste0(file, ".out"))
        }
        cat("done\n")
    }
})
