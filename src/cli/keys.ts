import { SetosaError } from "../errors.ts";
import { generateKey, hashKey } from "../server/access/api-key.ts";
import { addKey, listKeys, removeKey } from "../server/access/key-store.ts";
import type { Command } from "./command.ts";
import { parseOptions } from "./options.ts";

const keysOptions = {
  "api-keys": { kind: "text", value: "FILE", help: "file of the keys; add makes it where there is none" },
  rate: { kind: "number", value: "N", least: 0.001, most: 1_000_000, help: "requests per second (no limit)" },
  burst: { kind: "count", value: "N", most: 1_000_000, help: "requests at once, after a pause (a second's)" },
  model: { kind: "list", value: "NAME", help: "model that the key may ask; repeatable (all)" },
  admin: { kind: "flag", help: "the key opens the admin listener" },
  json: { kind: "flag", help: "the result as JSON, for programs" },
} as const;

const actions = ["add", "remove", "list"] as const;

export const keys: Command = {
  name: "keys",
  summary: "makes, lists and removes the API keys of a server",
  usage: "add|remove NAME --api-keys FILE [options], or list --api-keys FILE",
  options: keysOptions,
  examples: [
    "setosa keys add reporting --api-keys keys.jsonl --rate 100",
    "setosa keys add operator --api-keys keys.jsonl --admin",
    "setosa keys remove reporting --api-keys keys.jsonl",
    "setosa serve models --api-keys keys.jsonl",
  ],
  run: async (argv, { environment, output, errors }) => {
    const { values, positionals } = parseOptions(argv, keysOptions, environment);
    const [action, name, ...rest] = positionals;
    const file = values["api-keys"];
    if (!actions.some((known) => known === action) || rest.length > 0)
      throw usage(`keys takes ${actions.join(", ")}.`, "Write setosa keys add NAME --api-keys FILE.");
    if (file === undefined) throw usage("keys needs the file of the keys.", "Give --api-keys FILE, or SETOSA_API_KEYS in the environment.");
    const say = (document: object, text: string) => output.write(values.json === true ? `${JSON.stringify(document, null, 2)}\n` : text);
    if (action === "list") {
      const list = await listKeys(file);
      const lines = list.map(
        ({ id, rate, burst, models, admin }) =>
          `${id}  ${rate === undefined ? "no limit" : `${rate}/s`}${burst === undefined ? "" : `, ${burst} at once`}  ${models === undefined ? "all models" : [...models].join(", ")}${admin ? "  admin" : ""}\n`,
      );
      const shown = list.map(({ id, rate, burst, models, admin }) => ({ name: id, rate, burst, models: models && [...models], admin }));
      say({ keys: shown }, lines.join(""));
      return 0;
    }
    if (name === undefined) throw usage(`keys ${action} needs a name.`, `Write setosa keys ${action} NAME --api-keys ${file}.`);
    if (action === "remove") {
      await removeKey(file, name);
      errors.write(`setosa: the key "${name}" is removed. A running server sees it within seconds, or at once with SIGHUP.\n`);
      if (values.json === true) say({ name, removed: true }, "");
      return 0;
    }
    const key = generateKey();
    await addKey(file, {
      id: name,
      sha256: hashKey(key),
      models: values.model === undefined ? undefined : new Set(values.model),
      rate: values.rate,
      burst: values.burst,
      admin: values.admin === true,
    });
    errors.write(`setosa: this is the key of "${name}". It is shown once; ${file} has its hash only.\n`);
    say({ name, key }, `${key}\n`);
    return 0;
  },
};

function usage(message: string, hint: string): SetosaError {
  return new SetosaError("ARGUMENT_INVALID", message, { hint });
}
