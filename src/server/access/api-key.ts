import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** One key, as it is kept: who it is for and what it may do, and of the key itself only the hash. */
export interface ApiKey {
  readonly id: string;
  /**
   * SHA-256 of the key. A slow hash such as bcrypt protects passwords, which can be guessed; a key is 256 random bits, which nobody
   * guesses at any speed, and a slow hash on every request would be a way to keep the server busy.
   */
  readonly sha256: Buffer;
  /** Names of the models that it may ask; all where absent. */
  readonly models: ReadonlySet<string> | undefined;
  /** Requests per second, and how many at once; unlimited where absent. */
  readonly rate: number | undefined;
  readonly burst: number | undefined;
  /** Whether it opens the admin listener. */
  readonly admin: boolean;
}

/** Tells people, and programs that look for leaked secrets, what they have found. */
const prefix = "setosa_";

/** A new key: 256 random bits. */
export function generateKey(): string {
  return prefix + randomBytes(32).toString("base64url");
}

export function hashKey(key: string): Buffer {
  return createHash("sha256").update(key, "latin1").digest();
}

/**
 * The key with this hash, if there is one. The look-up goes by the hash of what was sent, so how long it takes says something about
 * that hash only, from which nobody finds a text with a hash that is closer; the comparison itself takes the same time for all.
 */
export function findKey(keys: ReadonlyMap<string, ApiKey>, sent: string): ApiKey | undefined {
  const hash = hashKey(sent);
  const found = keys.get(hash.toString("hex"));
  return found !== undefined && timingSafeEqual(found.sha256, hash) ? found : undefined;
}
