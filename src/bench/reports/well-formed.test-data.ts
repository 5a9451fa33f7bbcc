export interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** Elements that HTML has without an end. */
const empty = new Set(["meta"]);

/**
 * The elements of a page or a picture that this project wrote: every tag closed, every attribute quoted, every `&` an
 * entity. Stricter than HTML is, so that what a browser would forgive is found.
 * @throws Error with what is wrong
 */
export function elementsOf(text: string): Tag[] {
  const found: Tag[] = [];
  const open: string[] = [];
  const source = text.replace(/^<!doctype html>/, "").replace(/(<style>)[^<]*(<\/style>)/g, "$1$2");
  for (const [, between = "", tag = ""] of source.matchAll(/([^<]*)(<[^>]*>)?/g)) {
    checkText(between);
    if (tag === "") continue;
    const end = /^<\/([a-z0-9]+)>$/.exec(tag)?.[1];
    if (end !== undefined) {
      if (open.pop() !== end) throw new Error(`</${end}> closes another element`);
      continue;
    }
    const match = /^<([a-z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9-]*(?:="[^"<>]*")?)*)\s*(\/?)>$/.exec(tag);
    if (match === null) throw new Error(`no tag: ${tag}`);
    const [, name = "", attributes = "", closed] = match;
    const pairs = [...attributes.matchAll(/([a-zA-Z][a-zA-Z0-9-]*)(?:="([^"]*)")?/g)].map(
      ([, key = "", value = ""]) => [key, value] as const,
    );
    if (new Set(pairs.map(([key]) => key)).size !== pairs.length) throw new Error(`an attribute is repeated: ${tag}`);
    for (const [, value] of pairs) checkText(value);
    found.push({ name, attributes: new Map(pairs) });
    if (closed === "" && !empty.has(name)) open.push(name);
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(", ")}`);
  return found;
}

function checkText(text: string): void {
  if (text.includes(">")) throw new Error(`> in text: ${text}`);
  if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(text)) throw new Error(`& in text: ${text}`);
}
