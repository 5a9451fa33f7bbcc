import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";
import descriptor from "protobufjs/ext/descriptor/index.js";

/** Writes what server reflection answers from proto/; with --check only says whether it is up to date. */

const folder = fileURLToPath(new URL("../proto/", import.meta.url));
const target = fileURLToPath(new URL("../src/protocols/open-inference-grpc/descriptors.ts", import.meta.url));

/** As far as they are looked at here. */
interface Message {
  name: string;
  readonly field?: Field[];
  readonly nestedType?: Message[];
  readonly enumType?: Named[];
  readonly options?: { readonly mapEntry?: boolean } | null;
}
interface Field {
  typeName?: string;
}
interface Named {
  readonly name: string;
}
interface File {
  name: string;
  readonly package: string;
  readonly messageType: Message[];
  readonly enumType?: Named[];
  readonly service?: (Named & { readonly method: Named[] })[];
}

export function descriptorsSource(): string {
  const files = readdirSync(folder).filter((name) => name.endsWith(".proto"));
  const entries = files.map((name) => {
    const root = new protobuf.Root();
    root.loadSync(`${folder}${name}`, { keepCase: true });
    root.resolveAll();
    const { file } = (root as unknown as { toDescriptor(edition: string): { file: File[] } }).toDescriptor("proto3");
    const [made] = file;
    if (made === undefined || file.length > 1) throw new Error(`${name} is not one package`);
    made.name = name;
    const types = new Set<string>();
    for (const message of made.messageType) nameTypes(message, made.package, types);
    for (const { name: own } of made.enumType ?? []) types.add(`${made.package}.${own}`);
    for (const message of made.messageType) qualify(message, made.package, types);
    const services = (made.service ?? []).map((service) => `${made.package}.${service.name}`);
    const methods = (made.service ?? []).flatMap((service) => service.method.map((one) => `${made.package}.${service.name}.${one.name}`));
    const bytes = descriptor.FileDescriptorProto.encode(descriptor.FileDescriptorProto.fromObject(made)).finish();
    return { name, descriptor: Buffer.from(bytes).toString("base64"), symbols: [...types, ...services, ...methods], services };
  });
  return [
    "// Made by `npm run proto:descriptors` from proto/.",
    "",
    "/** The files that can be asked for by server reflection: their `FileDescriptorProto` in base64, and what they define. */",
    `export const descriptors = ${JSON.stringify(entries, null, 2)} as const;`,
    "",
  ].join("\n");
}

/** Entries of maps are called as protoc calls them (protobuf's descriptor.proto, `map_entry`). */
function nameTypes(message: Message, scope: string, types: Set<string>): void {
  if (message.options?.mapEntry === true) message.name = `${message.name}Entry`;
  const full = `${scope}.${message.name}`;
  types.add(full);
  for (const { name } of message.enumType ?? []) types.add(`${full}.${name}`);
  for (const inner of message.nestedType ?? []) nameTypes(inner, full, types);
}

/** Full names, as protoc writes them. */
function qualify(message: Message, scope: string, types: ReadonlySet<string>): void {
  const full = `${scope}.${message.name}`;
  for (const field of message.field ?? []) {
    const { typeName } = field;
    if (typeName === undefined || typeName === "" || typeName.startsWith(".")) continue;
    const found = scopes(full)
      .flatMap((outer) => [`${outer}.${typeName}`, `${outer}.${typeName}Entry`])
      .find((name) => types.has(name));
    if (found === undefined) throw new Error(`${full} has a field of ${typeName}, which is nowhere`);
    field.typeName = `.${found}`;
  }
  for (const inner of message.nestedType ?? []) qualify(inner, full, types);
}

/** `a.b.c`, `a.b`, `a`. */
function scopes(name: string): string[] {
  const parts = name.split(".");
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("."));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const source = descriptorsSource();
  if (!process.argv.includes("--check")) writeFileSync(target, source);
  else if (JSON.stringify(readFileSync(target, "utf8")) !== JSON.stringify(source)) throw new Error("Run npm run proto:descriptors.");
}
