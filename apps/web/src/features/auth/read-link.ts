export type SignInLink = { token: string; next: string };

/** Only addresses of this page: one slash, then anything but another slash or a backslash. */
function isLocalPath(path: string | null): path is string {
  return path !== null && /^\/(?![/\\])/.test(path);
}

/**
 * Reads `#token=…&next=/…`. The token stands in the fragment because browsers never send that part,
 * so that no server and no proxy can write it into a log.
 */
export function readSignInLink(fragment: string): SignInLink | null {
  const values = new URLSearchParams(fragment.replace(/^#/, ''));
  const token = values.get('token');
  if (token === null || token.length === 0) return null;
  const next = values.get('next');
  return { token, next: isLocalPath(next) ? next : '/' };
}
