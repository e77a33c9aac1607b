import { spawn } from 'node:child_process';
import { LaunchFailure } from './failure.mjs';
import { step } from './progress.mjs';

const TAIL_LINES = 25;
const DETAIL_LENGTH = 90;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of other programs begin with ESC
const COLOURS = /\u001b\[[0-9;]*[A-Za-z]/g;

/** Runs a program to its end; what it said is shown only when it fails. */
export async function runCommand(title, command, { cwd, env, sentence, detail }) {
  const [file, ...args] = command;
  const lines = [];
  const keep = (chunk) => {
    const fresh = String(chunk).replace(COLOURS, '').split(/\r?\n/);
    lines.push(...fresh.map((line) => line.trim()).filter((line) => line !== ''));
    lines.splice(0, Math.max(0, lines.length - TAIL_LINES));
  };
  const run = () =>
    new Promise((resolve, reject) => {
      const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
      const end = () => child.kill();
      process.once('exit', end);
      child.once('close', () => process.off('exit', end));
      child.stdout.on('data', keep);
      child.stderr.on('data', keep);
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? signal));
    });
  const lastLine = () => (lines.at(-1) ?? '').slice(0, DETAIL_LENGTH);
  const outcome = await step(title, run, detail ?? lastLine);
  if (outcome === 0) return;
  const said = lines.join('\n');
  if (/ENOSPC|no space left on device/i.test(said)) {
    throw new LaunchFailure(`The disk is full: free some space on the disk of ${cwd}.`);
  }
  throw new LaunchFailure(`${sentence}\n${said}`);
}
