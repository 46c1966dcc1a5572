#!/usr/bin/env bash
# R's nlminb(), as soon as it has bounds, takes the Hessian times the step for zero: a compiler clears what it still had to read.
#
# Versions: R 4.2.2 (Debian 12's r-base-core, built by gfortran 12); 4.5.0 and 4.6.1 of Debian answer alike.
# Guess before: bounds that are never reached change nothing but the last digits, as the trust region's radius follows the same rule,
#   which compares the change of the gradient with the Hessian times the step.
# Seen: PORT multiplies a triangle by a vector in the vector's own place (its DL7TVM says that it may be), which Fortran's rules on
#   arguments forbid: at -O2 gfortran's code sets the place to 0 first, and the product is 0. Its unbounded twin uses two places. So
#   with bounds the radius doubles after other steps, and a search takes another way: what calls nlminb with bounds, lme4's
#   nlminbwrap always, meets it. No answer is wrong by it; at -O0 the product is there.
# Needs Debian 12's R (or RHOME of another) and python3, which calls the routine in R's own stats.so.
set -euo pipefail
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
home=${RHOME:-/usr/lib/R}
found=$("$home/bin/Rscript" --vanilla -e 'cat(as.character(getRversion()))')
[ "$found" = 4.2.2 ] || { echo "this is about R 4.2.2, here is $found"; exit 2; }
R_HOME=$home python3 - "$home" <<'P'
import ctypes
import sys

home = sys.argv[1]
ctypes.CDLL(f"{home}/lib/libR.so", ctypes.RTLD_GLOBAL)
product = ctypes.CDLL(f"{home}/library/stats/libs/stats.so").dl7tvm_
n, triangle = ctypes.c_int(2), (ctypes.c_double * 3)(2.0, 1.0, 3.0)  # by rows: 2; 1 3


def transposed_times(vector, place):
    product(ctypes.byref(n), place, triangle, vector)
    return list(place)


vector = (ctypes.c_double * 2)(1.0, 1.0)
apart = transposed_times(vector, (ctypes.c_double * 2)())
inside = transposed_times(vector, vector)
print("in another place", apart, "in its own", inside)
sys.exit(0 if (apart, inside) == ([3.0, 3.0], [0.0, 0.0]) else 1)
P
cat > "$place/ways.R" <<'R'
f <- function(x) 100 * (x[2] - x[1] * x[1])^2 + (1 - x[1])^2
free <- nlminb(c(-1.2, 1), f)
wide <- nlminb(c(-1.2, 1), f, lower = -1e6, upper = 1e6)
cat("evaluations without bounds", free$evaluations, "and with", wide$evaluations, "\n")
R
"$home/bin/Rscript" --vanilla "$place/ways.R" | tee "$place/said"
grep -q "bounds 45 74 and with 47 " "$place/said"
