#!/bin/sh
# Another release of Debian in a folder, with its R, the packages of the cases and its Python: r_root.sh SUITE DIR
#
#     trixie   R 4.5, lme4 1.1-37, Python 3.13           forky   R 4.6, lme4 2.1-0, Python 3.14
#
# Then `chroot DIR Rscript ...`. As root, on Debian or Ubuntu, some two minutes and 2 GB; to take it away again:
# umount DIR/proc DIR/dev && rm -r --one-file-system DIR. DIR's packages come from DEBIAN_MIRROR (deb.debian.org).
set -eu
[ $# = 2 ] || { echo "usage: r_root.sh SUITE DIR" >&2; exit 2; }
suite=$1 folder=$2 here=$(dirname "$0") mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
fail() { echo "r_root.sh: no R of Debian $suite in $folder: $1" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "making a folder to chroot into takes root"
[ ! -e "$folder/etc/debian_version" ] || fail "the folder has a system in it already"
log=$(mktemp) probe=$(mktemp -d)
trap 'rm -rf "$log" "$probe"' EXIT
{ mount --bind "$probe" "$probe" && umount "$probe"; } 2> "$log" ||
    fail "$(cat "$log") (a container has to be --privileged, or have --cap-add SYS_ADMIN)"
export DEBIAN_FRONTEND=noninteractive
if ! command -v debootstrap > /dev/null; then
    apt-get update -qq || true
    apt-get install -y -qq --no-install-recommends debootstrap > /dev/null || fail "apt-get cannot install debootstrap"
fi
# A suite that is younger than debootstrap is made as unstable is, which all of them are.
[ -e "/usr/share/debootstrap/scripts/$suite" ] || ln -s sid "/usr/share/debootstrap/scripts/$suite"
debootstrap --variant=minbase --include=ca-certificates "$suite" "$folder" "$mirror" > "$log" 2>&1 ||
    { tail -n 5 "$log" >&2; fail "debootstrap stopped (it needs mknod and mount, which a container may forbid)"; }
# What the machine says of its network holds there too.
for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/apt/apt.conf.d/* /etc/ssl/certs/ca-certificates.crt; do
    [ ! -f "$file" ] || cp "$file" "$folder$file"
done
for place in proc dev; do
    mount --bind "/$place" "$folder/$place" || fail "mount --bind is not allowed here"
done
echo 'Acquire::Retries "3";' > "$folder/etc/apt/apt.conf.d/90retries"
mkdir "$folder/scripts"
cp "$here/r_packages.txt" "$here/install_r.sh" "$folder/scripts/"
chroot "$folder" sh -c "sh /scripts/install_r.sh && apt-get install -y -qq --no-install-recommends \
    git make python3 python3-dev python3-venv && apt-get clean" > "$log" 2>&1 ||
    { tail -n 5 "$log" >&2; fail "apt-get stopped"; }
grep "^not in\|^R " "$log"
