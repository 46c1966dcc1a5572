#!/bin/sh
# R, the packages that the cases use, and what pip needs to build rpy2, from Debian's or Ubuntu's own packages.
# dfoptim: lme4 1.1-31's allFit fails ("logical subscript too long") where neither dfoptim nor optimx is installed.
set -eu
if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root apt-get install -y -qq --no-install-recommends \
    r-base-core r-base-dev \
    r-cran-lme4 r-cran-lmertest r-cran-pbkrtest r-cran-mass r-cran-dfoptim \
    r-cran-dplyr r-cran-tidyr r-cran-tibble r-cran-ggplot2 \
    r-cran-nlme r-cran-mlmrev r-cran-hsaur3 r-cran-emmeans r-cran-car r-cran-broom r-cran-broom.mixed \
    r-cran-performance r-cran-effects r-cran-ggeffects r-cran-effectsize
Rscript --vanilla -e 'cat("R", as.character(getRversion()), "with lme4", as.character(packageVersion("lme4")), "\n")'
