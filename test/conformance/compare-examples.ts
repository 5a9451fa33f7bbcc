// Compares every example model on every engine and prints the comparisons as JSON: for runtimes that the test runner is not.
import { compareExample, engines, exampleModels } from "./example-models.ts";

for (const name of exampleModels)
  for (const engine of engines) process.stdout.write(`${JSON.stringify(await compareExample(name, engine))}\n`);
