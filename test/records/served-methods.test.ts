import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { registry } from '#objects/registry';
import { everyMethod } from '#object-rpc/registry';

const recordMethods = await everyMethod();

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

/** Every served method with Nova's signature of it. */
const served = () =>
  [...recordMethods].flatMap(([type, methods]) =>
    [methods.class ?? {}, methods.instance ?? {}].flatMap((each) =>
      Object.entries(each).map(([method, { schema }]) => ({
        name: `${type}.${method}`,
        schema,
        signature: registry.get(type)?.remotable[method],
      })),
    ),
  );

it('methods read no argument that their signature in Nova does not name', () => {
  const unknown = served().flatMap(({ name, schema, signature }) =>
    Object.keys(schema.entries)
      .filter((argument) => signature?.args.includes(argument) !== true)
      .map((argument) => `${name}(${argument})`),
  );

  expect(unknown).toEqual([]);
});

it("methods read every required argument, and only what Nova lets a caller leave out may be left out, with Nova's defaults", () => {
  const odd = served().flatMap(({ name, schema, signature }) =>
    (signature?.args ?? []).flatMap((argument) => {
      const entry = schema.entries[argument];
      const named = `${name}(${argument})`;
      if (!Object.hasOwn(signature?.defaults ?? {}, argument)) return entry?.type === undefined ? [named] : [];
      const isOptional = entry === undefined || ('default' in entry && entry.default === signature?.defaults[argument]);
      return isOptional ? [] : [named];
    }),
  );

  expect(odd).toEqual([]);
});

it('methods that are not served are listed in docs/parity.md, and no others', () => {
  expect(documented().toSorted()).toEqual(unserved().toSorted());
});
