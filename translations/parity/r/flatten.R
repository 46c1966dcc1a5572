# Labelled values: the rule of CONTRIBUTING.md, the same as translations/parity/flatten.py.

# A matrix of records: section, label, kind (number, text, bool), value as text.
record <- function(section, label, kind, value) {
    if (!length(value)) return(NULL)
    cbind(section, as.character(label), kind, as.character(value), deparse.level = 0)
}

# Text that reads as one of the words for what is no text stands in quotes.
plain_text <- function(x) {
    reserved <- grepl('^"*(NA|NaN|-?Inf|NULL|empty)"*$', x)
    ifelse(is.na(x), "NA", ifelse(reserved, paste0('"', x, '"'), x))
}

# Days, moments and spans as ISO text, exact to the microsecond. A moment is in UTC; at midnight it is its day, since pandas has
# one type for both. A span is in seconds, whatever its unit.
is_time <- function(x) inherits(x, c("Date", "POSIXt", "difftime"))

time_text <- function(x) {
    if (inherits(x, "POSIXlt")) x <- as.POSIXct(x)
    fraction <- function(micro) sub("[.]?0+$", "", sprintf(".%06.0f", micro))
    if (inherits(x, "difftime")) {
        micro <- round(abs(as.numeric(x, units = "secs")) * 1e6)
        sign <- ifelse(as.numeric(x) < 0 & micro > 0, "-", "")
        text <- paste0(sign, "PT", sprintf("%.0f", micro %/% 1e6), fraction(micro %% 1e6), "S")
    } else {
        micro <- if (inherits(x, "Date")) floor(as.numeric(x)) * 86400e6 else round(as.numeric(x) * 1e6)
        moment <- .POSIXct(micro %/% 1e6, "UTC")
        text <- ifelse(micro %% 86400e6 == 0, format(moment, "%Y-%m-%d"),
                       paste0(format(moment, "%Y-%m-%dT%H:%M:%S"), fraction(micro %% 1e6), "Z"))
    }
    text[is.na(x)] <- NA
    names(text) <- names(x)
    if (!is.null(dim(x))) text <- array(text, dim(x), dimnames(x))
    text
}

# Numbers at 17 significant digits, which is every bit of a double.
scalar_records <- function(section, labels, x) {
    if (is.factor(x)) x <- as.character(x)
    if (is_time(x)) x <- time_text(x)
    if (is.logical(x)) {
        return(record(section, labels, ifelse(is.na(x), "text", "bool"), ifelse(is.na(x), "NA", tolower(x))))
    }
    if (is.character(x)) return(record(section, labels, "text", plain_text(x)))
    if (!is.numeric(x)) stop("cannot label a value of class ", class(x)[1], ": ", labels[1], instead(x), call. = FALSE)
    text <- if (is.integer(x)) sprintf("%d", x) else sprintf("%.17g", x)
    text[is.na(x)] <- ifelse(is.nan(x[is.na(x)]), "NaN", "NA")
    record(section, labels, ifelse(is.finite(x), "number", "text"), text)
}

# What to return for what is no labelled value.
instead <- function(x) {
    hint <- if (is.complex(x)) "return its parts, list(re = Re(z), im = Im(z))"
        else if (is.raw(x)) "return its bytes as numbers, as.integer(x)"
        else if (is.function(x)) "return what it gives, such as f(1)"
        else if (is.environment(x)) "return its fields, such as list(n = x$n)"
        else if (is.language(x)) "return its text, paste(deparse(x), collapse = \" \")"
        else if (isS4(x)) "return numbers of it, such as fixef(model), or its slots, x@name"
    if (is.null(hint)) "" else paste0("; ", hint)
}

flatten_value <- function(section, name, x) {
    if (is_time(x)) x <- time_text(x)
    if (is.null(x)) return(record(section, name, "text", "NULL"))
    if ((isS4(x) && !is.atomic(x)) || is.environment(x) || is.function(x)) {
        stop("cannot label ", name, ": an object of class ", class(x)[1], instead(x), call. = FALSE)
    }
    if (!length(x) || (is.data.frame(x) && !nrow(x))) return(record(section, name, "text", "empty"))
    if (is.data.frame(x)) {
        columns <- lapply(names(x), function(column) {
            if (is.list(x[[column]])) stop("cannot label ", name, ": its column ", column, " is a list", call. = FALSE)
            scalar_records(section, sprintf("%s[%s, %s]", name, row.names(x), column), x[[column]])
        })
        return(do.call(rbind, columns))
    }
    if (is.list(x)) {
        given <- if (is.null(names(x))) character(length(x)) else names(x)
        inner <- ifelse(given == "", sprintf("%s[[%d]]", name, seq_along(x)), paste0(name, "$", given))
        return(do.call(rbind, lapply(seq_along(x), function(i) flatten_value(section, inner[[i]], x[[i]]))))
    }
    extent <- dim(x)
    if (length(extent) > 1) {
        along <- lapply(seq_along(extent), function(k) {
            given <- dimnames(x)[[k]]
            if (is.null(given)) as.character(seq_len(extent[[k]])) else given
        })
        labels <- do.call(paste, c(expand.grid(along, stringsAsFactors = FALSE), sep = ", "))
        return(scalar_records(section, sprintf("%s[%s]", name, labels), as.vector(x)))
    }
    labels <- if (!is.null(names(x))) sprintf("%s[%s]", name, names(x))
              else if (length(x) == 1) name
              else if (length(x)) sprintf("%s[%d]", name, seq_along(x))
    scalar_records(section, labels, if (is.factor(x)) x else as.vector(x))
}

# A named list, each item flattened under its name. Two values with one label are an error: labels are how sides are matched.
flatten <- function(x, section = "default") {
    if (!is.list(x) || is.null(names(x)) || any(names(x) == "")) {
        stop("a script's last value must be a named list of labelled values", call. = FALSE)
    }
    x <- unclass(x)
    rows <- do.call(rbind, lapply(names(x), function(name) flatten_value(section, name, x[[name]])))
    twice <- rows[duplicated(rows[, 2]), 2]
    if (length(twice)) stop("two values are labelled ", twice[[1]], call. = FALSE)
    rows
}

write_records <- function(rows, file) {
    escaped <- gsub("\t", "\\t", gsub("\n", "\\n", gsub("\\", "\\\\", rows, fixed = TRUE), fixed = TRUE), fixed = TRUE)
    connection <- file(file, "wb")
    on.exit(close(connection))
    writeLines(enc2utf8(apply(matrix(escaped, ncol = 4), 1, paste, collapse = "\t")), connection, useBytes = TRUE)
}
