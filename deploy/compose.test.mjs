import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Environment, loadConfig } from '@dubio/platform';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = new URL('..', import.meta.url);
const read = (file) => readFileSync(new URL(file, root), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true });
const dockerfile = read('deploy/Dockerfile');
const ours = ['prepare', 'api', 'worker', 'web'];

/** What a container sees, when the person set what has no default. */
const environmentOf = (service) =>
  Object.fromEntries(
    Object.entries(compose.services[service].environment).map(([name, value]) => [
      name,
      value
        .replace(/\$\{\w+:-([^}]*)\}/g, '$1')
        .replace(/\$\{\w+:\?[^}]*\}/g, 'a-secret-of-at-least-32-characters'),
    ]),
  );

describe('docker-compose.yml', () => {
  it('has the database, the queue, the API, workers and the page', () => {
    expect(Object.keys(compose.services).sort()).toEqual([...ours, 'postgres', 'redis'].sort());
  });

  it.each(['prepare', 'api', 'worker'])(
    'gives %s a configuration that it boots with',
    (service) => {
      const environment = environmentOf(service);
      const known = Object.keys(Environment.shape);
      expect(Object.keys(environment).filter((name) => !known.includes(name))).toEqual([]);
      expect(loadConfig(environment)).toMatchObject({
        mode: 'production',
        redisUrl: 'redis://redis:6379',
        storageUrl: 'file:///data/objects',
      });
    },
  );

  it('lets others reach the API, and the page find it', () => {
    const { apiHost, apiPort } = loadConfig(environmentOf('api'));
    expect(apiHost).toBe('0.0.0.0');
    expect(environmentOf('web').DUBIO_API_URL).toBe(`http://api:${apiPort}`);
  });

  it('has no default for a secret', () => {
    const text = read('docker-compose.yml');
    const secrets = [...text.matchAll(/\$\{(\w*(?:SECRET|PASSWORD)\w*)(:.)?/g)];
    expect(secrets.length).toBeGreaterThan(1);
    for (const [whole, , how] of secrets) expect(`${whole}: ${how}`).toBe(`${whole}: :?`);
  });

  it('can run any number of workers: nothing in one of them is there only once', () => {
    expect(compose.services.worker).not.toHaveProperty('ports');
    expect(compose.services.worker).not.toHaveProperty('container_name');
  });

  it('opens no port but that of the page', () => {
    const open = Object.entries(compose.services).filter(([, service]) => service.ports);
    expect(open.map(([name]) => name)).toEqual(['web']);
  });

  it('waits only for services that are there, in a way that they can fulfil', () => {
    for (const service of Object.values(compose.services)) {
      for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
        const other = compose.services[name];
        expect(other, name).toBeDefined();
        if (condition === 'service_healthy') expect(other.healthcheck, name).toBeDefined();
        if (condition === 'service_completed_successfully') expect(other.restart).toBe('no');
      }
    }
  });

  it('mounts only volumes that are declared', () => {
    const used = Object.values(compose.services).flatMap((one) => one.volumes ?? []);
    for (const volume of used) expect(compose.volumes).toHaveProperty(volume.split(':')[0]);
  });

  it.each(ours)('starts %s from a file that the build makes', (service) => {
    const [program, file] = compose.services[service].command;
    expect(program).toBe('node');
    const source = file.replace(/^apps\/(\w+)\/dist\/main\.js$/, 'apps/$1/src/main.ts');
    const path = fileURLToPath(new URL(source, root));
    expect(existsSync(path), path).toBe(true);
  });
});

describe('the container file', () => {
  const copies = [...dockerfile.matchAll(/^COPY (?!--from)(.+)$/gm)].map(([, rest]) =>
    rest.split(' '),
  );

  it('copies only what is there, and what .dockerignore lets in', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    for (const source of copies.flatMap((words) => words.slice(0, -1))) {
      expect(existsSync(new URL(source, root)), source).toBe(true);
      const isIn = allowed.some((one) => source === one || source.startsWith(`${one}/`));
      expect(isIn, `${source} in .dockerignore`).toBe(true);
    }
  });

  it('knows the manifest of each workspace before it installs', () => {
    const [before] = dockerfile.split('npm ci');
    const lock = JSON.parse(read('package-lock.json')).packages;
    const workspaces = Object.keys(lock).filter((path) => path && !path.includes('node_modules'));
    for (const path of workspaces) expect(before).toContain(`COPY ${path}/package.json ${path}/`);
  });

  it('runs as somebody who is not root, on a Debian', () => {
    expect(dockerfile).toMatch(/^USER node$/m);
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(images).toHaveLength(2);
    for (const image of images) expect(image).toMatch(/^node:\d+-bookworm-slim$/);
  });
});
