/** What may stand in a header and in any log as it is, and says nothing but who it is. */
const sane = /^[A-Za-z0-9][\w.:/+=-]{0,127}$/;

/** A client's own `X-Request-Id`; undefined where it is none that can be taken over. */
export function saneRequestId(given: string | null | undefined): string | undefined {
  return given !== undefined && given !== null && sane.test(given) ? given : undefined;
}

/**
 * Makes ids that no other process makes: a random part of its own (62 bits), and a number.
 * @param random From 0 to 1
 */
export function requestIds(random: () => number): () => string {
  const part = () =>
    Math.floor(random() * 36 ** 6)
      .toString(36)
      .padStart(6, "0");
  const prefix = `${part()}${part()}-`;
  let count = 0;
  return () => prefix + (++count).toString(36);
}
