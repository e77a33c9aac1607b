import { helpText, parseInvocation } from './framework/arguments.js';
import { UsageError } from './framework/bench.js';
import { describeEnvironment, withoutFolders } from './framework/environment.js';
import { writeJson } from './framework/files.js';
import { benches } from './registry.js';

async function main(argv: readonly string[]): Promise<void> {
  const invocation = parseInvocation(argv, benches);
  if (invocation.kind === 'list')
    for (const { name, summary } of benches) console.log(`${name.padEnd(14)} ${summary}`);
  else if (invocation.kind === 'help') console.log(helpText(benches, invocation.bench));
  else {
    const { bench, options, out } = invocation;
    const environment = describeEnvironment(argv);
    const result = await bench.run({ options, out, log: (line) => console.log(line) });
    const shown = Object.entries(options).map(([key, value]) => [
      key,
      value && withoutFolders(value),
    ]);
    writeJson(out, {
      bench: bench.name,
      environment,
      options: Object.fromEntries(shown),
      ...result,
    });
    console.log(`Result: ${out}`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof UsageError) console.error(error.message);
  else console.error(error);
  process.exitCode = 1;
});
