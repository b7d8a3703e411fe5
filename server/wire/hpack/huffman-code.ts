// The Huffman code of RFC 7541 Appendix B. It is canonical: the lengths of its codes say everything.

/** The symbol that is no byte: the end of a string (RFC 7541 §5.2). It never stands in one. */
export const endOfString = 256;

/** A byte or, as a pair, every byte from the first to the second; a text stands for its characters. */
type Symbols = string | number | readonly [from: number, to: number];

/** The symbols whose codes have so many bits. */
const symbolsByLength: readonly (readonly [bits: number, ...symbols: Symbols[]])[] = [
  [5, '012aceiost'],
  [6, ' %-./3456789=A_bdfghlmnpru'],
  [7, ':BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz'],
  [8, '&*,;XZ'],
  [10, '!"()?'],
  [11, "'+|"],
  [12, '#>'],
  [13, 0, '$@[]~'],
  [14, '^}'],
  [15, '<`{'],
  [19, '\\', 195, 208],
  [20, 128, 130, 131, 162, 184, 194, 224, 226],
  [21, 153, 161, 167, 172, 176, 177, 179, 209, 216, 217, 227, 229, 230],
  [22, 129, [132, 134], 136, 146, 154, 156, 160, 163, 164, 169, 170, 173, 178, 181, [185, 187]],
  [22, 189, 190, 196, 198, 228, 232, 233],
  [23, 1, 135, [137, 141], 143, 147, [149, 152], 155, 157, 158, 165, 166, 168, 174, 175, 180, 182, 183],
  [23, 188, 191, 197, 231, 239],
  [24, 9, 142, 144, 145, 148, 159, 171, 206, 215, 225, 236, 237],
  [25, 199, 207, 234, 235],
  [26, 192, 193, [200, 202], 205, 210, 213, 218, 219, 238, 240, 242, 243, 255],
  [27, 203, 204, 211, 212, 214, [221, 223], 241, [244, 248], [250, 254]],
  [28, [2, 8], 11, 12, [14, 21], [23, 31], 127, 220, 249],
  [30, 10, 13, 22, endOfString],
];

/** Bits of each symbol's code, by symbol: 5 to 30. */
export const huffmanLengths = new Uint8Array(endOfString + 1);

/** Each symbol's code, by symbol, aligned to the right. */
export const huffmanCodes = new Uint32Array(endOfString + 1);

function* symbolsOf(symbols: Symbols): Generator<number> {
  if (typeof symbols === 'number') {
    yield symbols;
  } else if (typeof symbols === 'string') {
    yield* Buffer.from(symbols, 'latin1');
  } else {
    for (let symbol = symbols[0]; symbol <= symbols[1]; symbol++) {
      yield symbol;
    }
  }
}

// Canonical: in the order of their lengths, and of the symbols among equal lengths, each code is the one before plus one,
// with zeros behind where it is longer.
let code = 0;
let length = 0;
for (const [bits, ...groups] of symbolsByLength) {
  code <<= bits - length;
  length = bits;
  for (const group of groups) {
    for (const symbol of symbolsOf(group)) {
      huffmanLengths[symbol] = bits;
      huffmanCodes[symbol] = code++;
    }
  }
}
