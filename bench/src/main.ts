import { helpText, parseInvocation } from './framework/arguments.js';
import { UsageError } from './framework/bench.js';
import { runBench } from './framework/run-bench.js';
import { benches } from './registry.js';

async function main(argv: readonly string[]): Promise<void> {
  const invocation = parseInvocation(argv, benches);
  if (invocation.kind === 'list')
    for (const { name, summary } of benches) console.log(`${name.padEnd(14)} ${summary}`);
  else if (invocation.kind === 'help') console.log(helpText(benches, invocation.bench));
  else {
    const { conclusion } = await runBench({ ...invocation, log: (line) => console.log(line) });
    console.log(`Result: ${invocation.out}`);
    if (conclusion === undefined) return;
    console.log(conclusion.line);
    if (!conclusion.held) process.exitCode = 1;
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof UsageError) console.error(error.message);
  else console.error(error);
  process.exitCode = 1;
});
