import type { Mutant } from "./mutant.ts";

const http = ["src/server/http1"];
const access = ["src/server/access"];
const links = ["src/models/find-models.test.ts"];

/** What keeps strangers out. */
export const securityMutants: readonly Mutant[] = [
  {
    what: "security: a length beside chunks",
    file: "src/server/http1/request-head.ts",
    from: "if (length !== undefined) return { fault",
    to: "if (false) return { fault",
    tests: http,
  },
  {
    what: "security: two hosts",
    file: "src/server/http1/request-head.ts",
    from: '"host", "content-length", ',
    to: '"content-length", ',
    tests: http,
  },
  {
    what: "security: CONNECT",
    file: "src/server/http1/request-head.ts",
    from: 'if (method === "CONNECT")',
    to: 'if (method === "CONNEC")',
    tests: http,
  },
  {
    what: "security: a trailer that ends the connection",
    file: "src/server/http1/body.ts",
    from: "host|trailer|te|connection|",
    to: "host|trailer|te|",
    tests: http,
  },
  {
    what: "security: open paths with anything behind them",
    file: "src/server/access/gate.ts",
    from: "if (open(request))",
    to: "if (open(request) || request.path.startsWith('/health/live'))",
    tests: access,
  },
  {
    what: "security: every key administers",
    file: "src/server/access/gate.ts",
    from: "if (admin && !key.admin)",
    to: "if (admin && false)",
    tests: access,
  },
  {
    what: "security: verdicts outlive their keys",
    file: "src/server/access/gate.ts",
    from: "      verdicts = new WeakMap();\n",
    to: "",
    tests: access,
  },
  {
    what: "security: a reload gives a full bucket",
    file: "src/server/access/gate.ts",
    from: "if (hashes.has(name.slice(0, 64)))",
    to: "if (hashes.has(name))",
    tests: access,
  },
  {
    what: "security: the whole rate in each process",
    file: "src/server/access/gate.ts",
    from: "new TokenBucket(key.rate / share, burst / share, now())",
    to: "new TokenBucket(key.rate, burst, now())",
    tests: access,
  },
  {
    what: "security: tokens without a limit",
    file: "src/server/access/token-bucket.ts",
    from: "Math.min(this.#most, this.#tokens + (now - this.#at) * this.#perMillisecond)",
    to: "this.#tokens + (now - this.#at) * this.#perMillisecond",
    tests: access,
  },
  {
    what: "security: a misspelt limit is none",
    file: "src/server/access/key-file.ts",
    from: "if (unknown !== undefined)",
    to: "if (unknown === null)",
    tests: access,
  },
  {
    what: "security: a name that begins like an address",
    file: "src/server/access/no-browsers.ts",
    from: "isIP(address) !== 0",
    to: 'isIP(address.split(".").slice(0, 4).join(".")) !== 0',
    tests: access,
  },
  {
    what: "security: pages of every origin",
    file: "src/server/cors.ts",
    from: 'return allowed.has(origin) ? origin : "";',
    to: "return origin;",
    tests: ["src/server/cors.test.ts"],
  },
  {
    what: "security: a folder beside that begins with the root's name",
    file: "src/models/inside-root.ts",
    from: 'root.endsWith("/") || root.endsWith("\\\\") ? root : root + separator(root)',
    to: "root",
    tests: links,
  },
  {
    what: "security: links are looked at when they are found only",
    file: "src/models/read-file.ts",
    from: "root === undefined ? given : await insideRoot(files, root, path)",
    to: "given",
    tests: links,
  },
  {
    what: "security: pipes are opened",
    file: "src/models/find-models.ts",
    from: "(stats) => stats.isFile(),",
    to: "() => true,",
    tests: links,
  },
];
