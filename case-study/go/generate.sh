#!/usr/bin/env bash
# Makes internal/inference from the repository's proto. Needs Python's grpcio-tools (protoc) and Go's generators:
#   go install google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12 google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.0
set -euo pipefail
cd "$(dirname "$0")"
python3 -m grpc_tools.protoc -I ../../proto --go_out=internal/inference --go-grpc_out=internal/inference \
  --go_opt=paths=source_relative,Mopen_inference.proto=setosa.dev/case-study/internal/inference \
  --go-grpc_opt=paths=source_relative,Mopen_inference.proto=setosa.dev/case-study/internal/inference open_inference.proto
