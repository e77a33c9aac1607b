import { writeSync } from 'node:fs';

/** As `fs.writeSync` on one file: how many of the bytes were taken. */
export type WriteBytes = (bytes: Uint8Array, offset: number) => number;

export type LogDestination = {
  write(line: string): void;
  /** Lines that could not be written since the process began. */
  readonly lost: number;
};

const STDOUT = 1;
const WARN_LEVEL = 40;
/** A reader that is slow gets so many turns of so many milliseconds; one that is stuck gets none. */
const TURNS = 50;
const TURN_MS = 20;

const toStdout: WriteBytes = (bytes, offset) => writeSync(STDOUT, bytes, offset);

const pause = (): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TURN_MS);
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/**
 * Writes log lines at once and survives what keeps it from that: a full disk, a pipe whose reader
 * is gone, a broken device. Lines that are lost are counted, and said as soon as there is room.
 * @see docs/decisions/0170
 */
export function createLogDestination(name: string, write: WriteBytes = toStdout): LogDestination {
  let lost = 0;
  let unsaid = 0;
  let reason = '';
  let isHalf = false;

  /** All of it; throws when it cannot be done. */
  const writeAll = (text: string): void => {
    const bytes = new TextEncoder().encode(isHalf ? `\n${text}` : text);
    let turns = unsaid > 0 ? 0 : TURNS;
    let offset = 0;
    while (offset < bytes.length) {
      try {
        offset += write(bytes, offset);
        isHalf = offset < bytes.length;
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN' || turns === 0) throw error;
        turns -= 1;
        pause();
      }
    }
  };

  const sayLost = (): void => {
    const time = new Date().toISOString();
    const msg = `${unsaid} log lines were lost (${reason})`;
    writeAll(`${JSON.stringify({ level: WARN_LEVEL, time, name, lost: unsaid, msg })}\n`);
    unsaid = 0;
  };

  return {
    write(line) {
      try {
        if (unsaid > 0) sayLost();
        writeAll(line);
      } catch (error) {
        lost += 1;
        unsaid += 1;
        reason = codeOf(error);
      }
    },
    get lost() {
      return lost;
    },
  };
}
