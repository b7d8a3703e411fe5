// Whether a tensor can be reshaped: the same elements, also between dimensions of any size (triton.md §2.4, I7 and I8). Pure.

/**
 * What is wrong with a reshape from `dims` (not empty) to `shape`, both of sizes of at least 1 and -1 for any size:
 * another number of elements, or of dimensions of any size. An empty shape has one element.
 */
export function reshapeProblem(
  dims: readonly bigint[],
  shape: readonly bigint[],
): 'size' | 'variable' | undefined {
  const from = pieces(dims);
  const to = pieces(shape);
  if (from.length !== to.length) {
    // One of them without any dimension of any size has a size, and the other one has none.
    return from.length === 1 || to.length === 1 ? 'size' : 'variable';
  }
  return from.every((size, at) => size === to[at]) ? undefined : 'size';
}

/** The products of the sizes before, between and behind the dimensions of any size. */
function pieces(sizes: readonly bigint[]): readonly bigint[] {
  const products: bigint[] = [];
  let product = 1n;
  for (const size of sizes) {
    if (size === -1n) {
      products.push(product);
      product = 1n;
    } else {
      product = BigInt.asUintN(64, product * size);
    }
  }
  return [...products, product];
}
