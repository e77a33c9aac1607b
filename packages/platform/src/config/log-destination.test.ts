import { describe, expect, it } from 'vitest';
import { createLogDestination, type WriteBytes } from './log-destination.js';

/** A file with so much room, and the error of each write once it is full. */
function fileWith(room: number, code = 'ENOSPC') {
  const file = { room, text: '' };
  const write: WriteBytes = (bytes, offset) => {
    const taken = bytes.subarray(offset, offset + file.room);
    if (taken.length === 0) throw Object.assign(new Error('write failed'), { code });
    file.room -= taken.length;
    file.text += new TextDecoder().decode(taken);
    return taken.length;
  };
  return { file, write };
}

describe('the destination of the log', () => {
  it.each(['ENOSPC', 'EPIPE', 'EIO', 'EBADF', 'EDQUOT'])(
    'survives %s, counts what is lost, and says so when there is room',
    (code) => {
      const { file, write } = fileWith(4, code);
      const log = createLogDestination('api', write);
      log.write('{"a":1}\n');
      log.write('{"a":2}\n');
      expect(log.lost).toBe(2);
      file.room = 1000;
      log.write('{"a":3}\n');
      log.write('{"a":4}\n');
      expect(log.lost).toBe(2);
      const [half, said, ...rest] = file.text.split('\n');
      expect(half).toBe('{"a"');
      expect(JSON.parse(said ?? '')).toMatchObject({
        level: 40,
        name: 'api',
        lost: 2,
        msg: `2 log lines were lost (${code})`,
      });
      expect(rest).toEqual(['{"a":3}', '{"a":4}', '']);
    },
  );

  it('waits for a reader that is slow, and not twice for one that is stuck', () => {
    let refusals = 3;
    let asked = 0;
    let text = '';
    const log = createLogDestination('api', (bytes, offset) => {
      asked += 1;
      if (refusals-- > 0) throw Object.assign(new Error('again'), { code: 'EAGAIN' });
      text += new TextDecoder().decode(bytes.subarray(offset));
      return bytes.length - offset;
    });
    log.write('slow\n');
    expect({ lost: log.lost, text }).toEqual({ lost: 0, text: 'slow\n' });
    refusals = Number.POSITIVE_INFINITY;
    log.write('stuck\n');
    asked = 0;
    log.write('stuck\n');
    expect({ lost: log.lost, asked }).toEqual({ lost: 2, asked: 1 });
  });
});
