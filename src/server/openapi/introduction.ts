import type { Limits } from "../limits.ts";

/** What holds for every route. */
export function introduction(limits: Limits): string {
  const [rows, bodyBytes, streamBytes, headerBytes] = [limits.rows, limits.bodyBytes, limits.streamBytes, limits.headerBytes].map(grouped);
  return `The models that are loaded now, and by which protocols they can be asked. The document is made anew whenever a model comes, goes or is swapped.

**Versions.** A path that names no version asks the one that answers now. While another version has a share of the traffic (a canary), it may answer too: \`version\` says which one did.

**Errors** have a stable \`code\`, say where in the request and what to do; paths of other servers' protocols have these protocols' own form. Before a route is known, a request may be refused with 400 \`REQUEST_INVALID\`, 404, 405 or 431.

**Limits.** ${rows} rows in a request of JSON, ${bodyBytes} bytes of a body, ${streamBytes} bytes of a table in CSV or Arrow, ${limits.jsonDepth} levels of JSON, ${headerBytes} bytes of headers. A request has ${limits.requestMilliseconds} ms to arrive, and ${limits.deadlineMilliseconds} ms to be answered where it has to wait. Beyond a limit the answer is 408, 413, 431, 503 or 504, at once.

**Also everywhere.** \`HEAD\` and \`OPTIONS\`; \`X-Request-Id\`, which comes back; bodies in gzip and deflate, and answers in them. Of a key that a JSON object repeats the last value counts, which no schema can say. NaN and infinities in answers are \`null\`.`;
}

/** The same wherever the server runs, as its document has to be. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
