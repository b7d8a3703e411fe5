// The order in which C++'s standard library (libstdc++) leaves equal elements, as TensorFlow's kernels show it where scores are equal.

/** Whether the left element comes before the right one. */
export type Before<T> = (left: T, right: T) => boolean;

/** `std::priority_queue`: `isLess` says which of two is served later. */
export class PriorityQueue<T> {
  readonly #items: T[] = [];
  readonly #isLess: Before<T>;

  constructor(isLess: Before<T>) {
    this.#isLess = isLess;
  }

  push(item: T): void {
    this.#items.push(item);
    this.#rise(this.#items.length - 1, item);
  }

  /** Takes the greatest element out. */
  pop(): T | undefined {
    const items = this.#items;
    const [top] = items;
    const last = items.pop();
    if (last === undefined || items.length === 0) {
      return top;
    }
    const { length } = items;
    let hole = 0;
    for (let child = 2; hole < length >> 1; child = 2 * hole + 2) {
      const right = items[child];
      const left = items[child - 1];
      if (left === undefined) {
        break;
      }
      const isLeft = right === undefined || this.#isLess(right, left);
      items[hole] = isLeft ? left : right;
      hole = isLeft ? child - 1 : child;
    }
    this.#rise(hole, last);
    return top;
  }

  #rise(from: number, item: T): void {
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = this.#items[parent];
      if (above === undefined || !this.#isLess(above, item)) {
        break;
      }
      this.#items[hole] = above;
      hole = parent;
    }
    this.#items[hole] = item;
  }
}

/** Shorter ranges are sorted by insertion. */
const insertionLength = 16;

/** `std::sort`, in place. */
export function standardSort<T>(items: T[], isBefore: Before<T>): void {
  sortRange(items, 0, items.length, 2 * Math.floor(Math.log2(Math.max(1, items.length))), isBefore);
  insertionSort(items, isBefore);
}

function sortRange<T>(items: T[], start: number, end: number, depth: number, isBefore: Before<T>): void {
  let last = end;
  for (let left = depth; last - start > insertionLength; left--) {
    if (left === 0) {
      // The library sorts by a heap here: where it must, equal elements come in another order.
      const sorted = items.slice(start, last).sort((a, b) => Number(isBefore(b, a)) - Number(isBefore(a, b)));
      sorted.forEach((item, index) => (items[start + index] = item));
      return;
    }
    const cut = partition(items, start, last, isBefore);
    sortRange(items, cut, last, left - 1, isBefore);
    last = cut;
  }
}

function swap(items: unknown[], left: number, right: number): void {
  [items[left], items[right]] = [items[right], items[left]];
}

/** Moves the median of three to the front, and what is before it to the left. Gives where the right part begins. */
function partition<T>(items: T[], start: number, end: number, isBefore: Before<T>): number {
  const at = (index: number): T => items[index] as T;
  const middle = start + ((end - start) >> 1);
  swap(
    items,
    start,
    medianOf(start + 1, middle, end - 1, (a, b) => isBefore(at(a), at(b))),
  );
  const pivot = at(start);
  let left = start + 1;
  let right = end;
  for (;;) {
    while (isBefore(at(left), pivot)) {
      left++;
    }
    right--;
    while (isBefore(pivot, at(right))) {
      right--;
    }
    if (left >= right) {
      return left;
    }
    swap(items, left, right);
    left++;
  }
}

function medianOf(a: number, b: number, c: number, isBefore: Before<number>): number {
  if (isBefore(a, b)) {
    if (isBefore(b, c)) {
      return b;
    }
    return isBefore(a, c) ? c : a;
  }
  if (isBefore(a, c)) {
    return a;
  }
  return isBefore(b, c) ? c : b;
}

/** Equal elements stay in order. */
function insertionSort<T>(items: T[], isBefore: Before<T>): void {
  for (let index = 1; index < items.length; index++) {
    const item = items[index] as T;
    let hole = index;
    while (hole > 0 && isBefore(item, items[hole - 1] as T)) {
      items[hole] = items[hole - 1] as T;
      hole--;
    }
    items[hole] = item;
  }
}
