import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { readMessage, WireType } from "./wire.ts";

/** Copies a message; `change` sees every length-delimited field and gives what stands in its place: nothing, one or several. */
export function rewrite(
  bytes: Uint8Array,
  what: string,
  change: (field: number, content: Uint8Array) => Uint8Array | readonly Uint8Array[] | undefined,
): Uint8Array {
  const writer = new BinaryWriter();
  readMessage(bytes, what, (field, wire, reader) => {
    if (wire !== WireType.LengthDelimited) {
      writer.tag(field, wire).raw(reader.skip(wire, field));
      return true;
    }
    const content = change(field, reader.bytes());
    for (const one of content === undefined ? [] : content instanceof Uint8Array ? [content] : content) writer.tag(field, wire).bytes(one);
    return true;
  });
  return writer.finish();
}
