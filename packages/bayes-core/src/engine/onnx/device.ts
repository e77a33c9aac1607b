import { NumericsError } from '../../errors.js';

/**
 * Where onnxruntime computes: the processor, the first CUDA device, or that device where there is
 * one.
 */
export type Device = 'cpu' | 'cuda' | 'auto';

/**
 * The execution providers of a device, best first; what CUDA has no kernel for runs on the
 * processor.
 * @param tryCuda makes a session on CUDA and fails where that is not possible
 * @throws engine_unavailable when 'cuda' is asked for and cannot be used
 * @see docs/decisions/0018
 */
export async function chooseProviders(
  device: Device,
  tryCuda: () => Promise<void>,
): Promise<readonly ('cpu' | 'cuda')[]> {
  if (device === 'cpu') return ['cpu'];
  try {
    await tryCuda();
    return ['cuda', 'cpu'];
  } catch (cause) {
    if (device === 'auto') return ['cpu'];
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new NumericsError(
      'engine_unavailable',
      `onnxruntime cannot use CUDA: ${reason}. It needs Linux or Windows on x64, an NVIDIA driver, CUDA 12 with cuDNN 9, and its own CUDA libraries (npm rebuild onnxruntime-node --ignore-scripts=false --onnxruntime-node-install=cuda12). Or choose the device 'cpu' or 'auto'.`,
      { device },
      { cause },
    );
  }
}
