/** A `Content-Type` (RFC 9110, section 8.3.1), in lower case but for the parameters' values. */
export interface ContentType {
  /** `application/json`; empty where the header is absent or empty. */
  readonly media: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const none: ContentType = { media: "", parameters: new Map() };

/** Reads the header; parameters keep what is between the quotes, and of one that is repeated the last. */
export function readContentType(header: string | null | undefined): ContentType {
  if (header === null || header === undefined) return none;
  const [media = "", ...rest] = header.split(";");
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const equals = part.indexOf("=");
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (name === "") continue;
    const value = equals < 0 ? "" : part.slice(equals + 1).trim();
    parameters.set(name, value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value);
  }
  return { media: media.trim().toLowerCase(), parameters };
}

/** Whether text of this type is UTF-8, as far as its parameters say. */
export function isUtf8({ parameters }: ContentType): boolean {
  const charset = parameters.get("charset")?.toLowerCase() ?? "utf-8";
  return charset === "utf-8" || charset === "utf8" || charset === "us-ascii";
}

export function shortHeader(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
