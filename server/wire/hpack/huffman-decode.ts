// Huffman code to bytes (RFC 7541 §5.2), four bits a step.
import { HpackError } from './hpack-error.ts';
import { endOfString, huffmanCodes, huffmanLengths } from './huffman-code.ts';

/**
 * A state is an inner node of the code's tree: the bits that were read since the last whole symbol. There are 256, as
 * there are 257 leaves. A step for each state and each four bits: the next state in bits 0 to 7, a symbol that got
 * complete in bits 8 to 15 (never two, as the shortest code has five bits), and two flags.
 */
const steps = new Uint32Array(256 * 16);
const completes = 0x1_0000;
const isEndOfString = 0x2_0000;

/** By state: whether a string may end there, because the bits are padding: at most seven, all of them ones. */
const mayEnd = new Uint8Array(256);

/** A leaf's symbol is kept as `leaf + symbol`, inner nodes as their number; -1 is not there yet. */
const leaf = 0x1000;

function buildTree(): Int16Array {
  const children = new Int16Array(256 * 2).fill(-1);
  let nodes = 1;
  for (let symbol = 0; symbol <= endOfString; symbol++) {
    const code = huffmanCodes[symbol] ?? 0;
    let node = 0;
    for (let bit = (huffmanLengths[symbol] ?? 0) - 1; bit > 0; bit--) {
      const branch = 2 * node + ((code >>> bit) & 1);
      if (children[branch] === -1) {
        children[branch] = nodes++;
      }
      node = children[branch] ?? 0;
    }
    children[2 * node + (code & 1)] = leaf + symbol;
  }
  return children;
}

function buildSteps(): void {
  const children = buildTree();
  for (let state = 0; state < 256; state++) {
    for (let bits = 0; bits < 16; bits++) {
      let node = state;
      let flags = 0;
      for (let bit = 3; bit >= 0; bit--) {
        node = children[2 * node + ((bits >>> bit) & 1)] ?? 0;
        if (node >= leaf) {
          const symbol = node - leaf;
          flags |= symbol === endOfString ? isEndOfString : completes | (symbol << 8);
          node = 0;
        }
      }
      steps[16 * state + bits] = flags | node;
    }
  }
  for (let node = 0, ones = 0; ones <= 7; ones++) {
    mayEnd[node] = 1;
    node = children[2 * node + 1] ?? 0;
  }
}

buildSteps();

/** The most bytes that `codedBytes` of Huffman code can stand for: the shortest code has five bits. */
export function mostDecodedBytes(codedBytes: number): number {
  return Math.floor((codedBytes * 8) / 5);
}

/**
 * Decodes `bytes` from `start` to `end` into `target`, which has room for `mostDecodedBytes`; answers how many it wrote.
 * Throws HpackError for the end-of-string symbol, and for padding that is longer than seven bits or has a zero.
 */
export function huffmanDecode(bytes: Uint8Array, start: number, end: number, target: Uint8Array): number {
  let state = 0;
  let length = 0;
  let seen = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    const high = steps[16 * state + (byte >>> 4)] ?? 0;
    if ((high & completes) !== 0) {
      target[length++] = high >>> 8;
    }
    const low = steps[16 * (high & 0xff) + (byte & 0xf)] ?? 0;
    if ((low & completes) !== 0) {
      target[length++] = low >>> 8;
    }
    seen |= high | low;
    state = low & 0xff;
  }
  if ((seen & isEndOfString) !== 0) {
    throw new HpackError('RFC 7541 §5.2', 'A Huffman-coded string contains the end-of-string symbol.');
  }
  if (mayEnd[state] !== 1) {
    throw new HpackError(
      'RFC 7541 §5.2',
      'The padding of a Huffman-coded string is longer than 7 bits, or is not the end-of-string symbol’s first bits.',
    );
  }
  return length;
}
