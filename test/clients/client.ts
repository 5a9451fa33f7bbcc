import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { root } from "../e2e/process.ts";

/** A row of clients.json: a client, which version of it, what of it is exercised and where that is run. */
export interface Client {
  readonly client: string;
  readonly version: string;
  readonly from: string;
  readonly protocols: readonly string[];
  readonly exercised: readonly string[];
  /** A file of Python's or Node's tests, or the folder of Go's. */
  readonly suite: string;
  readonly step: ".ci/run" | "test/clients/all.sh";
  /** Whether it is run against several workers too. */
  readonly workers: boolean;
}

export const clients = JSON.parse(readFileSync(`${root}test/clients/clients.json`, "utf8")) as readonly Client[];

const folder = `${root}test/clients/`;

function commandOf(suite: string): readonly string[] {
  if (suite === "go") return [`${folder}go/bin/client`, "-test.v"];
  if (suite.endsWith(".ts")) return [process.execPath, "--import", "tsx", "--test", `${folder}${suite}`];
  // An environment that has nothing but the messages, and so not pytest.
  if (suite.startsWith("messages/")) return [`${folder}.venv-messages/bin/python`, `${folder}${suite}`];
  return [`${folder}.venv/bin/python`, "-m", "pytest", "-q", "-p", "no:cacheprovider", `${folder}${suite}`];
}

/** How pytest, unittest, Go and node:test say that there were tests. */
const someRan = /^[1-9]\d* passed|^Ran [1-9]\d* tests?|^--- PASS|^(#|ℹ) pass [1-9]/m;

/**
 * Runs a client's tests against a server.
 * @throws Error with all that the tests said, if one failed or none ran
 */
export async function runClient({ suite }: Client, environment: Readonly<Record<string, string>>): Promise<void> {
  const [command = "", ...args] = commandOf(suite);
  const cwd = suite === "go" ? `${folder}go` : folder;
  const env = { ...process.env, NO_COLOR: "1", PYTHONDONTWRITEBYTECODE: "1", ...environment };
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { cwd, env, maxBuffer: 1 << 26 });
    if (!someRan.test(`${stdout}\n${stderr}`)) throw Object.assign(new Error("no test ran"), { stdout, stderr });
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as { stdout?: string; stderr?: string; message: string };
    throw new Error(`${message}\n${stdout}\n${stderr}`);
  }
}
