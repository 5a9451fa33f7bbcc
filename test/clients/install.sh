#!/usr/bin/env bash
# Brings the clients of test/clients onto this machine, from the package registries: about two minutes. `all` brings those too that
# take longer than they add.
set -euo pipefail
cd "$(dirname "$0")"

python_environment() {
  python3 -m venv "$1"
  # Every package is in the file: nothing is resolved.
  "$1/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$2"
}

python_environment .venv requirements.txt
python_environment .venv-messages requirements-messages.txt
python_environment .venv-perf requirements-perf.txt

# perf_analyzer's one library that Debian has and PyPI has not. Twice: a mirror can be out of reach for a moment.
for _ in 1 2; do
  ldconfig -p | grep -q libb64.so.0d && break
  (apt-get update -qq && apt-get install -y -qq --no-install-recommends libb64-0d) > /dev/null 2>&1 || sleep 5
done

# The Go client, generated from the proto that the server answers by. protoc is in grpcio-tools.
(
  cd go
  go build -o bin/ google.golang.org/protobuf/cmd/protoc-gen-go google.golang.org/grpc/cmd/protoc-gen-go-grpc
  rm -rf inference && mkdir inference
  PATH="$PWD/bin:$PATH" ../.venv/bin/python -m grpc_tools.protoc -I ../../../proto \
    --go_out=inference --go_opt=paths=source_relative --go_opt=Mopen_inference.proto=setosa.dev/clients/inference \
    --go-grpc_out=inference --go-grpc_opt=paths=source_relative --go-grpc_opt=Mopen_inference.proto=setosa.dev/clients/inference \
    open_inference.proto
  test -z "$(gofmt -l ./*.go)"
  go vet ./...
  go test -c -o bin/client .
)

if [ "${1:-}" = all ]; then
  GOBIN="$PWD/go/bin" go install github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4
fi
