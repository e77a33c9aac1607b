import { readEnvironment } from './environment.js';
import { runCli } from './program.js';

// `dubio … | head` closes the pipe early; that is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCli(process.argv.slice(2), readEnvironment(), {
  out: process.stdout,
  err: process.stderr,
  in: process.stdin,
});
