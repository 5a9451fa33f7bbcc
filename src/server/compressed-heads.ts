import type { Head } from "../protocols/exchange.ts";
import type { Coding } from "./coding-headers.ts";

/** Made once for each head, and gone with it: transports keep their own form of each. */
const heads = new WeakMap<Head, Map<Coding, Head>>();

export function compressedHead(head: Head, coding: Coding): Head {
  let made = heads.get(head);
  if (made === undefined) {
    made = new Map();
    heads.set(head, made);
  }
  const known = made.get(coding);
  if (known !== undefined) return known;
  const { vary } = head.headers;
  const compressed: Head = {
    status: head.status,
    headers: { ...head.headers, "content-encoding": coding, vary: vary === undefined ? "accept-encoding" : `${vary}, accept-encoding` },
  };
  made.set(coding, compressed);
  return compressed;
}
