/**
 * Puts a text on the clipboard, also on plain http pages, where `navigator.clipboard` is missing.
 *
 * @throws Error when the browser refuses
 */
export async function copyText(text: string): Promise<void> {
  if ('clipboard' in navigator) return navigator.clipboard.writeText(text);
  let copied = false;
  const fill = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    copied = true;
  };
  document.addEventListener('copy', fill, { once: true });
  document.execCommand('copy');
  document.removeEventListener('copy', fill);
  if (!copied)
    throw new Error('The browser did not copy it. Select the text and copy it yourself.');
}
