import { allEndpoints } from '@dubio/contracts';

const routes = new Map<string, { pattern: RegExp; methods: string[] }>();
for (const { path, method } of allEndpoints) {
  const pattern = new RegExp(`^/api/v1${path.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+')}$`);
  const known = routes.get(path) ?? { pattern, methods: [] };
  // Fastify answers HEAD wherever it answers GET.
  known.methods.push(...(method === 'GET' ? ['GET', 'HEAD'] : [method]));
  routes.set(path, known);
}

/** The methods that an address takes; none where there is no such address. */
export function methodsOfPath(url: string): string[] {
  const [path = ''] = url.split('?', 1);
  return [...routes.values()].flatMap(({ pattern, methods }) =>
    pattern.test(path) ? methods : [],
  );
}
