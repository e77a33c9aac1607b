import { Command, CommanderError } from 'commander';
import { isDubioError } from '../dubio-error.js';
import { addImportCommand } from './commands/import.command.js';
import { addLabelCommands } from './commands/labels.command.js';
import { addModelCommands } from './commands/models.command.js';
import { addProjectCommands } from './commands/projects.command.js';
import { addQueueCommands } from './commands/queue.command.js';
import { addRoundCommands } from './commands/rounds.command.js';
import { addSignInCommands } from './commands/sign-in.command.js';
import { addTokenCommands } from './commands/tokens.command.js';
import { CliContext, type Streams } from './context.js';
import type { CliEnvironment } from './environment.js';

export function createProgram(context: CliContext): Command {
  const program = new Command('dubio')
    .description('Active learning by epistemic uncertainty, from the command line.')
    .option('--url <address>', 'where Dubio answers (DUBIO_URL; http://localhost:3000)')
    .option('--token <token>', 'API token (DUBIO_TOKEN; or sign in once)')
    .option('--workspace <name>', 'name or id, where you are in several')
    .option('--json', 'results as JSON')
    .showHelpAfterError('(add --help for what it takes)')
    .configureHelp({ showGlobalOptions: true });
  const { out, err } = context.streams;
  program.configureOutput({
    writeOut: (text) => out.write(text),
    writeErr: (text) => err.write(text),
  });
  program.exitOverride();
  addSignInCommands(program, context);
  addProjectCommands(program, context);
  addImportCommand(program, context);
  addRoundCommands(program, context);
  addQueueCommands(program, context);
  addLabelCommands(program, context);
  addModelCommands(program, context);
  addTokenCommands(program, context);
  for (const command of [...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
    command.copyInheritedSettings(program);
  }
  return program;
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!isDubioError(error)) return error.message;
  const quote = error.requestId ? ` Quote request ${error.requestId} when you report it.` : '';
  return `${error.message} (${error.code})${error.status >= 500 ? quote : ''}`;
}

/** Runs one command line; resolves to its exit code: 0 done, 1 failed, 2 not understood. */
export async function runCli(
  argv: readonly string[],
  environment: CliEnvironment,
  streams: Streams,
): Promise<number> {
  const program = createProgram(new CliContext(environment, streams));
  try {
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    // commander has said it already: help, version, or what it did not understand.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    streams.err.write(`dubio: ${explain(error)}\n`);
    return 1;
  }
}
