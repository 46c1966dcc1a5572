# The R side of benchmark.py: median milliseconds of each task, as JSON on the last line. Arguments: data folder, repetitions,
# tasks, and whether to count seconds of the clock (wall) or of the CPU (cpu).
suppressPackageStartupMessages({library(lme4); library(pbkrtest)})
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
repetitions <- as.integer(arguments[2])
tasks <- strsplit(arguments[3], ",")[[1]]
source(file.path(folder, "read.R"))
load_data <- function(name) read_fixture(name, folder)

sleep2 <- transform(subset(load_data("sleepstudy"), Days >= 2), days_deprived = Days - 2)
chapter <- lmer(Reaction ~ days_deprived + (days_deprived | Subject), sleep2)
Penicillin <- load_data("Penicillin"); Pastes <- load_data("Pastes"); cake <- load_data("cake")
large <- function(times) {
  d <- load_data("InstEval")
  do.call(rbind, lapply(seq_len(times), function(i) transform(d, s = factor(paste(s, i)))))
}
grid <- expand.grid(Subject = levels(sleep2$Subject), days_deprived = 0:10)

sleepstudy <- load_data("sleepstudy")
structured <- packageVersion("lme4") >= "2.0"

work <- list(
  fit_sleep2 = function() lmer(Reaction ~ days_deprived + (days_deprived | Subject), sleep2),
  refit_sleep2 = function() refit(chapter, sleep2$Reaction),
  predict_grid = function() predict(chapter, grid),
  profile_sleep2 = function() confint(chapter, quiet = TRUE),
  exact_sleep2 = function() confint(chapter, quiet = TRUE),      # R has no exact roots: its profile is what they replace
  boot_1000 = function() bootMer(chapter, fixef, nsim = 1000, seed = 1),
  fit_penicillin = function() lmer(diameter ~ 1 + (1 | plate) + (1 | sample), Penicillin),
  fit_pastes = function() lmer(strength ~ 1 + (1 | batch/cask), Pastes),
  fit_cake = function() lmer(angle ~ recipe * temperature + (1 | recipe:replicate), cake),
  kenward_roger = function() vcovAdj(lmer(angle ~ recipe * temperature + (1 | recipe:replicate), cake)),
  emmeans_cake = function() summary(pairs(emmeans::emmeans(cakes, ~ recipe | temperature))),
  emmeans_10000 = function() summary(emmeans::emmeans(cells, ~ a * b)),
  ref_grid_10000 = function() summary(emmeans::ref_grid(cells)),
  print_summary = function() capture.output(print(summary(insteval))),
  print_numbers = function() capture.output(print(numbers)),
  glmer_cbpp = function() glmer(cbind(incidence, size - incidence) ~ period + (1 | herd), cbpp, binomial),
  glmer_grouseticks = function() glmer(TICKS ~ YEAR + cHEIGHT + (1 | BROOD) + (1 | INDEX) + (1 | LOCATION), ticks, poisson),
  glmer_verbagg = function() glmer(r2 ~ Anger + Gender + btype + situ + (1 | id) + (1 | item), VerbAgg, binomial),
  glmer_contraception = function() glmer(use ~ age + urban + livch + (1 | district), Contraception, binomial),
  glmer_boot_20 = function() bootMer(herds, fixef, nsim = 20, seed = 1),
  fit_ar1 = if (structured) function() lmer(Reaction ~ Days + ar1(0 + factor(Days) | Subject), sleepstudy),
  fit_diag = if (structured) function() lmer(Reaction ~ Days + diag(Days | Subject), sleepstudy),
  fit_cs = if (structured) function() lmer(Reaction ~ Days + cs(Days | Subject), sleepstudy),
  profile_cs = if (structured) function() {
    profile(lmer(Reaction ~ Days + cs(Days | Subject), sleepstudy, REML = FALSE), which = 1:4)
  },
  profile_diag = if (structured) function() {
    profile(lmer(Reaction ~ Days + diag(Days | Subject), sleepstudy, REML = FALSE), which = 1:3)
  },
  fit_insteval = function() lmer(y ~ service + (1 | s) + (1 | d) + (1 | dept:service), insteval)
)
if (any(c("fit_insteval", "print_summary") %in% tasks)) insteval <- load_data("InstEval")
if (any(startsWith(tasks, "emmeans") | startsWith(tasks, "ref_grid"))) {
  library(emmeans)
  cakes <- lmer(angle ~ recipe * temperature + (1 | recipe:replicate), cake)
  levels <- paste0("l", 0:9)
  cells <- lm(y ~ a + b + c + d, cbind(expand.grid(a = levels, b = levels, c = levels, d = levels), y = sin(1:10000)))
}
if (any(startsWith(tasks, "glmer"))) {
  cbpp <- load_data("cbpp"); VerbAgg <- load_data("VerbAgg"); Contraception <- load_data("Contraception")
  ticks <- transform(load_data("grouseticks"), cHEIGHT = (HEIGHT - 462) / 50)
  herds <- glmer(cbind(incidence, size - incidence) ~ period + (1 | herd), cbpp, binomial)
}
numbers <- sqrt(seq_len(73421))
options(max.print = 99999)

counted <- if (arguments[4] == "cpu") c("user.self", "sys.self", "user.child", "sys.child") else "elapsed"
milliseconds <- function(task, f) {
  f()
  once <- sum(system.time(f())[counted])
  inner <- max(1, ceiling(0.2 / max(once, 1e-4)))
  n <- if (once > 2) 1 else repetitions
  median(replicate(n, sum(system.time(for (i in seq_len(inner)) f())[counted]) / inner)) * 1000
}
times <- lapply(setNames(tasks, tasks), function(task) if (is.null(work[[task]])) NULL else milliseconds(task, work[[task]]))
peak <- sum(gc()[, 6])
cat(jsonlite::toJSON(list(times = times, peak_mb = peak, R = R.version.string, lme4 = as.character(packageVersion("lme4")),
                          BLAS = extSoftVersion()[["BLAS"]]), auto_unbox = TRUE, digits = 6), "\n")
