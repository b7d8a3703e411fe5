// Numbers as the cells of a picture: a heat map in the theme's own colours, or grey and coloured pixels.

/** A matrix, row by row. */
export interface Matrix {
  readonly width: number;
  readonly height: number;
  readonly values: ArrayLike<number>;
}

/** The least and the largest finite value; 0 and 0 where there is none. */
export function extentOf(values: ArrayLike<number>): readonly [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (const value of Array.from(values)) {
    if (Number.isFinite(value)) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  return least > most ? [0, 0] : [least, most];
}

/** Where a value lies between the two, 0 to 1; 0 where they are one, or the value is not finite. */
export function shareOf(value: number, [least, most]: readonly [number, number]): number {
  return Number.isFinite(value) && most > least ? (value - least) / (most - least) : 0;
}

/**
 * A canvas of a pixel per cell, to be enlarged by its class. Its colours are those of the classes `heat-low` and
 * `heat-high` at the time it is put into the page, and again when the theme changes.
 */
export function heatMap(matrix: Matrix, label: string): HTMLCanvasElement {
  const canvas = pixelCanvas(matrix.width, matrix.height, label, 'heat');
  const extent = extentOf(matrix.values);
  const draw = (): void => {
    const style = getComputedStyle(canvas);
    const low = channelsOf(style.backgroundColor);
    const high = channelsOf(style.color);
    paint(canvas, (index) => {
      const share = shareOf(matrix.values[index] ?? NaN, extent);
      return low.map((channel, at) => channel + ((high[at] ?? 0) - channel) * share);
    });
  };
  whenShown(canvas, draw);
  return canvas;
}

/** A canvas of a pixel per cell: `colorOf` gives red, green and blue, 0 to 255. */
export function pixelPicture(
  width: number,
  height: number,
  label: string,
  colorOf: (index: number) => readonly number[],
): HTMLCanvasElement {
  const canvas = pixelCanvas(width, height, label, 'picture');
  paint(canvas, colorOf);
  return canvas;
}

function pixelCanvas(width: number, height: number, label: string, name: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.className = `pixels ${name}`;
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', label);
  return canvas;
}

function paint(canvas: HTMLCanvasElement, colorOf: (index: number) => readonly number[]): void {
  const context = canvas.getContext('2d');
  if (context === null || canvas.width === 0 || canvas.height === 0) {
    return;
  }
  const image = context.createImageData(canvas.width, canvas.height);
  for (let index = 0; index < canvas.width * canvas.height; index++) {
    const [red = 0, green = red, blue = red] = colorOf(index);
    image.data.set([red, green, blue, 255], index * 4);
  }
  context.putImageData(image, 0, 0);
}

/** Draws once it is in the page, and whenever the theme changes until it is taken out. */
function whenShown(canvas: HTMLCanvasElement, draw: () => void): void {
  const observer = new MutationObserver(() => {
    if (canvas.isConnected) {
      draw();
    } else {
      observer.disconnect();
    }
  });
  requestAnimationFrame(() => {
    draw();
    observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  });
}

function channelsOf(color: string): readonly number[] {
  return (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
}
