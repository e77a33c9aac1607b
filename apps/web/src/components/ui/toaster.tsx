'use client';

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Icon, type IconName } from '@/components/icons/icon';
import { describeError } from '@/lib/api/api-error';
import { Button } from './button';

export type Toast = {
  tone?: 'plain' | 'warn' | 'bad';
  icon?: IconName;
  text: ReactNode;
  action?: { label: string; onPress: () => void };
  /** How long it stays; what is wrong stays until it is dismissed. */
  lastsMs?: number | null;
};

type Toaster = { show: (toast: Toast) => void; showError: (error: unknown) => void };

const Context = createContext<Toaster | null>(null);
const LASTS_MS = 6000;

/** Where short notices stand: one place, said politely, never over the item. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly (Toast & { id: number })[]>([]);
  const counter = useRef(0);

  const dismiss = useCallback((id: number) => {
    setShown((all) => all.filter((toast) => toast.id !== id));
  }, []);
  const show = useCallback(
    (toast: Toast) => {
      counter.current += 1;
      const id = counter.current;
      setShown((all) => [...all.slice(-3), { ...toast, id }]);
      const lasts =
        toast.lastsMs === undefined ? (toast.tone === 'bad' ? null : LASTS_MS) : toast.lastsMs;
      if (lasts !== null) setTimeout(() => dismiss(id), lasts);
    },
    [dismiss],
  );
  const toaster = useMemo<Toaster>(
    () => ({
      show,
      showError: (error) => {
        const { title, detail } = describeError(error);
        show({ tone: 'bad', text: detail === null ? title : `${title} ${detail}` });
      },
    }),
    [show],
  );

  return (
    <Context.Provider value={toaster}>
      {children}
      <section className="toasts" aria-live="polite" aria-label="Notices">
        {shown.map((toast) => (
          <div key={toast.id} className={`toast ${toast.tone ?? ''}`}>
            <Icon
              name={
                toast.icon ??
                (toast.tone === undefined || toast.tone === 'plain' ? 'info' : 'warning')
              }
            />
            <span className="grow">{toast.text}</span>
            {toast.action !== undefined && (
              <Button kind="quiet" size="tiny" onClick={toast.action.onPress}>
                {toast.action.label}
              </Button>
            )}
            <Button kind="quiet" size="tiny" aria-label="Dismiss" onClick={() => dismiss(toast.id)}>
              <Icon name="close" />
            </Button>
          </div>
        ))}
      </section>
    </Context.Provider>
  );
}

export function useToast(): Toaster {
  const toaster = useContext(Context);
  if (toaster === null) throw new Error('useToast needs a ToastProvider above it.');
  return toaster;
}
