# lme4's side of benchmark_peers.py: fits the one task of a file, a long one once; one line of JSON.
# Rscript benchmark_peers.R TASKS.json FORMULA
suppressPackageStartupMessages(library(lme4))
arguments <- commandArgs(TRUE)
task <- jsonlite::fromJSON(arguments[1], simplifyDataFrame = FALSE, simplifyMatrix = FALSE)[[1]]
data <- as.data.frame(task$columns, stringsAsFactors = TRUE)
fit <- function() lmer(as.formula(arguments[2]), data, REML = task$reml)
seconds <- sum(system.time(m <- fit())[1:2])
if (seconds < 5) seconds <- min(vapply(1:2, function(i) {
  once <- sum(system.time(fit())[1:2])
  times <- max(1, floor(0.3 / max(once, 1e-3)))
  sum(system.time(for (j in seq_len(times)) m <<- fit())[1:2]) / times
}, 0))
values <- list(beta = unname(fixef(m)), SE = unname(sqrt(diag(as.matrix(vcov(m))))), theta = unname(getME(m, "theta")),
               sigma = sigma(m), criterion = if (task$reml) REMLcrit(m) else deviance(m))
cat(jsonlite::toJSON(list(status = "ok", reason = "", seconds = seconds, values = values), auto_unbox = TRUE, digits = 17), "\n")
