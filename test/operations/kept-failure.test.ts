import { expect, it } from 'vitest';
import { NoValidHost } from '#errors';
import { keepFailure } from '#operations/kept-failure';
import { requestDocumentItem } from '#records/items/request-document';
import type { Tables } from '#ports/tables';
import { documentKey, REQUESTS } from '#records/keys';
import { rejected } from '../fixtures/rejected.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { watching } from '../fixtures/watching.ts';

const ERROR = new NoValidHost({ reason: 'there is no room' });

it('an error is kept with its request, params and all', async () => {
  const { tables } = memoryTables();
  await tables.put(REQUESTS, { ...documentKey('r1'), sealed: 's' });

  await keepFailure({ tables }, 'r1', ERROR);

  const { failure, sealed } = requestDocumentItem((await tables.get(REQUESTS, documentKey('r1'))) ?? {});
  expect(JSON.parse(failure ?? '')).toMatchObject({ class: 'NoValidHost', kwargs: { reason: 'there is no room' } });
  expect(sealed).toBe('s');
});

it('an error of a request that has expired is kept nowhere', async () => {
  const { tables } = memoryTables();

  await keepFailure({ tables }, 'r1', ERROR);

  expect(await tables.get(REQUESTS, documentKey('r1'))).toBeUndefined();
});

it('a table that is away is an error of its own', async () => {
  const away = watching<Tables>(memoryTables().tables, { update: () => Promise.reject(new Error('away')) });

  expect(await rejected(keepFailure({ tables: away }, 'r1', ERROR))).toEqual(new Error('away'));
});
