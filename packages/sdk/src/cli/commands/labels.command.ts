import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { Command } from 'commander';
import type { CliContext } from '../context.js';
import { ANSWER_HELP, typedAnswer } from '../typed-answer.js';

/** Writes the bytes of an answer into a file, or to standard output for `-`. */
export async function save(response: Response, file: string, context: CliContext): Promise<void> {
  if (!response.body) throw new Error('The answer was empty.');
  const bytes = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
  // Standard output stays open for those who wrote to it before.
  if (file === '-') await pipeline(bytes, context.streams.out, { end: false });
  else await pipeline(bytes, createWriteStream(file));
}

export function addLabelCommands(program: Command, context: CliContext): void {
  const labels = program.command('labels').description('the agreed answers');

  labels
    .command('export')
    .description('all labels as CSV or JSON lines, streamed')
    .argument('<project>', 'id or name')
    .option('--format <format>', 'csv or jsonl', 'csv')
    .option('--out <file>', 'where to; standard output when absent', '-')
    .action(async (project: string, options: { format: string; out: string }, command: Command) => {
      if (options.format !== 'csv' && options.format !== 'jsonl') {
        throw new Error(`Expected --format csv or jsonl, got ${options.format}.`);
      }
      const client = context.client(command);
      const projectId = await context.projectId(command, client, project);
      const response =
        options.format === 'csv'
          ? await client.labels.exportCsv({ projectId })
          : await client.labels.exportJsonl({ projectId });
      await save(response, options.out, context);
      if (options.out !== '-') context.output(command).note(`Wrote ${options.out}.`);
    });

  labels
    .command('correct')
    .description('set a label right; what it was is kept')
    .argument('<project>', 'id or name')
    .argument('<item>', 'id of the item')
    .argument('<answer>', ANSWER_HELP)
    .option('--note <text>', 'why, for others to read')
    .action(
      async (
        project: string,
        itemId: string,
        text: string,
        { note }: { note?: string },
        command: Command,
      ) => {
        const client = context.client(command);
        const projectId = await context.projectId(command, client, project);
        const { labelSchema } = await client.projects.get({ projectId });
        const answer = typedAnswer(labelSchema, text);
        const label = await client.labels.correct({
          projectId,
          itemId,
          body: { answer, ...(note === undefined ? {} : { note }) },
        });
        context.output(command).result(label, () => `${label.externalId}: ${text}.`);
      },
    );
}
