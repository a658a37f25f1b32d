#!/usr/bin/env bash
# newer-pgbouncer.sh FOLDER: puts PgBouncer of Debian trixie there, with the libraries that it was built with, beside
# which nothing of the system is changed. It is started by FOLDER/pgbouncer.
set -euo pipefail
folder=$1
mkdir -p "$folder"/{lists/partial,cache/archives/partial,sources,packages,root}
chmod 755 "$folder" # the tests start it as an ordinary user
cat >"$folder/sources/trixie.sources" <<END
Types: deb
URIs: $(sed -n 's/^URIs: //p; s/^deb \(\[.*\] \)\?\(http[^ ]*\) .*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -1)
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END
apart=(-o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$folder/sources" -o Dir::State::lists="$folder/lists"
  -o Dir::Cache="$folder/cache" -o APT::Sandbox::User=root)
apt-get "${apart[@]}" update -qq
libraries=(libc6 libssl3t64 libcares2 libevent-2.1-7t64 libsystemd0 libpam0g libaudit1 libcap-ng0 libcap2 libzstd1 zlib1g)
cd "$folder/packages"
apt-get "${apart[@]}" download -qq "${libraries[@]/%//trixie}" pgbouncer/trixie
for package in *.deb; do dpkg-deb -x "$package" "$folder/root"; done
libraries_in="$folder/root/usr/lib/$(uname -m)-linux-gnu"
printf '#!/bin/sh\nexec %s/ld-linux-*.so.* --library-path %s %s/root/usr/sbin/pgbouncer "$@"\n' \
  "$libraries_in" "$libraries_in" "$folder" >"$folder/pgbouncer"
chmod 755 "$folder/pgbouncer"
"$folder/pgbouncer" --version
