#!/usr/bin/env bash
# The linter and the generators of clients that read /openapi.json, in the versions that are pinned here.
set -euo pipefail
cd "$(dirname "$0")"

npm ci --ignore-scripts --no-audit --no-fund
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
