import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeAttributes } from '#adapters/dynamodb/items';
import { storedFor } from '#adapters/packing/packed-item';
import { NETWORKS, packedServer } from '../adapters/packing/packed-server.ts';
import { localDeployment, type LocalDeployment } from './local-deployment.ts';

const SERVER = packedServer('7d0c1c52-5d0e-4c3e-9a5e-0f6e2f1b8a10');

/** A line of a table export: bytes are base64 there. */
const exportLine = (): string => {
  const encoded = Object.entries(encodeAttributes(storedFor(SERVER)));
  const attributes = encoded.map(([name, { B, ...rest }]) => [
    name,
    B ? { B: Buffer.from(B).toString('base64') } : rest,
  ]);
  return JSON.stringify({ Item: Object.fromEntries(attributes) });
};

describe('records, by the command', { timeout: 60_000 }, () => {
  let local: LocalDeployment;
  beforeAll(async () => {
    local = await localDeployment();
    await local.world.services.tables.put('cell-cell1', SERVER);
    await local.world.services.tables.put('cell-cell1', { pk: SERVER.pk, sk: 'tags', tags: ['a'] });
  }, 60_000);
  afterAll(() => local.stop());

  it('are shown as they are read, one or all of a key, of a restored table too', async () => {
    const one = await local.conductor(`record show cell-cell1 ${SERVER.pk} instance --json`);
    const all = await local.conductor(`record show nova-conductor-cell-cell1 ${SERVER.pk} --restored --json`);
    const people = await local.conductor(`record show cell-cell1 ${SERVER.pk} instance`);

    expect(one.data()).toEqual([SERVER]);
    expect(all.data()).toEqual([SERVER, { pk: SERVER.pk, sk: 'tags', tags: ['a'] }]);
    expect(people.out).toContain(JSON.stringify(NETWORKS));
  });

  it('are exported one a line, of a table and of a file of an export', async () => {
    const table = await local.conductor('record export cell-cell1');
    const file = await local.conductor('record export --file data.json', { 'data.json': `${exportLine()}\n\n` });

    expect(table.out.split('\n').map((line): unknown => JSON.parse(line))).toContainEqual(SERVER);
    expect(JSON.parse(file.out)).toEqual(SERVER);
  });

  it('show no password, connection or token, and are exported with them when that is asked for', async () => {
    const connection_info = JSON.stringify({ data: { auth_password: 'correct-horse' } });
    const device = { pk: SERVER.pk, sk: 'block-device#u', connection_info, token: 'battery', uuid: 'u' };
    await local.world.services.tables.put('cell-cell1', device);
    const details = `{"info": "{\\"password\\": \\"a'correct-horse\\"}"}`;
    await local.world.services.tables.put('cell-cell1', { pk: SERVER.pk, sk: 'fault#1', details });

    const shown = await local.conductor(`record show cell-cell1 ${SERVER.pk}`);
    const exported = await local.conductor('record export cell-cell1');
    const whole = await local.conductor('record export cell-cell1 --with-secrets');

    for (const { out } of [shown, exported]) expect(out).not.toMatch(/correct-horse|battery/u);
    expect(shown.out).toContain('"connection_info": "(covered)"');
    expect(whole.out.split('\n').map((line): unknown => JSON.parse(line))).toContainEqual(device);
  });

  it.each([
    ['record show cell-cell1 instance#nobody', 'nova-conductor-cell-cell1 has no instance#nobody', 1],
    ['record show nowhere a', 'there is no table nova-conductor-nowhere', 1],
    ['record export nowhere --restored', 'there is no table nowhere', 1],
    ['record export --file missing.json', 'missing.json cannot be read', 2],
    ['record export', 'give TABLE or --file', 2],
    ['record export cell-cell1 --file data.json', 'give TABLE or --file', 2],
    ['record export --file data.json', 'data.json, line 1 is no item of a table export', 1],
  ])('%s is refused', async (line, says, exitCode) => {
    const ran = await local.conductor(line, { 'data.json': '{"Item":{}}' });

    expect(ran).toMatchObject({ exitCode, err: expect.stringContaining(says) });
  });
});
