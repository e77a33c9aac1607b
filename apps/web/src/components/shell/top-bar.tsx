import Link from 'next/link';
import type { ReactNode } from 'react';
import { Mark } from '@/components/icons/mark';
import { strings } from './strings';

/** The mark and name of the product; leads to the projects. */
export function Brand({ short = false }: { short?: boolean }) {
  return (
    <Link className="brand" href="/" aria-label={strings.home}>
      <Mark />
      <span className={short ? 'wide-only' : ''}>Dubio</span>
    </Link>
  );
}

export function SkipLink({ target = 'main' }: { target?: string }) {
  return (
    <a className="skip" href={`#${target}`}>
      {strings.skip}
    </a>
  );
}

/** The bar of pages without a sidebar. */
export function TopBar({ children }: { children?: ReactNode }) {
  return (
    <header className="top">
      <Brand />
      <span className="grow" />
      {children}
    </header>
  );
}
