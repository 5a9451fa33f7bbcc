import type { SetosaError } from "../../errors.ts";
import { type UnsupportedFeature, unsupported } from "../open-inference-unsupported.ts";

/** Paths of Triton's extensions (docs/protocol/extension_{shared_memory,trace,logging,generate}.md). */
const paths: readonly (readonly [RegExp, UnsupportedFeature])[] = [
  [/^\/v2\/(?:system|cuda)sharedmemory\/(?:region\/[^/]+\/)?(?:status|register|unregister)$/, "shared memory"],
  [/^\/v2\/(?:models\/[^/]+\/)?trace\/setting$/, "trace"],
  [/^\/v2\/logging$/, "logging"],
  [/^\/v2\/models\/[^/]+\/(?:versions\/[^/]+\/)?generate(?:_stream)?$/, "generate"],
];

/** What to say of a path that the protocol has and the server does not. */
export function unsupportedPath(path: string): SetosaError | undefined {
  const feature = paths.find(([pattern]) => pattern.test(path))?.[1];
  return feature === undefined ? undefined : unsupported(feature);
}
