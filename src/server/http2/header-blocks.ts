import { ConnectionFault, errorCode } from "./frames.ts";
import { HpackDecoder } from "./hpack/decoder.ts";
import { HeadBuilder, type Http2Head } from "./request-head.ts";

/** Pieces of one header block, at the most (CVE-2024-27316 and others: pieces without an end). */
const mostPieces = 64;

export interface OpenBlock {
  readonly stream: number;
  /** The request has nothing but its head. */
  readonly ends: boolean;
}

export interface HeaderBlock extends OpenBlock {
  /** Why it is none, as text. */
  readonly head: Http2Head | string;
}

/** Said of a head that is larger than the limit. */
export const headTooLarge = "its headers are larger than the limit";

/** Puts header blocks together, and reads them. A client sends the same block again and again: the last one is kept. */
export class HeaderBlocks {
  /** The block that is not whole. */
  open: OpenBlock | undefined;
  readonly #decoder = new HpackDecoder();
  readonly #limit: number;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #last: Buffer | undefined;
  #lastVersion = 0;
  #lastHead: Http2Head | string = "";

  /** @param limit Bytes of a request's headers */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns the block, or undefined while it is not whole */
  begin(open: OpenBlock, piece: Buffer, whole: boolean): HeaderBlock | undefined {
    if (whole) return { ...open, head: this.#read(piece) };
    this.open = open;
    this.#pieces = [];
    this.#bytes = 0;
    return this.add(piece, false);
  }

  add(piece: Buffer, whole: boolean): HeaderBlock | undefined {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    // Shorter than what it says: names and values may be far longer than the limit, but not their code.
    if (this.#bytes > 2 * this.#limit + tolerated || this.#pieces.length > mostPieces)
      throw new ConnectionFault(errorCode.enhanceYourCalm, "a header block is far larger than the limit");
    if (!whole) return undefined;
    const { open } = this;
    this.open = undefined;
    const block = Buffer.concat(this.#pieces);
    this.#pieces = [];
    return open === undefined ? undefined : { ...open, head: this.#read(block) };
  }

  #read(block: Buffer): Http2Head | string {
    if (this.#last !== undefined && this.#lastVersion === this.#decoder.version && this.#last.equals(block)) return this.#lastHead;
    const builder = new HeadBuilder();
    const version = this.#decoder.version;
    const fits = this.#decoder.decode(block, this.#limit, (name, value) => builder.add(name, value));
    const head = fits ? builder.build() : headTooLarge;
    // One that changes the table does not mean the same again.
    if (this.#decoder.version === version) {
      // The bytes are a view of what came; the copy keeps no more than itself.
      this.#last = Buffer.from(block);
      this.#lastVersion = version;
      this.#lastHead = head;
    } else this.#last = undefined;
    return head;
  }
}

const tolerated = 65_536;
