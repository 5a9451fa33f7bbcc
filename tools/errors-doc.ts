import { readFileSync, writeFileSync } from "node:fs";
import { exitStatus } from "../src/cli/exit-status.ts";
import { type ErrorCode, errorCodes } from "../src/errors.ts";
import { httpStatus } from "../src/protocols/http-status.ts";

/** Writes docs/errors.md from the tables in the code; with --check only says whether it is up to date. */

const target = new URL("../docs/errors.md", import.meta.url);

export function errorsDocument(): string {
  const rows = Object.entries(errorCodes).map(([name, summary]) => {
    const code = name as ErrorCode;
    return `| \`${code}\` | ${httpStatus[code]} | ${exitStatus[code]} | ${summary} |`;
  });
  return [
    "# Errors",
    "",
    "<!-- Made by `npm run docs:errors` from src/errors.ts and src/protocols/http-status.ts. -->",
    "",
    "Every failure has one of these codes, which do not change. Over HTTP it is the answer's body, with the status below:",
    "",
    "```json",
    '{"error":{"code":"FEATURE_MISSING","message":"…","path":"[3][\\"petal width (cm)\\"]","hint":"…"}}',
    "```",
    "",
    "`path` says where in the request, `hint` what to do. In the library it is a `SetosaError` with the same fields; on the command line",
    "it is printed, and is the exit status.",
    "",
    "| code | HTTP | exit | meaning |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== errorsDocument()) {
    console.error("docs/errors.md is out of date: run npm run docs:errors");
    process.exitCode = 1;
  }
} else writeFileSync(target, errorsDocument());
