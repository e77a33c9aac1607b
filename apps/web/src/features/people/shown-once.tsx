'use client';

import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { useToast } from '@/components/ui/toaster';
import { copyText } from '@/lib/copy-text';
import './people.css';

/** A secret or link that the server tells one time only. */
export function ShownOnce({ label, secret }: { readonly label: string; readonly secret: string }) {
  const { show, showError } = useToast();
  const copy = async () => {
    try {
      await copyText(secret);
      show({ icon: 'check', text: 'Copied.' });
    } catch (error) {
      showError(error);
    }
  };
  return (
    <div className="once" role="status">
      <p className="sm">
        <b className="med">{label}</b> <span className="t2">This is shown once. Copy it now.</span>
      </p>
      <div className="row">
        <input
          className="input mono grow"
          readOnly
          aria-label={label}
          value={secret}
          onFocus={(event) => event.target.select()}
        />
        <Button onClick={() => void copy()}>
          <Icon name="copy" />
          Copy
        </Button>
      </div>
    </div>
  );
}
