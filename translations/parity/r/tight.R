# lmer fitted to the optimum of its criterion, as far as doubles allow.
#
# A derivative-free optimizer cannot tell two criteria apart whose parameters differ by about sqrt(eps), so its parameters hold
# 5 to 8 digits whatever its tolerances. Newton's method on the criterion's gradient does not have that limit. The gradient is
# taken by central differences of order 10, whose step is a fraction of the criterion's own length scale, sqrt(2 / second
# derivative). (Order 6 left the theta of a factor with two levels wrong in its ninth digit.)

newton_weights <- c(-1/1260, 5/504, -5/84, 5/21, -5/6, 0, 5/6, -5/21, 5/84, -5/504, 1/1260)

# An optimizer in lme4's sense. Parameters that stand on a bound with the criterion rising inwards stay there.
parity_newton <- function(fn, par, lower = rep(-Inf, length(par)), upper = rep(Inf, length(par)), control = list()) {
    start <- lme4::nloptwrap(par, fn, lower, upper,
                             control = list(xtol_abs = 1e-10, ftol_abs = 1e-12, maxeval = 1e5))
    x <- start$par
    value <- function(at) fn(pmin(pmax(at, lower), upper))
    evaluations <- start$feval
    last <- Inf
    for (iteration in 1:8) {
        free <- which(x - lower > 1e-5 & upper - x > 1e-5)
        if (!length(free)) break
        room <- pmin(x - lower, upper - x)[free] / 5.5
        h <- pmin(1e-2 * pmax(abs(x[free]), 1e-3), room)
        move <- function(i, by) { at <- x; at[free[i]] <- at[free[i]] + by; at }
        centre <- value(x)
        for (pass in 1:2) {
            second <- vapply(seq_along(free), function(i) (value(move(i, h[i])) - 2 * centre + value(move(i, -h[i]))) / h[i]^2, 0)
            h <- pmin(ifelse(second > 0, 0.03 * sqrt(2 / abs(second)), h), room)
        }
        gradient <- vapply(seq_along(free), function(i)
            sum(newton_weights * vapply(-5:5, function(k) value(move(i, k * h[i])), 0)) / h[i], 0)
        hessian <- diag(second, length(free))
        for (i in seq_along(free)) for (j in seq_len(i - 1)) {
            corner <- function(a, b) { at <- move(i, a * h[i]); at[free[j]] <- at[free[j]] + b * h[j]; value(at) }
            hessian[i, j] <- hessian[j, i] <-
                (corner(1, 1) - corner(1, -1) - corner(-1, 1) + corner(-1, -1)) / (4 * h[i] * h[j])
        }
        evaluations <- evaluations + 1 + 15 * length(free) + 2 * length(free) * (length(free) - 1)
        step <- tryCatch(solve(hessian, gradient), error = function(e) NULL)
        if (is.null(step) || any(second <= 0)) break
        candidate <- x
        candidate[free] <- pmin(pmax(x[free] - step, lower[free]), upper[free])
        if (value(candidate) > centre + 1e-9 * max(1, abs(centre))) break
        x <- candidate
        # Newton's steps shrink until rounding is all that is left of them.
        if (max(abs(step / h)) >= last / 2) break
        last <- max(abs(step / h))
    }
    list(par = x, fval = value(x), feval = evaluations, conv = 0, message = "Newton on tenth-order differences")
}

tight_control <- "lmerControl(optimizer = 'parity_newton'), see translations/parity/r/tight.R: nloptwrap, then Newton"

default_control <- function() paste(deparse(formals(lme4::lmerControl)$optimizer), "with lme4's own control")

# Evaluate `code` while lmer and refitML, by which likelihood profiles and tests go from REML to ML, default to the tight
# optimizer. The calls that lmer records, and so what is printed, stay as written. The functions are changed wherever lme4
# itself, the search path, or lmerTest, which calls lme4::lmer, finds them.
with_tight_lmer <- function(code) {
    lme4 <- asNamespace("lme4")
    tight <- original <- list(lmer = lme4$lmer, refitML.merMod = lme4$refitML.merMod)
    formals(tight$lmer)$control <- quote(lmerControl(optimizer = "parity_newton"))
    formals(tight$refitML.merMod)$optimizer <- "parity_newton"
    use <- function(functions) {
        places <- c(lme4, if ("package:lme4" %in% search()) as.environment("package:lme4"))
        for (place in places) for (name in names(functions)) if (exists(name, place, inherits = FALSE)) {
            unlockBinding(name, place)
            assign(name, functions[[name]], place)
            lockBinding(name, place)
        }
        registerS3method("refitML", "merMod", functions$refitML.merMod, lme4)
    }
    use(tight)
    on.exit(use(original))
    force(code)
}
