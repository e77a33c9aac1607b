// Reads the commands and links out of the documents, for the tests that run and follow them.
import { readFileSync } from 'node:fs';

/**
 * Fenced blocks of a document: language, text, the line they begin on, the file they are to be
 * written to (`<!-- file: name -->` before it), and what they print (`<!-- prints -->` before the
 * block after it).
 */
export function readBlocks(file) {
  const blocks = [];
  let block;
  let remark = '';
  for (const [at, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    const fence = /^```(\w*)/.exec(line);
    if (block && line === '```') {
      const { lines, isOutput, ...rest } = block;
      const text = lines.join('\n');
      if (isOutput) blocks.at(-1).prints = text;
      else blocks.push({ ...rest, text });
      block = undefined;
    } else if (block) block.lines.push(line);
    else if (fence) {
      const target = /^file: (\S+)$/.exec(remark)?.[1];
      block = {
        language: fence[1],
        line: at + 1,
        lines: [],
        target,
        isOutput: remark === 'prints',
      };
      remark = '';
    } else if (line.trim() !== '') remark = /^<!-- (.+) -->$/.exec(line)?.[1] ?? '';
  }
  return blocks;
}

const slug = (heading) =>
  heading
    .toLowerCase()
    .replace(/[`*_]/g, '')
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .trim()
    .replaceAll(' ', '-');

/** Anchors that a document's headings make. */
export const readAnchors = (file) =>
  new Set([...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, text]) => slug(text)));

/** Addresses a document points to, in Markdown and in its pictures. */
export function readLinks(file) {
  const text = readFileSync(file, 'utf8').replace(/```[\s\S]*?```/g, '');
  const found = [
    ...text.matchAll(/\]\(([^)\s]+)\)/g),
    ...text.matchAll(/(?:src|srcset|href)="([^"]+)"/g),
  ];
  return found.map(([, address]) => address);
}
