#!/usr/bin/env bash
# Every client, also those that `.ci/run` leaves out, against the server of this clone: `test/clients/all.sh`.
set -euo pipefail
cd "$(dirname "$0")"
./install.sh all
cd ../..
CLIENTS=all npx vitest run --config vitest.clients.config.ts
