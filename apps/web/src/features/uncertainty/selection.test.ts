import { describe, expect, it } from 'vitest';
import { readSelection, selectionWords, snapSelection, writeSelection } from './selection';

const box = { xMin: 0.14, xMax: 0.46, yMin: 0.58, yMax: 0.98 };

describe('a selection in the address', () => {
  it('comes back as it was written', () => {
    expect(writeSelection(box)).toBe('0.14,0.46,0.58,0.98');
    expect(readSelection(writeSelection(box))).toEqual(box);
  });

  it('holds the same items after a reload: what is asked for is what is written', () => {
    const dragged = { xMin: 0.123456789, xMax: 0.987654321, yMin: 1 / 3, yMax: 2 / 3 };
    expect(readSelection(writeSelection(dragged))).toEqual(snapSelection(dragged));
  });

  it('is nothing when somebody mangled it', () => {
    for (const text of [null, '', '1,2,3', '1,2,3,4,5', 'a,b,c,d', '2,1,0,1', '-1,1,0,1']) {
      expect(readSelection(text)).toBeNull();
    }
  });
});

describe('selectionWords', () => {
  it('tell what is worth asking from what is not', () => {
    expect(selectionWords(box, 'image')).toBe(
      'The models disagree and the image is clear: answers here teach the most.',
    );
    expect(selectionWords({ xMin: 0.6, xMax: 1, yMin: 0, yMax: 0.2 }, 'item')).toContain(
      'labels do not remove this uncertainty',
    );
    expect(selectionWords({ xMin: 0, xMax: 0.05, yMin: 0, yMax: 0.05 }, 'item')).toContain(
      'teach little',
    );
    expect(selectionWords({ xMin: 0.4, xMax: 0.6, yMin: 0.4, yMax: 0.6 }, 'item')).toContain(
      'ambiguous as well',
    );
    expect(selectionWords({ xMin: 0, xMax: 0.6, yMin: 0, yMax: 0.6 }, 'item')).toContain(
      'draw a smaller box',
    );
  });
});
