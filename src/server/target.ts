/** Where the path of a request's target starts: after `http://host` in an absolute one (RFC 9112, 3.2.2), else 0. */
export function pathStart(target: string): number {
  if (target.charCodeAt(0) === 0x2f) return 0;
  const scheme = target.indexOf("://");
  if (scheme < 0) return 0;
  // A query may follow the authority at once, and hold slashes of its own.
  for (let position = scheme + 3; position < target.length; position++) {
    const character = target.charCodeAt(position);
    if (character === 0x2f || character === 0x3f || character === 0x23) return position;
  }
  return target.length;
}

/** Path and query of a request's target; the fragment, which clients should not send, is dropped. */
export function splitTarget(target: string): { path: string; query: string } {
  const start = pathStart(target);
  const hash = target.indexOf("#", start);
  const end = hash < 0 ? target.length : hash;
  const question = target.indexOf("?", start);
  if (question < 0 || question > end) return { path: target.slice(start, end) || "/", query: "" };
  return { path: target.slice(start, question) || "/", query: target.slice(question + 1, end) };
}
