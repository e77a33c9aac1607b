// A vitest reporter that only counts: what passed, what failed, what was skipped and why.
import { writeFileSync } from 'node:fs';

export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: 0, skipped: [], errors: unhandledErrors.length };
    for (const module of modules) {
      // A file that could not even be loaded has no tests to fail.
      counts.errors += module.errors().length;
      for (const suite of module.children.allSuites()) counts.errors += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') counts.passed += 1;
        else if (state === 'failed') counts.failed += 1;
        else counts.skipped.push({ name: test.fullName, note: note ?? null });
      }
    }
    writeFileSync(process.env.DUBIO_COUNTS_FILE, JSON.stringify(counts));
  }
}
