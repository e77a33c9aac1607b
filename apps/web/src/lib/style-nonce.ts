/**
 * The nonce of this page, for libraries that write a <style> element (dialogs lock scrolling so,
 * Observable Plot dresses its pictures so). The browser hides it from the DOM's attributes, the
 * property of a script that carries it still has it.
 */
export function getStyleNonce(): string | undefined {
  if (typeof document === 'undefined') return undefined;
  const script = document.querySelector<HTMLScriptElement>('script[nonce]');
  return script?.nonce === '' ? undefined : script?.nonce;
}
