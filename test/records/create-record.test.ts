import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { ItemTooLarge } from '#ports/tables';
import { callMethod, recordsOn, storedInstance } from '../fixtures/records.ts';
import { memoryTables } from '../fixtures/tables.ts';

const text = (characters: number): string => randomBytes(characters).toString('base64').slice(0, characters);

/** A server whose host says ever more of it, until not a word more is taken. */
async function full() {
  const { tables } = memoryTables();
  const server = await storedInstance(recordsOn(tables), { host: 'host1' });
  const refused: unknown[] = [];
  const save = async (characters: number): Promise<boolean> => {
    server.resetChanges();
    server.assign('user_data', text(characters));
    const records = recordsOn(tables, { writer: `save-${characters}` });
    return callMethod(records, server, 'save').then(
      () => true,
      (error: unknown) => {
        refused.push(error);
        return false;
      },
    );
  };
  let taken = 50_000;
  for (let more = 400_000; more > 4; more = Math.floor(more / 2)) if (await save(taken + more)) taken += more;
  return { tables, server, refused, save };
}

it('a record that its callers fill leaves room to be deleted', async () => {
  const { tables, server, refused } = await full();

  const deleted = callMethod(recordsOn(tables, { writer: 'delete' }), server, 'destroy');

  await expect(deleted).resolves.toBeDefined();
  expect(refused.length).toBeGreaterThan(3);
  expect(refused).toEqual(refused.map(() => expect.any(ItemTooLarge)));
});

it('a full record takes what makes it smaller', async () => {
  const { save } = await full();

  const isTaken = await save(20_000);

  expect(isTaken).toBe(true);
});
