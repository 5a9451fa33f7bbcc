/** How many bits the code of each byte has, and that of the end of a string (RFC 7541, appendix B). */
const codeLengths = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10,
  12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7,
  7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22,
  23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22,
  23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20,
  24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
];
const endOfString = 256;
const longestCode = 30;

/** A node's children for bit 0 and bit 1: another node, or a symbol as its complement (`~symbol`). */
type Node = [number, number];

/** The code is canonical: codes of one length follow each other in the order of their symbols, and shorter ones come first. */
function codeTree(): Node[] {
  const nodes: Node[] = [[0, 0]];
  let code = 0;
  for (let length = 1; length <= longestCode; length++) {
    for (const [symbol, own] of codeLengths.entries()) if (own === length) insert(nodes, code++, length, symbol);
    code *= 2;
  }
  return nodes;
}

function insert(nodes: Node[], code: number, length: number, symbol: number): void {
  let at = 0;
  for (let bit = length - 1; bit > 0; bit--) {
    const side = (code >>> bit) & 1;
    const node = nodes[at] as Node;
    if (node[side] === 0) node[side] = nodes.push([0, 0]) - 1;
    at = node[side] as number;
  }
  (nodes[at] as Node)[code & 1] = ~symbol;
}

const nodes = codeTree();
/** By node and the next four bits: the node after them, or -1 where they end the string in its middle. */
const nextNode = new Int16Array(nodes.length * 16);
/** The byte that is complete within them, or -1. No code is shorter than five bits: at most one is. */
const completed = new Int16Array(nodes.length * 16);
/** Whether a string may end there: what is left over is the beginning of the end's code, and less than a byte (RFC 7541, 5.2). */
const mayEnd = new Uint8Array(nodes.length);

for (const start of nodes.keys())
  for (let nibble = 0; nibble < 16; nibble++) {
    let at = start;
    let symbol = -1;
    for (let bit = 3; bit >= 0 && at >= 0; bit--) {
      const child = (nodes[at] as Node)[(nibble >> bit) & 1] as number;
      if (child >= 0) at = child;
      else {
        symbol = ~child;
        at = symbol === endOfString ? -1 : 0;
      }
    }
    nextNode[start * 16 + nibble] = at;
    completed[start * 16 + nibble] = symbol;
  }
for (let at = 0, bits = 0; bits < 8; bits++) {
  mayEnd[at] = 1;
  at = (nodes[at] as Node)[1] as number;
}

/** The text as latin1; undefined where the bits are no string. */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "";
  let at = 0;
  for (let position = start; position < end; position++) {
    const byte = bytes[position] as number;
    for (const nibble of [byte >> 4, byte & 15]) {
      const index = at * 16 + nibble;
      const symbol = completed[index] as number;
      if (symbol >= 0) text += String.fromCharCode(symbol);
      at = nextNode[index] as number;
      if (at < 0) return undefined;
    }
  }
  return mayEnd[at] === 1 ? text : undefined;
}
