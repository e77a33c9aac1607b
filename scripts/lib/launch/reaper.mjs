// Outlives a launcher that was killed and ends what it left, after a while of patience: a program
// that is stuck, or that another program started, does not hear that the launcher is gone.
// docs/decisions/0169
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSame, killOne, listOfFolder, signalGroup } from './processes.mjs';

const LOOK_MS = 200;
const [folder, launcher, patienceMs] = process.argv.slice(2);
let children = [];

const leftover = () => [
  ...children.filter(isSame),
  ...listOfFolder(folder).filter((one) => one.launcher === Number(launcher)),
];

// It ends when the launcher does, by itself; a closed terminal or a Ctrl-C is no reason.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
let isClean = false;
for await (const line of createInterface({ input: process.stdin })) {
  const note = JSON.parse(line);
  children = note.children;
  isClean = note.isClean;
}
const giveUpAt = performance.now() + Number(patienceMs);
while (!isClean && leftover().length > 0) {
  if (performance.now() > giveUpAt) {
    for (const { pid } of leftover()) {
      // A member of a group answers for itself when its leader is gone.
      signalGroup(pid, 'SIGKILL');
      killOne(pid);
    }
  }
  await sleep(LOOK_MS);
}
