import { type Codings, withCodings } from "./codings.ts";
import { compress, decompress } from "./content-codings.ts";
import type { Application } from "./transport.ts";

const zlib: Codings = { compress, decompress };

/** Reads compressed bodies, and compresses answers, by the runtime's own zlib. */
export function withCompression(application: Application): Application {
  return withCodings(application, zlib);
}
