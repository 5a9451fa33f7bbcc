"""Reads an OTLP trace request as JSON from standard input through OpenTelemetry's own protobuf definitions.

OTLP's JSON departs from protobuf's in one thing: ids are hexadecimal digits, where protobuf has base64
(https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). They are rewritten; everything else is read as it is, and
a field that the definitions do not have is an error.
"""

import base64
import json
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

request = json.load(sys.stdin)
for resource in request["resourceSpans"]:
    for scope in resource["scopeSpans"]:
        for span in scope["spans"]:
            for key in ("traceId", "spanId", "parentSpanId"):
                if key in span:
                    span[key] = base64.b64encode(bytes.fromhex(span[key])).decode()

message = json_format.ParseDict(request, ExportTraceServiceRequest(), ignore_unknown_fields=False)
spans = [span for resource in message.resource_spans for scope in resource.scope_spans for span in scope.spans]
json.dump(
    [
        {
            "name": span.name,
            "kind": span.kind,
            "trace": span.trace_id.hex(),
            "span": span.span_id.hex(),
            "parent": span.parent_span_id.hex(),
            "state": span.trace_state,
            "flags": span.flags,
            "nanoseconds": span.end_time_unix_nano - span.start_time_unix_nano,
            "attributes": {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in span.attributes},
        }
        for span in spans
    ],
    sys.stdout,
)
