import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FromPredictor, ModelOutputs, ToPredictor } from './predict-protocol.js';

const KEPT_MODELS = 4;

/** Models in memory, the one used last at the end. */
const sessions = new Map<string, InferenceSession>();

const send = (message: FromPredictor): void => {
  if (process.connected) process.send?.(message);
};

async function load(model: string, bytes: Uint8Array): Promise<void> {
  if (sessions.has(model)) return;
  sessions.set(model, await InferenceSession.create(bytes, { intraOpNumThreads: 1 }));
  for (const oldest of sessions.keys()) {
    if (sessions.size <= KEPT_MODELS) break;
    await sessions.get(oldest)?.release();
    sessions.delete(oldest);
  }
}

async function run(
  session: InferenceSession,
  features: Float32Array,
  shape: number[],
): Promise<ModelOutputs> {
  const answers = await session.run({ features: new Tensor('float32', features, shape) });
  return Object.fromEntries(
    session.outputNames.map((name) => {
      const data = answers[name]?.data;
      if (!(data instanceof Float32Array)) throw new Error(`the model gave no numbers "${name}"`);
      return [name, data];
    }),
  );
}

async function answer(message: ToPredictor): Promise<FromPredictor> {
  const { id, model } = message;
  if (message.kind === 'load') {
    await load(model, message.bytes);
    return { id, kind: 'loaded' };
  }
  const session = sessions.get(model);
  if (session === undefined) return { id, kind: 'unknown-model' };
  sessions.delete(model);
  sessions.set(model, session);
  return { id, kind: 'done', outputs: await run(session, message.features, message.shape) };
}

process.on('message', (message: ToPredictor) => {
  answer(message).then(send, (error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    send({ id: message.id, kind: 'failed', message: text });
  });
});
// Nothing goes on without the API; a Ctrl-C in the terminal reaches both, and the API drains first.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => {});
