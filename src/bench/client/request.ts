/** A request but for its place: what every target is sent. */
export interface RequestPlan {
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

/** A request as the bytes of HTTP/1.1 (RFC 9112), ready to be sent again and again. */
export function encodeRequest(url: URL, { method, headers, body }: RequestPlan, keepAlive: boolean): Uint8Array<ArrayBuffer> {
  const own = new Set(headers.map(([name]) => name.toLowerCase()));
  const content = new TextEncoder().encode(body ?? "");
  const lines = [`${method} ${url.pathname}${url.search} HTTP/1.1`];
  if (!own.has("host")) lines.push(`Host: ${url.host}`);
  if (!own.has("accept")) lines.push("Accept: */*");
  if (!own.has("user-agent")) lines.push("User-Agent: setosa-bench");
  if (!keepAlive) lines.push("Connection: close");
  if (url.username !== "" && !own.has("authorization"))
    lines.push(`Authorization: Basic ${btoa(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`)}`);
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  if (body !== undefined || method === "POST" || method === "PUT") lines.push(`Content-Length: ${content.length}`);
  const head = new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
  const bytes = new Uint8Array(head.length + content.length);
  bytes.set(head);
  bytes.set(content, head.length);
  return bytes;
}
