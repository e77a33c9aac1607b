'use client';

import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { Menu, MenuItem } from '@/components/ui/menu';
import { useToast } from '@/components/ui/toaster';
import { call } from '@/lib/api/client';
import { useSession } from '@/lib/session';
import { strings } from './strings';

/** The person's name; behind it, the way out. */
export function PersonMenu() {
  const { me } = useSession();
  const { showError } = useToast();
  const signOut = async () => {
    try {
      await call('POST /auth/sign-out');
      location.assign('/sign-in');
    } catch (error) {
      showError(error);
    }
  };
  return (
    <Menu
      trigger={
        <Button kind="quiet" className="min-w-0 justify-start text-xs font-normal text-text-3">
          <span className="truncate">{strings.you(me.name)}</span>
        </Button>
      }
    >
      <MenuItem onSelect={() => void signOut()}>
        <Icon name="door" />
        {strings.signOut}
      </MenuItem>
    </Menu>
  );
}
