import { describe, expect, it } from 'vitest';
import { listObstacles } from './lib/engine/fit-tensorflow.mjs';

const machine = {
  platform: 'linux',
  arch: 'x64',
  cpuFlags: 'flags: sse4_2 avx avx2',
  has: () => true,
};

describe('what keeps TensorFlow from being fitted in', () => {
  it('is nothing on a Linux machine with Python and a compiler', () => {
    expect(listObstacles(machine)).toEqual([]);
  });

  it('is said all at once, each with what to do', () => {
    expect(listObstacles({ ...machine, has: () => false })).toEqual([
      'Install python3 and pip: apt-get install python3-pip',
      'Install a C++ compiler: apt-get install g++',
    ]);
  });

  it('is a processor without AVX, whatever else begins with avx', () => {
    expect(listObstacles({ ...machine, cpuFlags: 'flags: sse4_2 avx512f' })).toEqual([
      'TensorFlow needs a processor with AVX.',
    ]);
  });

  it('is another system, where the own install script of the package may know a way', () => {
    expect(listObstacles({ ...machine, platform: 'darwin', arch: 'arm64' })).toEqual([
      expect.stringContaining('npm rebuild @tensorflow/tfjs-node --ignore-scripts=false'),
    ]);
  });
});
