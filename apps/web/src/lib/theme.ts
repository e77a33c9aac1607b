export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** The theme lives in a cookie: the server writes it into the first byte, so nothing flashes. */
export const THEME_COOKIE = 'dubio-theme';

export function parseTheme(value: string | undefined): Theme {
  return THEMES.find((theme) => theme === value) ?? 'system';
}
