'use client';

import { useState } from 'react';
import { Icon } from '@/components/icons/icon';
import { Button } from '@/components/ui/button';
import { THEME_COOKIE, THEMES, type Theme } from '@/lib/theme';
import { strings } from './strings';

const YEAR_SECONDS = 31_536_000;

function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and Safari
  document.cookie = `${THEME_COOKIE}=${theme}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

/** As the system says, light, dark: each press goes on to the next. */
export function ThemeSwitch({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState(initial);
  const name = strings.theme.change(strings.theme[theme]);
  return (
    <Button
      kind="quiet"
      size="square"
      aria-label={name}
      title={name}
      onClick={() => {
        const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
        setTheme(next);
        applyTheme(next);
      }}
    >
      <Icon name="theme" />
    </Button>
  );
}
