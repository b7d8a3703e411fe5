// Where the pixels of a resized axis lie in the image before it, from sizes that are known at run time only.
import type { Alignment } from '../../evaluate/interpolation.ts';
import type { EmitScope } from '../contract.ts';
import { cast } from './element-types.ts';

/** Sizes of an axis, as names of int64 vectors of length one. */
export interface Axis {
  readonly before: string;
  readonly after: string;
}

/** The place of each output pixel along the axis, a float32 vector; `shift` is added at the end. TensorFlow computes in float32 too. */
export function gridCoordinates(
  scope: EmitScope,
  { before, after }: Axis,
  { alignCorners, halfPixelCenters }: Alignment,
  shift: number,
): string {
  const one = scope.ints([1]);
  const size = (name: string): string => cast(scope, name, 'int64', 'float32');
  const scale = alignCorners
    ? scope.node('Div', [
        size(scope.node('Sub', [before, one])),
        size(scope.node('Max', [scope.node('Sub', [after, one]), one])),
      ])
    : scope.node('Div', [size(before), size(after)]);
  const range = scope.node('Range', [
    scope.scalar('int64', 0),
    scope.node('Squeeze', [after]),
    scope.scalar('int64', 1),
  ]);
  const pixels = size(range);
  const centers = halfPixelCenters ? scope.node('Add', [pixels, scope.scalar('float32', 0.5)]) : pixels;
  const places = scope.node('Mul', [centers, scale]);
  return shift === 0 ? places : scope.node('Add', [places, scope.scalar('float32', shift)]);
}
