# Fit the tasks with lme4, by its default and at the optimum of its criterion; one line of JSON for each and each program.
# Rscript lme4.R TASKS.json TIGHT.R [KEY]      KEY: the default fit alone, under that name
suppressPackageStartupMessages(library(lme4))
arguments <- commandArgs(TRUE)
tasks <- jsonlite::fromJSON(arguments[1], simplifyDataFrame = FALSE, simplifyMatrix = FALSE)
source(arguments[2])

text_of <- function(task) {
  bars <- vapply(task$terms, function(term) {
    sprintf("(%s | %s)", paste(c(if (!"1" %in% term$columns) "0", term$columns), collapse = " + "), term$group)
  }, "")
  paste("y ~", paste(c(if (task$intercept) "1" else "0", task$fixed, bars), collapse = " + "))
}

# The parameters as certified values stand: of each term the lower triangle of deviations and correlations, column by
# column, then sigma and the fixed effects. lme4 2.0 lists all deviations first.
parameters <- function(m) {
  of_term <- function(group) {
    columns <- colnames(VarCorr(m)[[group]])
    pairs <- which(lower.tri(diag(length(columns)), diag = TRUE), arr.ind = TRUE)
    apply(pairs, 1, function(at) if (at[1] == at[2]) sprintf("sd_%s|%s", columns[at[1]], group) else
      sprintf("cor_%s.%s|%s", columns[at[1]], columns[at[2]], group))
  }
  c(unlist(lapply(names(VarCorr(m)), of_term)), "sigma", names(fixef(m)))
}

report <- function(m, task) {
  rows <- as.data.frame(VarCorr(m))$vcov
  reason <- ""
  ends <- if (isTRUE(task$intervals)) tryCatch({
    ci <- confint(m, oldNames = FALSE, quiet = TRUE)
    if (packageVersion("lme4") >= "2.0") ci <- ci[parameters(m), ]
    lapply(seq_len(nrow(ci)), function(i) ifelse(is.finite(ci[i, ]), unname(ci[i, ]), NA))
  }, error = function(e) {
    reason <<- paste("intervals:", conditionMessage(e))
    NULL
  })
  c(list(beta = unname(fixef(m)), SE = unname(sqrt(diag(as.matrix(vcov(m))))), theta = unname(getME(m, "theta")),
         variances = rows[-length(rows)], sigma = sigma(m), criterion = if (task$reml) REMLcrit(m) else deviance(m)),
    list(intervals = ends, reason = reason))
}

run <- function(task) {
  data <- as.data.frame(task$columns, stringsAsFactors = TRUE)
  seconds <- numeric()
  made <- tryCatch({
    while (length(seconds) < 3 && sum(seconds) < 5) {
      start <- proc.time()
      m <- lmer(as.formula(text_of(task)), data, REML = task$reml, weights = if (!is.null(data$w)) w, offset = if (!is.null(data$o)) o)
      seconds <- c(seconds, sum((proc.time() - start)[1:2]))
    }
    values <- report(m, task)
    kept <- values[setdiff(names(values), c("reason", if (is.null(values$intervals)) "intervals"))]
    list(status = "ok", reason = values$reason, values = lapply(kept, I), seconds = min(seconds))
  }, error = function(e) list(status = "failed", reason = conditionMessage(e)))
  made
}

for (task in tasks) {
  told <- setNames(list(suppressMessages(suppressWarnings(run(task)))), if (length(arguments) > 2) arguments[3] else "lme4")
  if (length(arguments) < 3) told[["lme4-tight"]] <- suppressMessages(suppressWarnings(with_tight_lmer(run(task))))
  for (program in names(told)) {
    line <- c(list(program = program, model = task$key), told[[program]])
    writeLines(jsonlite::toJSON(line, auto_unbox = TRUE, digits = I(17), na = "null"))
  }
}
