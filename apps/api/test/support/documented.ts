import { allEndpoints, ERRORS, Problem, refusalsOf } from '@dubio/contracts';

const routes = allEndpoints.map((definition) => ({
  definition,
  statuses: new Set<number>([
    definition.status ?? 200,
    ...refusalsOf(definition).map((code) => ERRORS[code].status),
  ]),
  pattern: new RegExp(
    `^/api/v1${definition.path.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+')}$`,
  ),
}));

type Answered = { status: number; contentType: string; body: unknown };

/**
 * Every answer of every test is compared with what the contract promises: its status, its kind and,
 * where it is a refusal, its shape and code. A fault inside is no promise, and some tests cause one.
 */
export function checkDocumented(method: string, url: string, answer: Answered): void {
  const [path = ''] = url.split('?', 1);
  const route = routes.find((one) => one.definition.method === method && one.pattern.test(path));
  const { status, contentType, body } = answer;
  if (route === undefined || status === 500 || status === 304) return;
  const { definition } = route;
  const refuse = (what: string) => {
    throw new Error(`${definition.id} answered ${status} ${contentType}: ${what}`);
  };
  if (!route.statuses.has(status)) refuse('this status is not in the contract');
  if (status >= 400) {
    if (!contentType.startsWith('application/problem+json')) refuse('no problem');
    const { code } = Problem.parse(body);
    if (!refusalsOf(definition).includes(code)) refuse(`${code} is not in the contract`);
    return;
  }
  const kind = definition.responseType ?? (definition.response ? 'application/json' : '');
  if (!contentType.startsWith(kind) || (kind === '' && contentType !== ''))
    refuse(`expected ${kind || 'no content'}`);
}
