import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { registry } from '#objects/registry';
import { recordMethods } from '#object-rpc/registry';

const PARITY = new URL('../../docs/parity.md', import.meta.url);

/** Remotable methods of all objects that nothing stands behind, as `Type.method`. */
const unserved = (): string[] =>
  [...registry].flatMap(([name, { remotable }]) =>
    Object.entries(remotable)
      .filter(([method, { kind }]) => !Object.hasOwn(recordMethods.get(name)?.[kind] ?? {}, method))
      .map(([method]) => `${name}.${method}`),
  );

/** The methods that the document lists as not served. */
function documented(): string[] {
  const [, section = ''] = readFileSync(PARITY, 'utf8').split('## Object methods that are not served');
  const [rows = ''] = section.split('\n## ');
  return [...rows.matchAll(/^\| (?<type>[A-Z]\w+) +\| (?<methods>[a-z_, ]+?) +\|/gmu)].flatMap(
    ({ groups: { type = '', methods = '' } = {} }) => methods.split(', ').map((method) => `${type}.${method}`),
  );
}

it('methods that are not served are listed in docs/parity.md, and no others', () => {
  expect(documented().toSorted()).toEqual(unserved().toSorted());
});
