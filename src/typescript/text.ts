/**
 * Pieces of TypeScript around names that come from model files, and so from anybody: whatever they hold, they stay inside of their
 * literal or comment.
 */

/** A string literal, of ASCII alone: no quote, line end, `</script>` or direction mark of a name means anything to a reader or a parser. */
export function stringLiteral(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]|<(?=[/!])/g, (character) => {
    const unit = character.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${unit}`;
  });
}

/** Text for the inside of a block comment: one line, which does not end it. */
export function commentText(text: string, most = 200): string {
  const line = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, " ")
    .replaceAll("*/", "* /")
    // A tag of JSDoc, such as @deprecated, would be taken for the author's.
    .replaceAll("@", "(at)");
  return line.length > most ? `${line.slice(0, most)}…` : line;
}

/** `iris-forest` is `IrisForest`; what has no letter or digit is `Model`. */
export function typeName(name: string): string {
  const words = name.match(/[A-Za-z0-9]+/g) ?? [];
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  if (joined === "") return "Model";
  return /^[0-9]/.test(joined) ? `Model${joined}` : joined;
}

/** Different names for models whose names differ in what an identifier leaves out, or that are versions of one. */
export function distinctTypeNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const wanted = typeName(name);
    let found = wanted;
    for (let count = 2; taken.has(found); count++) found = `${wanted}_${count}`;
    taken.add(found);
    return found;
  });
}
