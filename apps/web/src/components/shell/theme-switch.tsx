'use client';

import { useState } from 'react';
import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { Menu, MenuItem } from '@/components/ui/menu';
import { THEME_COOKIE, THEMES, type Theme } from '@/lib/theme';
import { strings } from './strings';

const YEAR_SECONDS = 31_536_000;

function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and Safari
  document.cookie = `${THEME_COOKIE}=${theme}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

/** Light, dark, or as the system says. */
export function ThemeSwitch({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState(initial);
  return (
    <Menu
      align="end"
      trigger={
        <Button kind="quiet" size="square" aria-label={strings.theme.change}>
          <Icon name="theme" />
        </Button>
      }
    >
      {THEMES.map((each) => (
        <MenuItem
          key={each}
          onSelect={() => {
            setTheme(each);
            applyTheme(each);
          }}
        >
          <Icon name="check" className={each === theme ? '' : 'invisible'} />
          {strings.theme[each]}
        </MenuItem>
      ))}
    </Menu>
  );
}
