// The seam to ONNX Runtime: what the runner of a converted model needs of a session. server/engine/worker implements it.
import type { TensorMap } from '../../codec/tensor.ts';

/** One opened ONNX file. */
export interface OnnxSession {
  /** Computes the named outputs, at least. Throws INFERENCE_FAILED where ONNX Runtime refuses the inputs. */
  run(inputs: TensorMap, outputNames: readonly string[]): Promise<TensorMap>;
  /** Frees it. No run follows. */
  release(): Promise<void>;
}

/** Opens an ONNX file by its path. Its weights lie beside it in `weights.bin`. */
export type OpenOnnx = (file: string) => Promise<OnnxSession>;
