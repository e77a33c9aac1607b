import type { CallOptions, Calls } from './operation-types.js';

/** Values of a stream of JSON lines, one at a time, whatever their number. */
export async function* readJsonLines<Row>(
  response: Response,
): AsyncGenerator<Row, void, undefined> {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const chunk = await reader.read();
      if (chunk.done) break;
      const lines = (rest + chunk.value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as Row;
    }
    if (rest.trim() !== '') yield JSON.parse(rest) as Row;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** All agreed answers of a project, streamed. */
export async function* exportLabels<Row>(
  calls: Pick<Calls, 'labels'>,
  projectId: string,
  options?: CallOptions,
): AsyncGenerator<Row, void, undefined> {
  yield* readJsonLines<Row>(await calls.labels.exportJsonl({ projectId }, options));
}
