// Kernels that decode images: JPEG, PNG, GIF and BMP by their first bytes, whatever the op is called.
import { boolAttr, floatAttr, intAttr, stringAttr, typeAttr } from '../../graph/attributes.ts';
import { elementTypeOf } from '../../proto/data-types.ts';
import { decodeBmp } from '../images/decode-bmp.ts';
import { decodeGif, GifError } from '../images/decode-gif.ts';
import { formatOf } from '../images/image-format.ts';
import { decodeJpeg, jpegShape } from '../images/jpeg/decode-jpeg.ts';
import { JpegEnd, JpegError } from '../images/jpeg/jpeg-error.ts';
import { openPng } from '../images/png/decode-png.ts';
import { PngError } from '../images/png/png-chunks.ts';
import { numbersAt, refusal, stringsAt, tensorAt } from '../operands.ts';
import { Unsupported } from '../../unsupported.ts';
import type { RealValue, Value } from '../../../value.ts';
import type { GraphNode } from '../../graph/flat-graph.ts';
import type { ImageFormat } from '../images/image-format.ts';
import type { JpegOptions } from '../images/jpeg/decode-jpeg.ts';
import type { Kernel, KernelContext, Kernels, Operand } from '../contract.ts';

/** What a node wants, and from what. */
interface Request {
  readonly node: GraphNode;
  readonly bytes: Uint8Array;
  /** 0 for those of the file. */
  readonly channels: number;
  readonly dtype: ImageType;
  readonly operands: readonly Operand[];
  readonly context: KernelContext;
}

type ImageType = 'uint8' | 'uint16' | 'float32';

function shapeText(value: Value): string {
  return `[${value.shape.join(',')}]`;
}

function contentsOf(operands: readonly Operand[], node: GraphNode, says: string): Uint8Array {
  const contents = stringsAt(operands, 0, node);
  const [bytes] = contents.data;
  if (contents.shape.length !== 0 || bytes === undefined) {
    throw refusal(`${says}${shapeText(contents)}`);
  }
  return bytes;
}

function typeOf(node: GraphNode): ImageType {
  if (node.op !== 'DecodePng' && node.op !== 'DecodeImage') {
    return 'uint8';
  }
  const dtype = elementTypeOf(typeAttr(node, 'dtype', 4));
  if (dtype === 'uint8' || dtype === 'uint16' || (dtype === 'float32' && node.op === 'DecodeImage')) {
    return dtype;
  }
  throw new Unsupported(`images of ${dtype}`);
}

const decodeImage: Kernel = (operands, node, context) => {
  const channels = node.op === 'DecodeGif' ? 3 : intAttr(node, 'channels', 0);
  if (![0, 1, 3, 4].includes(channels)) {
    throw refusal(`\`channels\` must be 0, 1, 3 or 4 but got ${channels}`);
  }
  const dtype = typeOf(node);
  const bytes = contentsOf(operands, node, '`contents` must be scalar but got shape');
  if (bytes.length === 0) {
    throw refusal('Input is empty.');
  }
  const format = formatOf(bytes);
  if (format === undefined) {
    throw refusal('Unknown image file format. One of JPEG, JPEG XL, PNG, GIF, BMP, WebP required.');
  }
  return [decoders[format]({ node, bytes, channels, dtype, operands, context })];
};

/** What BMP's and JPEG's own ops say to other formats. */
function refuseOther({ node }: Request, format: string, operator: string): void {
  if (node.op === 'DecodeBmp') {
    throw refusal(
      `Trying to decode ${format} format using DecodeBmp op. Use \`${operator}\` or \`decode_image\` instead.`,
    );
  }
  if (node.op === 'DecodeAndCropJpeg' && format !== 'JPEG') {
    throw refusal(`DecodeAndCropJpeg operation can run on JPEG only, but detected ${format}.`);
  }
}

function fromJpeg(request: Request): RealValue {
  const { bytes, channels, context, node } = request;
  if (channels === 4) {
    throw refusal('JPEG does not support 4 channels');
  }
  const options = jpegOptions(request);
  refuseOther(request, 'JPEG', 'decode_jpeg');
  try {
    const { width, height, channels: made, data } = decodeJpeg(bytes, options, context.claim);
    const shape = [height, width, made];
    return fromBytes(node.op === 'DecodeGif' ? [1, ...shape] : shape, data, request);
  } catch (error) {
    if (error instanceof JpegEnd && boolAttr(node, 'try_recover_truncated', false)) {
      // What TensorFlow makes of the rest depends on how far libjpeg read ahead, and may never end.
      throw refusal('A truncated JPEG file cannot be recovered without TensorFlow (try_recover_truncated).');
    }
    if (error instanceof JpegError) {
      throw refusal('jpeg::Uncompress failed. Invalid JPEG data or crop window.');
    }
    throw error;
  }
}

function jpegOptions({ node, channels, operands }: Request): JpegOptions {
  if (node.op !== 'DecodeJpeg' && node.op !== 'DecodeAndCropJpeg') {
    return {
      channels,
      ratio: 1,
      fancyUpscaling: true,
      isFast: true,
      acceptableFraction: 1,
    };
  }
  const ratio = intAttr(node, 'ratio', 1);
  if (![1, 2, 4, 8].includes(ratio)) {
    throw refusal(`ratio must be 1, 2, 4, or 8, got ${ratio}`);
  }
  const method = stringAttr(node, 'dct_method', '');
  if (!['', 'INTEGER_FAST', 'INTEGER_ACCURATE'].includes(method)) {
    throw refusal("dct_method must be one of {'', 'INTEGER_FAST', 'INTEGER_ACCURATE'}");
  }
  return {
    channels,
    ratio,
    fancyUpscaling: boolAttr(node, 'fancy_upscaling', true),
    isFast: method !== 'INTEGER_ACCURATE',
    acceptableFraction: floatAttr(node, 'acceptable_fraction', 1),
    ...(node.op === 'DecodeAndCropJpeg' ? { crop: cropOf(operands, node) } : {}),
  };
}

function cropOf(operands: readonly Operand[], node: GraphNode): NonNullable<JpegOptions['crop']> {
  const window = tensorAt(operands, 1, node);
  if (window.shape.length !== 1) {
    throw refusal(`crop_window must be 1-D, got shape ${shapeText(window)}`);
  }
  if (window.shape[0] !== 4) {
    throw refusal(`crop_size must have four elements ${shapeText(window)}`);
  }
  const [y = 0, x = 0, height = 0, width = 0] = numbersAt(operands, 1, node);
  return { x, y, width, height };
}

function fromPng(request: Request): RealValue {
  const { bytes, channels, context, dtype, node } = request;
  try {
    const png = openPng(bytes, channels, dtype !== 'uint8');
    const shape = [png.height, png.width, png.channels];
    if (png.width * png.height >= 2 ** 29) {
      throw refusal(`PNG size too large for int: ${png.width} by ${png.height}`);
    }
    context.claim(png.width * png.height * png.channels);
    refuseOther(request, 'PNG', 'decode_png');
    const { data } = decodedPng(png, request);
    return dtype === 'float32'
      ? { dtype, shape, data: scaled(data, 65_535) }
      : { dtype, shape: node.op === 'DecodeGif' ? [1, ...shape] : shape, data };
  } catch (error) {
    if (error instanceof PngError) {
      throw refusal('Invalid PNG. Failed to initialize decoder.');
    }
    throw error;
  }
}

function decodedPng(
  png: ReturnType<typeof openPng>,
  { bytes, context }: Request,
): { data: RealValue['data'] } {
  try {
    return png.decode(context.claim);
  } catch (error) {
    if (error instanceof PngError) {
      throw refusal(`Invalid PNG data, size ${bytes.length}`);
    }
    throw error;
  }
}

function fromGif(request: Request): RealValue {
  const { bytes, channels, context, node } = request;
  if (channels !== 0 && channels !== 3) {
    throw refusal(`channels must be 0 or 3 for GIF, got ${channels}`);
  }
  refuseOther(request, 'GIF', 'decode_gif');
  const isAnimated = node.op !== 'DecodeImage' || boolAttr(node, 'expand_animations', true);
  try {
    const { count, width, height, data } = decodeGif(bytes, isAnimated, context.claim);
    const shape = [height, width, 3];
    if (node.op === 'DecodePng' || node.op === 'DecodeJpeg') {
      if (count !== 1) {
        throw refusal(
          `Got ${count} frames, but animated gifs can only be decoded by tf.io.decode_gif or tf.io.decode_image`,
        );
      }
      return fromBytes(shape, data, request);
    }
    return fromBytes(isAnimated ? [count, ...shape] : shape, data, request);
  } catch (error) {
    if (error instanceof GifError) {
      throw refusal(`Invalid GIF data (size ${bytes.length}), ${error.message}`);
    }
    throw error;
  }
}

function fromBmp(request: Request): RealValue {
  const { bytes, channels, context, node } = request;
  refuseOther(
    { ...request, node: node.op === 'DecodeBmp' ? { ...node, op: 'DecodeImage' } : node },
    'BMP',
    '',
  );
  if (channels !== 1 && node.op !== 'DecodeBmp' && node.op !== 'DecodeImage') {
    throw refusal(
      `Trying to decode BMP format using a wrong op. Use \`decode_bmp\` or \`decode_image\` instead. Op used: ${node.op}`,
    );
  }
  const { width, height, channels: made, data } = decodeBmp(bytes, channels, context.claim);
  return fromBytes([height, width, made], data, request);
}

function refuseFormat(format: string): () => never {
  return () => {
    throw refusal(`${format} images cannot be decoded without TensorFlow.`);
  };
}

const decoders: Readonly<Record<ImageFormat, (request: Request) => RealValue>> = {
  jpeg: fromJpeg,
  png: fromPng,
  gif: fromGif,
  bmp: fromBmp,
  webp: refuseFormat('WebP'),
  jxl: refuseFormat('JPEG XL'),
};

/** 8 bits as the type that is wanted: times 256 for 16 bits, from 0 to 1 for floats. */
function fromBytes(
  shape: readonly number[],
  data: RealValue['data'],
  { dtype }: Pick<Request, 'dtype'>,
): RealValue {
  if (dtype === 'uint8') {
    return { dtype, shape, data };
  }
  return dtype === 'uint16'
    ? { dtype, shape, data: Uint16Array.from(data, (value) => value * 256) }
    : { dtype, shape, data: scaled(data, 255) };
}

function scaled(data: RealValue['data'], maximum: number): Float32Array {
  const factor = Math.fround(1 / maximum);
  return Float32Array.from(data, (value) => value * factor);
}

const extractJpegShape: Kernel = (operands, node) => {
  const bytes = contentsOf(operands, node, 'contents must be scalar, got shape ');
  try {
    const { width, height, channels } = jpegShape(bytes);
    return elementTypeOf(typeAttr(node, 'output_type', 3)) === 'int64'
      ? [
          {
            dtype: 'int64',
            shape: [3],
            data: BigInt64Array.of(BigInt(height), BigInt(width), BigInt(channels)),
          },
        ]
      : [{ dtype: 'int32', shape: [3], data: Int32Array.of(height, width, channels) }];
  } catch (error) {
    if (error instanceof JpegError) {
      throw refusal(`Invalid JPEG data, size ${bytes.length}`);
    }
    throw error;
  }
};

export const imageKernels: Kernels = new Map([
  ['DecodeJpeg', decodeImage],
  ['DecodeAndCropJpeg', decodeImage],
  ['DecodePng', decodeImage],
  ['DecodeGif', decodeImage],
  ['DecodeBmp', decodeImage],
  ['DecodeImage', decodeImage],
  ['ExtractJpegShape', extractJpegShape],
]);
