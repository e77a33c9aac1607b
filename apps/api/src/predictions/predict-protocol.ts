/** What the API and its prediction process say to each other; typed arrays travel as they are. */
export type ToPredictor =
  | { id: number; kind: 'load'; model: string; bytes: Uint8Array }
  | { id: number; kind: 'run'; model: string; features: Float32Array; shape: number[] };

/** Outputs of the predictive model by name. */
export type ModelOutputs = Readonly<Record<string, Float32Array>>;

export type FromPredictor =
  | { id: number; kind: 'loaded' }
  /** The model is not in memory: load it and ask again. */
  | { id: number; kind: 'unknown-model' }
  | { id: number; kind: 'done'; outputs: ModelOutputs }
  | { id: number; kind: 'failed'; message: string };
