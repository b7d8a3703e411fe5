// Which strings ONNX Runtime's Node.js binding carries as they are.
import { isUtf8 } from 'node:buffer';

/** Whether these bytes come back unchanged: it makes U+FFFD of what is no UTF-8, and ends a string at a zero byte. */
export function isOnnxText(bytes: Uint8Array): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}
