# Fit the generalized tasks with lme4 or glmmTMB; one line of JSON for each.
# Rscript glmer.R TASKS.json KEY PACKAGE
arguments <- commandArgs(TRUE)
package <- arguments[3]
suppressPackageStartupMessages({library(lme4); library(package, character.only = TRUE)})
tasks <- jsonlite::fromJSON(arguments[1], simplifyDataFrame = FALSE, simplifyMatrix = FALSE)

text_of <- function(task) {
  bars <- vapply(task$terms, function(term) {
    sprintf("(%s | %s)", paste(c(if (!"1" %in% term$columns) "0", term$columns), collapse = " + "), term$group)
  }, "")
  paste("y ~", paste(c(if (task$intercept) "1" else "0", task$fixed, bars), collapse = " + "))
}

of_term <- function(V) {
  V <- as.matrix(V)
  c(diag(V), V[lower.tri(V)])
}

report <- function(m) {
  tmb <- package == "glmmTMB"
  terms <- if (tmb) VarCorr(m)$cond else VarCorr(m)
  V <- as.matrix(if (tmb) vcov(m)$cond else vcov(m))
  list(beta = unname(if (tmb) fixef(m)$cond else fixef(m)), SE = unname(sqrt(diag(V))), criterion = -2 * as.numeric(logLik(m)),
       theta = if (!tmb) unname(getME(m, "theta")), variances = unname(unlist(lapply(terms, of_term))))
}

run <- function(task) {
  if (package == "glmmTMB" && (task$link == "cloglog" || task$nAGQ > 1))
    return(list(status = "cannot", reason = "its Laplace approximation takes the observed curvature, and has no quadrature: another criterion"))
  data <- as.data.frame(task$columns, stringsAsFactors = TRUE)
  family <- match.fun(task$family)(link = task$link)
  more <- if (package == "lme4") list(nAGQ = task$nAGQ) else list()
  if (!is.null(data$w)) more$weights <- quote(w)
  if (!is.null(data$o)) more$offset <- quote(o)
  fit <- if (package == "lme4") quote(glmer) else quote(glmmTMB)
  call <- as.call(c(list(fit, as.formula(text_of(task)), data = quote(data), family = quote(family)), more))
  seconds <- numeric()
  tryCatch({
    while (length(seconds) < 3 && sum(seconds) < 5) {
      start <- proc.time()
      m <- eval(call)
      seconds <- c(seconds, sum((proc.time() - start)[1:2]))
    }
    values <- report(m)
    list(status = "ok", reason = "", values = lapply(values[!vapply(values, is.null, NA)], I), seconds = min(seconds))
  }, error = function(e) list(status = "failed", reason = conditionMessage(e)))
}

for (task in tasks) {
  told <- suppressMessages(suppressWarnings(run(task)))
  line <- c(list(program = arguments[2], model = task$key), told)
  writeLines(jsonlite::toJSON(line, auto_unbox = TRUE, digits = I(17), na = "null"))
}
