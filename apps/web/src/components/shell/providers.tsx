'use client';

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { ToastProvider } from '@/components/ui/toaster';
import { ApiError } from '@/lib/api/client';
import { getStyleNonce } from '@/lib/style-nonce';

declare global {
  // Read by get-nonce, the library that dialogs lock scrolling with.
  var __webpack_nonce__: string | undefined;
}

function makeQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ApiError && error.status === 401) location.assign('/sign-in');
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        refetchOnWindowFocus: true,
        retry: (times, error) => error instanceof ApiError && error.passing && times < 3,
      },
      mutations: { retry: false },
    },
  });
}

/** What every page needs: the cache of server state and the place for notices. */
export function Providers({ children }: { children: ReactNode }) {
  const [queryClient] = useState(makeQueryClient);
  useEffect(() => {
    globalThis.__webpack_nonce__ = getStyleNonce();
  }, []);
  return (
    <QueryClientProvider client={queryClient}>
      <ToastProvider>{children}</ToastProvider>
    </QueryClientProvider>
  );
}
