import type { RowObject } from "../../../form/fields.ts";

export interface Call {
  /** Where the server is, without a slash at its end: `http://localhost:8080`. */
  readonly origin: string;
  readonly model: string;
  /** Undefined for the version that answers. */
  readonly version: string | undefined;
  /** The body: a row by feature, or tensors. */
  readonly row: RowObject | Readonly<Record<string, unknown>>;
  /** Whether the server wants a key: it is read from the environment, and never written into a text that is passed on. */
  readonly keyed: boolean;
}

export const languages = ["curl", "TypeScript", "Python", "Go"] as const;
export type Language = (typeof languages)[number];

/** The same call in four languages. */
export function snippet(language: Language, call: Call): string {
  switch (language) {
    case "curl":
      return curl(call);
    case "TypeScript":
      return typescript(call);
    case "Python":
      return python(call);
    case "Go":
      return go(call);
  }
}

function addressOf({ origin, model, version }: Call): string {
  const base = `${origin}/models/${encodeURIComponent(model)}`;
  return `${version === undefined ? base : `${base}/versions/${encodeURIComponent(version)}`}/predict`;
}

function curl(call: Call): string {
  const key = call.keyed ? ` \\\n  -H "Authorization: Bearer $API_KEY"` : "";
  return `curl ${shell(addressOf(call))} \\\n  -H 'Content-Type: application/json'${key} \\\n  -d ${shell(JSON.stringify(call.row))}\n`;
}

/** In a POSIX shell nothing means anything between single quotes. */
function shell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function typescript({ origin, model, version, row, keyed }: Call): string {
  const options = keyed ? `, { apiKey: process.env.API_KEY }` : "";
  const chosen = version === undefined ? "" : `, { version: ${JSON.stringify(version)} }`;
  return `import { createClient } from "setosa/client";

const client = createClient(${JSON.stringify(origin)}${options});
const answer = await client.predict(${JSON.stringify(model)}, ${JSON.stringify(row, null, 2)}${chosen});
console.log(answer.prediction);
`;
}

function python(call: Call): string {
  const headers = call.keyed
    ? `{"Content-Type": "application/json", "Authorization": f"Bearer {os.environ['API_KEY']}"}`
    : `{"Content-Type": "application/json"}`;
  return `import json
${call.keyed ? "import os\n" : ""}from urllib.request import Request, urlopen

row = ${pythonLiteral(call.row, "")}
request = Request(
    ${pythonText(addressOf(call))},
    data=json.dumps(row).encode(),
    headers=${headers},
)
with urlopen(request) as response:
    answer = json.load(response)
print(answer["${"inputs" in call.row ? "outputs" : "prediction"}"])
`;
}

function pythonLiteral(value: unknown, indent: string): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return pythonText(value);
  if (Array.isArray(value)) return `[${value.map((item) => pythonLiteral(item, indent)).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}    `;
  const lines = Object.entries(value).map(([name, item]) => `${inner}${pythonText(name)}: ${pythonLiteral(item, inner)},\n`);
  return `{\n${lines.join("")}${indent}}`;
}

/** JSON's escapes are Python's, but for characters beyond 16 bits, which JSON.stringify leaves as they are. */
function pythonText(text: string): string {
  return JSON.stringify(text);
}

function go(call: Call): string {
  const key = call.keyed ? `\trequest.Header.Set("Authorization", "Bearer "+os.Getenv("API_KEY"))\n` : "";
  return `package main

import (
\t"fmt"
\t"io"
\t"net/http"
${call.keyed ? '\t"os"\n' : ""}\t"strings"
)

func main() {
\trow := ${goText(JSON.stringify(call.row))}
\trequest, err := http.NewRequest("POST", ${goText(addressOf(call))}, strings.NewReader(row))
\tif err != nil {
\t\tpanic(err)
\t}
\trequest.Header.Set("Content-Type", "application/json")
${key}\tresponse, err := http.DefaultClient.Do(request)
\tif err != nil {
\t\tpanic(err)
\t}
\tdefer response.Body.Close()
\tanswer, err := io.ReadAll(response.Body)
\tif err != nil {
\t\tpanic(err)
\t}
\tfmt.Println(response.Status, string(answer))
}
`;
}

/** Raw where it can be: JSON between back quotes is readable. */
function goText(text: string): string {
  return /[`\r]/.test(text) || !text.includes('"') ? JSON.stringify(text) : `\`${text}\``;
}
