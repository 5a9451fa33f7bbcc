import { SetosaError } from "../../errors.ts";
import type { IndexEntry, ModelControl } from "../../models/control.ts";
import { checkAllowed } from "../allowed-model.ts";
import type { ProtocolContext } from "../context.ts";
import type { Answer, HttpRequest, Route } from "../exchange.ts";
import { method, reply } from "./method.ts";
import { ProtoReader } from "./proto-reader.ts";
import { ProtoWriter } from "./proto-writer.ts";
import { methodPath } from "./services.ts";

/** Triton's model repository extension. */
export function repositoryMethods({ models, control }: ProtocolContext): Route[] {
  const index = async (): Promise<readonly IndexEntry[]> =>
    control?.index() ?? [
      ...models.library.list.map(({ name, version }): IndexEntry => ({ name, version, state: "READY" })),
      ...models.library.failures
        .filter(({ replacing }) => !replacing)
        .map(({ name, version, error }): IndexEntry => ({ name, version, state: "UNAVAILABLE", reason: error.code })),
    ];
  const change = (act: (control: ModelControl, name: string) => Promise<void>) => async (message: Uint8Array, request: HttpRequest) => {
    if (control === undefined)
      throw new SetosaError("PERMISSION_DENIED", "Clients may not load and unload models here.", {
        hint: "Start the server with --model-control, or ask its admin listener.",
      });
    const { name, parameters } = readControlRequest(message);
    checkAllowed(request, name);
    const unknown = parameters.find((parameter) => parameter !== "unload_dependents");
    if (unknown !== undefined)
      throw new SetosaError("BODY_SHAPE_INVALID", "Models are loaded from the server's files, and not from requests.", {
        path: `parameters[${JSON.stringify(unknown.slice(0, 80))}]`,
        hint: "Put the model into the server's folder, and load it by its name.",
      });
    await act(control, name);
    return reply(new Uint8Array(0));
  };
  return [
    method(methodPath("RepositoryIndex"), "The repository's models, ready or not.", async (message, { allowedModels }) => {
      const onlyReady = readIndexRequest(message);
      const entries = await index();
      return writeIndex(entries.filter(({ name, state }) => (allowedModels?.has(name) ?? true) && (!onlyReady || state === "READY")));
    }),
    method(
      methodPath("RepositoryModelLoad"),
      "Loads a model.",
      change((to, name) => to.load(name)),
    ),
    method(
      methodPath("RepositoryModelUnload"),
      "Takes a model out.",
      change((to, name) => to.unload(name)),
    ),
  ];
}

/** @returns whether only models are wanted that answer */
function readIndexRequest(message: Uint8Array): boolean {
  const reader = new ProtoReader(message);
  let ready = false;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 2) ready = reader.bool();
    else reader.skip();
  }
  return ready;
}

function writeIndex(entries: readonly IndexEntry[]): Answer {
  const writer = new ProtoWriter();
  for (const { name, version = "", state, reason = "" } of entries)
    writer.message(1, (inner) => inner.text(1, name).text(2, version).text(3, state).text(4, reason));
  return reply(writer.finish());
}

/** Names of the parameters: none is for us. */
function readControlRequest(message: Uint8Array): { name: string; parameters: string[] } {
  const reader = new ProtoReader(message);
  let name = "";
  const parameters: string[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 2) name = reader.text();
    else if (field === 3) {
      const entry = reader.message();
      for (let part = entry.next(); part !== 0; part = entry.next()) {
        if (part === 1) parameters.push(entry.text());
        else entry.skip();
      }
    } else reader.skip();
  }
  return { name, parameters };
}
