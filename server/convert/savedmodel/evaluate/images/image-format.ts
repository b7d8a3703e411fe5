// Which format an image file has, by its first bytes.

/** Formats that TensorFlow knows. */
export type ImageFormat = 'jpeg' | 'png' | 'gif' | 'bmp' | 'webp' | 'jxl';

const beginnings: readonly (readonly [ImageFormat, string])[] = [
  ['jpeg', '\xff\xd8\xff'],
  ['png', '\x89PNG\r\n\x1a\n'],
  ['gif', 'GIF8'],
  ['bmp', 'BM'],
  ['jxl', '\xff\x0a'],
  ['jxl', '\0\0\0\fJXL \r\n\x87\n'],
];

/** undefined for none of them. */
export function formatOf(bytes: Uint8Array): ImageFormat | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 13));
  if (start.length > 12 && start.startsWith('RIFF') && start.startsWith('WEBP', 8)) {
    return 'webp';
  }
  return beginnings.find(([, beginning]) => start.startsWith(beginning))?.[0];
}
