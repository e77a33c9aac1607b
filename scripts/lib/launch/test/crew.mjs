// For the reaper's test: a launcher with two programs that do not hear of its end.
import path from 'node:path';
import { Crew } from '../crew.mjs';
import { ManagedProcess } from '../managed-process.mjs';
import { ReaperLink } from '../reaper-link.mjs';

const [dir, patienceMs] = process.argv.slice(2);
const STUCK = 'console.log(process.pid); for (;;);';
const PARENT = `const { spawn } = require('node:child_process');
const child = spawn(process.execPath, ['-e', ${JSON.stringify(STUCK)}], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
child.unref();`;

const folder = { dir, noteChildren: () => {} };
const crew = new Crew(folder, new ReaperLink(dir, Number(patienceMs)));
for (const [name, code] of Object.entries({ stuck: STUCK, parent: PARENT })) {
  const logFile = path.join(dir, `${name}.log`);
  crew.start(new ManagedProcess({ name, args: ['-e', code], cwd: dir, logFile }), {
    ...process.env,
    DUBIO_DATA_DIR: dir,
  });
}
crew.markReady();
