import { describe, expect, it } from 'vitest';
import { folderAnswers, summariseZip } from './summarise-zip';

describe('summariseZip', () => {
  it('counts what imports take alone: the others are named as such', () => {
    const zip = summariseZip(['cat/a.bmp', 'cat/b.tif', 'cat/c.png']);
    expect(zip).toMatchObject({ images: 1, others: 2 });
  });

  it('counts pictures by their last folder, in the order people count', () => {
    const zip = summariseZip(['d/10/a.png', 'd/2/a.png', 'd/2/b.PNG', 'd/', 'notes.txt']);
    expect(zip.images).toBe(3);
    expect(zip.others).toBe(1);
    expect(zip.folders.map((folder) => `${folder.name}:${folder.images}`)).toEqual(['2:2', '10:1']);
    expect(folderAnswers(zip)).toEqual(['2', '10']);
  });

  it('leaves out what systems put into zips', () => {
    const zip = summariseZip(['__MACOSX/cat/._1.png', 'cat/.DS_Store', 'cat/1.jpg']);
    expect([zip.images, zip.others]).toEqual([1, 0]);
  });

  it('takes folders of unsorted pictures for items without an answer', () => {
    const zip = summariseZip(['cat/1.png', 'dog/1.png', 'Unsorted/1.png', 'Unsorted/2.png']);
    expect(folderAnswers(zip)).toEqual(['cat', 'dog']);
    expect(zip.images).toBe(4);
  });

  it('takes train and test for splits, and a single folder for no answer', () => {
    expect(folderAnswers(summariseZip(['train/1.png', 'test/2.png']))).toEqual([]);
    expect(folderAnswers(summariseZip(['holiday/1.png', 'holiday/2.png']))).toEqual([]);
  });
});
