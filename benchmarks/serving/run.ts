/**
 * Measures one side of serving: `npm run benchmark:serving -- NAME`, where NAME is a file beside this one.
 * Each says what it measures, and writes results/NAME.json and results/NAME.md.
 */
import { readdirSync } from "node:fs";

const names = readdirSync(new URL(".", import.meta.url))
  .filter((file) => file.endsWith(".ts") && file !== "run.ts")
  .map((file) => file.slice(0, -3));
const [name = "", ...argv] = process.argv.slice(2);
const found = names.includes(name) ? ((await import(`./${name}.ts`)) as { run?: (argv: readonly string[]) => Promise<void> }) : {};
if (found.run === undefined) {
  console.error(
    `npm run benchmark:serving -- NAME: there is no benchmark ${JSON.stringify(name)}; the files here are ${names.join(", ")}.`,
  );
  process.exit(2);
}
await found.run(argv);
