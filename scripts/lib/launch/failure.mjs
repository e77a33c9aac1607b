/**
 * Something the person at the keyboard can act on: its message is one sentence, no stack is shown.
 */
export class LaunchFailure extends Error {
  name = 'LaunchFailure';
}

/** The sentence for an error of the operating system that people can mend, or null. */
function knownSentence(error, folder) {
  const text = `${error.code ?? ''} ${error.message}`;
  if (/ENOSPC|No space left on device/i.test(text)) {
    return `The disk is full: free some space, or choose a folder on another disk with --data-dir (now ${folder}).`;
  }
  if (/EACCES|EPERM|EROFS/.test(text)) {
    return `Dubio may not write to ${error.path ?? folder}: change its owner, or choose another folder with --data-dir.`;
  }
  return null;
}

/** What to print for any error. */
export function explain(error, folder) {
  if (error instanceof LaunchFailure) return error.message;
  return knownSentence(error, folder) ?? error.message;
}
