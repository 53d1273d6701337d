import { describe, expect, it } from 'vitest';
import { registry } from '#objects/registry';
import type { Json, JsonMap } from '#ports/json';
import { instanceMappingKey, MAPPINGS } from '#records/keys';
import { fieldsOf } from '#wire/reading';
import { BuildWorld } from '../fixtures/build-world.ts';
import { rejected } from '../fixtures/rejected.ts';
import { output, shelved, unshelve } from '../fixtures/shelved-server.ts';

/*
 * Nova points the context of a request at a cell, in a copy that ends with a scope. Ours has no such scope: what a
 * method works with is made for each message, of the function's services, its cell and the message's context, and none
 * of the three is changed. So one context may be sent to several cells, and to none. Arguments of compute_task travel
 * by name alone; object calls have both, names and positions.
 */

/** Whoever asks reads every type as we know it. */
const versions = Object.fromEntries([...registry].map(([name, { version }]) => [name, version]));

/** A server in cell1 and one in cell2, on services that nothing can be added to; and one context to ask about both. */
async function twoCells() {
  const world = await BuildWorld.boot({
    scheduler: () => [['host1'], ['host4']],
    adapt: (services) => Object.freeze({ ...services }),
  });
  const { uuids, context } = await world.build(world.request(2));
  const [one = '', two = ''] = uuids;
  const sent = Object.freeze({ ...context });

  const call = async (name: string, method: string, cell?: string, args: Json[] = [], kwargs: JsonMap = {}) => {
    const target = cell === undefined ? {} : { cell };
    const answer = world.client.objectClassAction(sent, name, method, versions, args, kwargs, target);
    await world.clock.runUntil(
      answer.catch(() => undefined),
      60_000,
    );
    return fieldsOf(await answer);
  };
  const server = (uuid: string, cell?: string) => call('Instance', 'get_by_uuid', cell, [uuid]);
  return { world, one, two, sent, call, server };
}

const NO_CELL = { message: expect.stringContaining('No cell is targeted') };

describe('a request that is targeted at a cell', () => {
  it('CTX-03 reaches its records, while the same context untargeted reaches none', async () => {
    const { one, two, server } = await twoCells();

    expect(await server(one, 'cell1')).toMatchObject({ uuid: one, host: 'host1' });
    expect(await server(two, 'cell2')).toMatchObject({ uuid: two, host: 'host4' });
    expect(await rejected(server(two, 'cell1'))).toMatchObject({ name: 'InstanceNotFound' });
    expect(await rejected(server(one))).toMatchObject(NO_CELL);
  });

  it('CTX-03 passes the context on as it was sent, without the cell in it', async () => {
    const world = await BuildWorld.boot({ scheduler: () => [['host1'], ['host4']] });
    const { uuids, context } = await world.build(world.request(2));

    for (const uuid of uuids) expect(world.orders(uuid)[0]?.context).toEqual(context);
  });

  it('CTX-04 has nothing to do with an untargeted one in between: that has no cell, and the cell stays what it was', async () => {
    const { one, server } = await twoCells();

    const before = await server(one, 'cell1');
    const between = await rejected(server(one));
    const after = await server(one, 'cell1');

    expect(between).toMatchObject(NO_CELL);
    expect(after).toEqual(before);
  });

  it('CTX-05 at no cell is served as it is: records of the API level need none, and are the same from every cell', async () => {
    const { one, call } = await twoCells();
    const mapping = (cell?: string) => call('InstanceMapping', 'get_by_instance_uuid', cell, [one]);

    const untargeted = await mapping();

    expect(untargeted).toMatchObject({ instance_uuid: one, cell_mapping: { 'nova_object.data': { name: 'cell1' } } });
    expect(await mapping('cell1')).toEqual(untargeted);
    expect(await mapping('cell2')).toEqual(untargeted);
  });

  it('CTX-06 and fails there leaves the next one where it belongs, targeted or not', async () => {
    const { one, two, server } = await twoCells();

    const error = await rejected(server(two, 'cell1'));

    expect(error).toMatchObject({ name: 'InstanceNotFound' });
    expect(await server(one, 'cell1')).toMatchObject({ uuid: one });
    expect(await server(two, 'cell2')).toMatchObject({ uuid: two });
    expect(await rejected(server(two))).toMatchObject(NO_CELL);
  });

  it('CTX-09 names its record by position or by name', async () => {
    const { one, call } = await twoCells();

    const byPosition = await call('Instance', 'get_by_uuid', 'cell1', [one]);
    const byName = await call('Instance', 'get_by_uuid', 'cell1', [], { uuid: one });

    expect(byPosition).toMatchObject({ uuid: one });
    expect(byName).toEqual(byPosition);
  });
});

describe('a request about a server that is mapped to no cell', () => {
  it('CTX-02 is refused with one error in the log: there is no default cell to run it in', async () => {
    const at = await shelved({ offloaded: false });
    const { log, tables } = at.world.platform;
    await tables.delete(MAPPINGS, instanceMappingKey(at.server.uuid));

    await unshelve(at);

    expect(await output(at)).toMatchObject({ outcome: 'refused', error: 'InstanceMappingNotFound' });
    expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'instance is mapped to no cell', fields: { instance: at.server.uuid } },
    ]);
    expect(at.server.orders('start_instance')).toEqual([]);
    expect(at.server.state).toBe('shelved/null');
  });
});
