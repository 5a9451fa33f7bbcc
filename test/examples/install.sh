#!/usr/bin/env bash
# Installs and builds the apps in examples/, side by side: each with its own lock file, and with the package as it is packed from here.
set -euo pipefail
cd "$(dirname "$0")/../.."
export NEXT_TELEMETRY_DISABLED=1

npm run -s build
npm pack --silent --pack-destination examples > /dev/null
mv "examples/setosa-$(node -p 'require("./package.json").version').tgz" examples/setosa.tgz

prepare() {
  local example=$1
  cd "examples/$example"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  for script in types compile check build; do npm run -s --if-present "$script"; done
}

pids=()
for example in express fastify hono nextjs workers; do
  (prepare "$example" > "/tmp/setosa-example-$example.log" 2>&1) &
  pids+=("$!:$example")
done
failed=0
for entry in "${pids[@]}"; do
  if wait "${entry%%:*}"; then continue; fi
  echo "examples/${entry##*:} cannot be installed or built:"
  cat "/tmp/setosa-example-${entry##*:}.log"
  failed=1
done
# What setosa types writes is committed, as in anybody's app.
git diff --exit-code --stat -- examples
exit "$failed"
