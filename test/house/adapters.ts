import type { SourceFile } from './source-tree.ts';

/** Ports whose adapters have nothing in common that one suite could say of all of them. */
const APART: Readonly<Record<string, string>> = {
  Clock: 'one goes with the machine, another when a test says so',
  Log: 'one writes lines, another keeps what it is given',
  Notifier: 'one sends an event, another keeps it: neither can be asked for it through the port',
};

/** Adapters on which the contract is run elsewhere, since the service is started for it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  NeutronPorts: 'test/openstack/contracts.test.ts',
  OpenStackPlacement: 'test/openstack/contracts.test.ts',
};

interface Adapter {
  readonly path: string;
  readonly name: string;
  readonly port: string;
}

/** Classes that implement a port of functions/ports. */
export const adaptersIn = (files: readonly SourceFile[]): Adapter[] => {
  const ports = new Set(
    files
      .filter(({ path }) => path.startsWith('functions/ports/'))
      .flatMap(({ text }) => [...text.matchAll(/^export interface (\w+)/gmu)].map(([, name = '']) => name)),
  );
  return files
    .filter(({ path }) => /^(?:functions|local|test\/adapters\/memory)\//u.test(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/^export class (\w+) implements (\w+)/gmu)].map(([, name = '', port = '']) => ({
        path,
        name,
        port,
      })),
    )
    .filter(({ port }) => ports.has(port));
};

/** Adapters that no suite holds to their port, in words that name the file to be written or completed. */
export function unheldAdapters(files: readonly SourceFile[]): string[] {
  const adapters = adaptersIn(files);
  return adapters.flatMap(({ path, name, port }) => {
    const file = port.replaceAll(/(?<=[a-z])[A-Z]/gu, '-$&').toLowerCase();
    const contract = files.find(({ path: each }) => each.startsWith('test/') && each.endsWith(`/${file}.contract.ts`));
    if (contract !== undefined) {
      const elsewhere = ELSEWHERE[name];
      if (elsewhere !== undefined && files.some((each) => each.path === elsewhere)) return [];
      const test = contract.path.replace('.contract.ts', '.test.ts');
      const texts = files.filter((each) => each.path === test || each === contract).map(({ text }) => text);
      return names(texts, name) ? [] : [`${path}: run the contract of ${port} on ${name} in ${test}`];
    }
    const isSecond = adapters.some((each) => each.port === port && each.name !== name);
    if (isSecond && !Object.hasOwn(APART, port))
      return [
        `${path}: write test/adapters/${file}.contract.ts and run it on ${name} in test/adapters/${file}.test.ts`,
      ];
    const tests = files.filter((each) => each.path.startsWith('test/') && each.path.endsWith('.test.ts'));
    return names(
      tests.map(({ text }) => text),
      name,
    )
      ? []
      : [`${path}: test ${name} in test/adapters/`];
  });
}

/** Adapters that no file of functions/ makes, so no function is given them. */
export function unwiredAdapters(files: readonly SourceFile[]): string[] {
  const deployed = files.filter(({ path }) => path.startsWith('functions/'));
  return adaptersIn(deployed)
    .filter(({ path }) => path.startsWith('functions/adapters/'))
    .filter(({ path, name }) => !deployed.some((file) => file.path !== path && file.text.includes(`new ${name}(`)))
    .map(({ path, name }) => `${path}: hand ${name} out in functions/wiring.ts`);
}

const names = (texts: readonly string[], name: string): boolean =>
  texts.some((text) => new RegExp(`\\b${name}\\b`, 'u').test(text));
