import type { Route } from "../exchange.ts";
import { descriptors } from "./descriptors.ts";
import { grpcStatus } from "./grpc-status.ts";
import { method, reply } from "./method.ts";
import { ProtoReader } from "./proto-reader.ts";
import { ProtoWriter } from "./proto-writer.ts";
import { reflectionPaths } from "./services.ts";

interface File {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly symbols: ReadonlySet<string>;
  readonly services: readonly string[];
}

/** Of `ServerReflectionRequest`. */
const asks = { byFilename: 3, bySymbol: 4, byExtension: 5, extensionNumbers: 6, listServices: 7 } as const;

/**
 * Server reflection, as grpcurl and others ask for it (grpc/doc/server-reflection.md), each request of a stream by itself. v1alpha has the
 * same messages.
 */
export function reflectionMethods(): Route[] {
  let files: readonly File[] | undefined;
  const answer = (message: Uint8Array) => {
    files ??= descriptors.map(({ name, descriptor, symbols, services }) => ({
      name,
      bytes: Uint8Array.from(atob(descriptor), (character) => character.charCodeAt(0)),
      symbols: new Set(symbols),
      services,
    }));
    return reply(reflect(message, files));
  };
  return reflectionPaths.map((path) => method(path, "What can be called.", answer));
}

function reflect(message: Uint8Array, files: readonly File[]): Uint8Array {
  const { host, asked, text } = readRequest(message);
  const writer = new ProtoWriter().text(1, host).bytes(2, message);
  const found = (file: File | undefined): void => {
    if (file === undefined) fail(writer, grpcStatus.NOT_FOUND, `There is no ${JSON.stringify(text.slice(0, 200))}.`);
    else writer.message(4, (inner) => inner.bytes(1, file.bytes));
  };
  switch (asked) {
    case asks.byFilename:
      found(files.find(({ name }) => name === text));
      break;
    case asks.bySymbol:
      found(files.find(({ symbols }) => symbols.has(text)));
      break;
    case asks.byExtension:
      // There are no extensions in proto3.
      found(undefined);
      break;
    case asks.extensionNumbers:
      if (files.some(({ symbols }) => symbols.has(text))) writer.message(5, (inner) => inner.text(1, text));
      else found(undefined);
      break;
    case asks.listServices:
      writer.message(6, (inner) => {
        for (const service of files.flatMap(({ services }) => services)) inner.message(1, (one) => one.text(1, service));
      });
      break;
    default:
      fail(writer, grpcStatus.INVALID_ARGUMENT, "The request asks for nothing.");
  }
  return writer.finish();
}

function fail(writer: ProtoWriter, code: number, text: string): void {
  writer.message(7, (inner) => inner.integer(1, code).text(2, text));
}

function readRequest(message: Uint8Array): { host: string; asked: number; text: string } {
  const reader = new ProtoReader(message);
  let host = "";
  let asked = 0;
  let text = "";
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) host = reader.text();
    else if (field === asks.byExtension) {
      asked = field;
      text = "extension";
      reader.skip();
    } else if (field >= asks.byFilename && field <= asks.listServices) {
      asked = field;
      text = reader.text();
    } else reader.skip();
  }
  return { host, asked, text };
}
