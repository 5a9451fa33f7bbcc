/**
 * What of the documents is not run by their tests, and why. Every other block is: shell, TypeScript and JavaScript by
 * `npm test`, Python by .ci/run. A command of `setosa` is read with its own table of options even so.
 */
export interface NotRun {
  readonly page: string;
  /** How the block begins, or a command of a block for the shell. */
  readonly starts: string;
  readonly why: string;
}

const measures = "measures for many seconds; test/e2e/bench.test.ts runs the command";
const step = (name: string): string => `the step "${name}" of .ci/run runs it`;

export const notRun: readonly NotRun[] = [
  { page: "README.md", starts: "npm ci && npm start", why: `${step("npm ci")}, and the step "hey" what npm start does` },
  { page: "README.md", starts: "npm ci && npm test", why: step("npm test") },
  { page: "README.md", starts: "hey -n 1000", why: step("hey") },
  { page: "README.md", starts: "npx setosa bench", why: measures },
  { page: "README.md", starts: "setosa serve /models --host 0.0.0.0", why: "needs certificates; test/e2e/tls.test.ts makes some" },
  { page: "python/README.md", starts: "python -m venv", why: step("python environment") },
  { page: "python/README.md", starts: ".venv/bin/pytest", why: step("python") },
  {
    page: "python/README.md",
    starts: "sh ../test/fixtures/deep/make.sh",
    why: "downloads gigabytes; its results are in test/fixtures/deep",
  },
  { page: "website/index.md", starts: "setosa.save(model", why: "a line of README's example, which is run" },
  { page: "docs/bench.md", starts: "setosa bench", why: measures },
  { page: "docs/deep-models.md", starts: "import setosa", why: "needs Keras or PyTorch; python/tests/deep runs it with both" },
  {
    page: "docs/logs-and-traces.md",
    starts: "setosa serve models --log-format json",
    why: "needs a collector; test/e2e/traces.test.ts has one",
  },
  { page: "docs/openapi.md", starts: "npx openapi-typescript", why: `needs the generator; ${step("OpenAPI")}, in its version` },
  { page: "docs/metrics.md", starts: "prometheus --config.file", why: step("Prometheus") },
  {
    page: "docs/production.md",
    starts: "npm install --prefix",
    why: 'installs from the registry; the step "package" of .ci/run installs what is packed',
  },
  {
    page: "docs/production.md",
    starts: "setosa serve /srv/models",
    why: "a socket in /run; test/e2e/admin-listener.test.ts has one elsewhere",
  },
  { page: "docs/production.md", starts: "sysctl", why: "a setting of the whole machine" },
  { page: "docs/quick-start-data-science.md", starts: "pip install", why: step("python environment") },
  { page: "docs/quick-start-data-science.md", starts: "npm ci", why: step("npm ci") },
  { page: "docs/security.md", starts: "setosa serve models --host 0.0.0.0", why: "needs certificates; test/e2e/tls.test.ts makes some" },
  {
    page: "docs/security.md",
    starts: "curl https://models.example",
    why: "another machine's address; test/e2e/api-keys.test.ts asks with a key",
  },
  { page: "docs/reference/typescript.md", starts: "", why: "declarations, made from the code by npm run docs:api" },
  { page: "docs/library.md", starts: "npm run build:binary", why: step("single executable") },
  { page: "docs/reference/typescript-fetch.md", starts: "", why: "declarations, made from the code by npm run docs:api" },
  { page: "docs/reference/typescript-client.md", starts: "", why: "declarations, made from the code by npm run docs:api" },
  { page: "docs/wire/predict.md", starts: "const { load } = await import", why: "runs in a page; test/page/kernel.test.ts has one" },
  { page: "docs/wire/tables.md", starts: "import pyarrow", why: "needs pyarrow; test/clients asks with the same lines" },
];

/** Answers that differ from one run to the next, or are shortened: the command is run, and what it prints is not compared. */
export const notCompared: readonly NotRun[] = [
  {
    page: "docs/command-line.md",
    starts: 'eval "$(setosa completions',
    why: "what follows is a file of options; test/completions asks the shells",
  },
  { page: "docs/monitoring.md", starts: "curl http://localhost:8080/models/loans/monitoring", why: "made up and shortened, as it says" },
  { page: "docs/wire/explain.md", starts: "curl http://localhost:8080/models/iris-forest/explain", why: "rounded to two digits" },
];

export function reasonFor(table: readonly NotRun[], page: string, text: string): string | undefined {
  return table.find((entry) => entry.page === page && text.startsWith(entry.starts))?.why;
}
