#!/bin/sh
# R, the packages that the cases use (r_packages.txt, as far as this Debian or Ubuntu has them), and what pip needs to
# build rpy2.
# dfoptim: lme4 1.1-31's allFit fails ("logical subscript too long") where neither dfoptim nor optimx is installed.
set -eu
here=$(dirname "$0")
if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
packages="" absent=""
for package in $(cat "$here/r_packages.txt"); do
    if [ -n "$(apt-cache madison "$package")" ]; then packages="$packages $package"; else absent="$absent $package"; fi
done
# shellcheck disable=SC2086  # a word each
$as_root apt-get install -y -qq --no-install-recommends r-base-core r-base-dev $packages > /dev/null
[ -z "$absent" ] || echo "not in this release of the distribution:$absent"
Rscript --vanilla -e 'cat("R", as.character(getRversion()), "with lme4", as.character(packageVersion("lme4")), "\n")'
