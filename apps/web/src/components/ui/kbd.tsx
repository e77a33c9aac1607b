/** The cap of a key. */
export function Kbd({ children }: { children: string }) {
  return <kbd>{children}</kbd>;
}
