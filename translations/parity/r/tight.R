# lmer fitted to the optimum of its criterion, as far as doubles allow.
#
# A derivative-free optimizer cannot tell two criteria apart whose parameters differ by about sqrt(eps), so its parameters hold
# 5 to 8 digits whatever its tolerances. Newton's method on the criterion's gradient does not have that limit. The gradient is
# taken by central differences of order 10, whose step is a fraction of the criterion's own length scale, sqrt(2 / second
# derivative). (Order 6 left the theta of a factor with two levels wrong in its ninth digit.)

newton_steps <- c(-5:-1, 1:5)
newton_weights <- c(-1/1260, 5/504, -5/84, 5/21, -5/6, 5/6, -5/21, 5/84, -5/504, 1/1260)

# An optimizer in lme4's sense. Parameters that stand on a bound with the criterion rising inwards stay there.
parity_newton <- function(fn, par, lower = rep(-Inf, length(par)), upper = rep(Inf, length(par)), control = list()) {
    start <- lme4::nloptwrap(par, fn, lower, upper,
                             control = list(xtol_abs = 1e-10, ftol_abs = 1e-12, maxeval = 1e5))
    evaluations <- start$feval
    value <- function(at) { evaluations <<- evaluations + 1; fn(pmin(pmax(at, lower), upper)) }
    x <- start$par
    centre <- value(x)
    last <- Inf # the length of the step that led to x, in steps h of the differences
    moved <- NULL
    for (iteration in 1:8) {
        free <- which(x - lower > 1e-5 & upper - x > 1e-5)
        if (!length(free)) break
        move <- function(i, by) { at <- x; at[free[i]] <- at[free[i]] + by; at }
        # Second derivatives are taken anew after a long step; after a short one they are good enough as they were.
        anew <- last > 1e-2 || !identical(free, moved)
        if (anew) {
            moved <- free
            room <- pmin(x - lower, upper - x)[free] / 5.5
            h <- pmin(1e-2 * pmax(abs(x[free]), 1e-3), room)
            for (pass in 1:2) {
                second <- vapply(seq_along(free), function(i)
                    (value(move(i, h[i])) - 2 * centre + value(move(i, -h[i]))) / h[i]^2, 0)
                h <- pmin(ifelse(second > 0, 0.03 * sqrt(2 / abs(second)), h), room)
            }
        }
        along <- vapply(seq_along(free), function(i) vapply(newton_steps, function(k) value(move(i, k * h[i])), 0), newton_weights)
        gradient <- colSums(newton_weights * along) / h
        if (anew) {
            second <- (colSums(along[abs(newton_steps) == 1, , drop = FALSE]) - 2 * centre) / h^2
            if (any(second <= 0)) break
            hessian <- diag(second, length(free))
            for (i in seq_along(free)) for (j in seq_len(i - 1)) {
                corner <- function(a, b) { at <- move(i, a * h[i]); at[free[j]] <- at[free[j]] + b * h[j]; value(at) }
                hessian[i, j] <- hessian[j, i] <-
                    (corner(1, 1) - corner(1, -1) - corner(-1, 1) + corner(-1, -1)) / (4 * h[i] * h[j])
            }
        }
        step <- tryCatch(solve(hessian, gradient), error = function(e) NULL)
        if (is.null(step)) break
        candidate <- x
        candidate[free] <- pmin(pmax(x[free] - step, lower[free]), upper[free])
        there <- value(candidate)
        if (there > centre + 1e-9 * max(1, abs(centre))) break
        x <- candidate
        centre <- there
        # Each step leaves about 1e-4 of itself or less, until rounding is all that is left: about 5e-10.
        long <- max(abs(step / h))
        if (long < 1e-6 || long >= last / 2) break
        last <- long
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
