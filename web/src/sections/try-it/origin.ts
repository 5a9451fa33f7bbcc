/** The server's address as a program on this machine reaches it, without a slash at its end; behind a proxy with the path that it lies under. */
export function serverOrigin(): string {
  const { origin, pathname } = new URL("./", document.baseURI);
  return `${origin}${pathname}`.replace(/\/$/, "");
}
