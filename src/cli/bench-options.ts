import type { OptionTable, OptionValues } from "./options.ts";

/** Names and letters are those of hey where hey has them. */
export const benchOptions = {
  requests: { kind: "count", short: "n", value: "N", help: "requests to each target, in one round, instead of a duration" },
  connections: { kind: "count", short: "c", value: "N", most: 10_000, help: "connections, each with one request under way (16)" },
  duration: { kind: "text", short: "z", value: "TIME", help: "measured time of each target, over all rounds: 10s, 1m (10s)" },
  rate: { kind: "number", value: "N", least: 0.001, help: "requests per second that are due, whatever the answers do: for latency" },
  "rate-per-connection": { kind: "number", short: "q", value: "N", least: 0.001, help: "the same, for each connection" },
  method: { kind: "text", short: "m", value: "METHOD", help: "HTTP method (POST with a body, else GET)" },
  data: { kind: "text", short: "d", value: "BODY", help: "body of every request" },
  "data-file": { kind: "text", short: "D", value: "FILE", help: "file with the body; with one a line where it ends in .jsonl" },
  model: { kind: "text", value: "MODEL", help: "rows for this model: its address on a Setosa server (…/models/iris), or its file" },
  rows: { kind: "count", value: "N", most: 100_000, help: "how many different rows for --model (1024)" },
  missing: { kind: "number", value: "SHARE", least: 0, most: 1, help: "of the values that may be missing in those rows, so many are (0)" },
  header: { kind: "list", short: "H", value: "LINE", help: 'header of every request: -H "Authorization: Bearer …"' },
  "content-type": { kind: "text", short: "T", value: "TYPE", help: "content type of the body (application/json)" },
  timeout: { kind: "number", short: "t", value: "SECONDS", least: 0.001, most: 3600, help: "time for one answer (20)" },
  "disable-keepalive": { kind: "flag", help: "a new connection for every request" },
  threads: { kind: "count", value: "N", most: 64, help: "threads that send (1)" },
  rounds: { kind: "count", value: "N", most: 1000, help: "rounds, in each of which every target has its turn (10)" },
  warmup: {
    kind: "number",
    value: "SECONDS",
    least: 0,
    most: 3600,
    help: "warm-up of each target at the most, until its rate is flat (5)",
  },
  expect: { kind: "text", value: "TEXT", help: "what every answer must predict; else what the first target predicts" },
  answer: { kind: "text", value: "PATH", help: "where answers hold the prediction: outputs.0.data.0" },
  name: { kind: "list", value: "NAME", help: "name of a target, in their order" },
  "client-cores": { kind: "text", value: "LIST", help: "cores that send, as taskset -c takes them: 1 (Linux)" },
  "server-cores": { kind: "text", value: "LIST", help: "cores of the servers that -- starts" },
  seed: { kind: "count", value: "N", least: 0, most: 2 ** 32 - 1, help: "for the order of the rounds and the rows (1)" },
  hey: { kind: "flag", help: "print what hey would, for each target" },
  json: { kind: "flag", help: "print everything as JSON" },
  html: { kind: "text", value: "FILE", help: "write a page with plots" },
  "fail-if": { kind: "list", value: "CONDITION", help: "end with 3 where it holds: 'p99>5ms', 'ratio(1,2)<1.2'" },
} as const satisfies OptionTable;

export type BenchValues = OptionValues<typeof benchOptions>;
