// A vitest reporter that only counts: what passed, what failed and with which words, what was
// skipped and why.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

const LONGEST_REASON = 300;

/** The first line of an error, without the colours of a terminal. */
function reasonOf(errors) {
  const line = String(errors?.[0]?.message ?? '').split('\n', 1)[0];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are.
  return line.replace(/\u001b\[[\d;]*m/g, '').slice(0, LONGEST_REASON);
}

export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failures: [], skipped: [], broken: [] };
    const broke = (where, errors) => {
      for (const error of errors) counts.broken.push({ name: where, reason: reasonOf([error]) });
    };
    broke('outside of any test', unhandledErrors);
    for (const module of modules) {
      const file = relative(process.cwd(), module.moduleId);
      // A file that could not even be loaded has no tests to fail.
      broke(file, module.errors());
      for (const suite of module.children.allSuites()) {
        broke(`${file} > ${suite.fullName}`, suite.errors());
      }
      for (const test of module.children.allTests()) {
        const { state, note, errors } = test.result();
        if (state === 'passed') counts.passed += 1;
        else if (state === 'failed') {
          counts.failures.push({ name: `${file} > ${test.fullName}`, reason: reasonOf(errors) });
        } else counts.skipped.push({ name: test.fullName, note: note ?? null });
      }
    }
    writeFileSync(process.env.DUBIO_COUNTS_FILE, JSON.stringify(counts));
  }
}
