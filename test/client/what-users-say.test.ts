import { describe, expect, test } from 'vitest';
import { ConductorClient } from '#client';
import { newObject } from '#wire/wire';
import type { RequestContext } from '#ports/context';
import type { JsonMap } from '#ports/json';
import { ScriptedConductor, type Script } from '../local/fleet/scripted-conductor.ts';

const context: RequestContext = {
  request_id: 'req-1',
  user_id: 'admin',
  project_id: 'p-blue',
  is_admin: true,
  read_deleted: 'no',
  timestamp: '2026-01-01T00:00:00.000000',
};

function world(script: Script) {
  const conductor = new ScriptedConductor(script);
  const { bus, clock, ids } = conductor;
  return { conductor, client: new ConductorClient({ bus, clock, ids }, { principal: 'api' }) };
}

const spec = () =>
  newObject('RequestSpec', '1.14', { scheduler_hints: { _nova_check_type: ['rebuild'], group: ['g'] } });
const said = (request: JsonMap | undefined): string => JSON.stringify(request ?? {});

describe('what users say', () => {
  test.each([
    ['a cast', (client: ConductorClient) => client.cast('build_instances', '1.19', { request_spec: spec() }, context)],
    [
      'a cast by name',
      (client: ConductorClient) => client.unshelveInstance(context, newObject('Instance', '2.7', {}), spec()),
    ],
    ['an object call', (client: ConductorClient) => client.objectAction(context, spec(), 'save')],
    [
      'a class call',
      (client: ConductorClient) => client.objectClassAction(context, 'X', 'y', {}, [], { spec: spec() }),
    ],
  ])('loses the marks that a conductor gives itself before it is sent: %s', async (_how, send) => {
    const { conductor, client } = world(() => ({ result: [{}, null] }));

    await send(client);
    await conductor.clock.settle();

    expect(said(conductor.taken[0]?.args)).not.toContain('_nova_check_type');
    expect(said(conductor.taken[0]?.args)).toContain('"group":["g"]');
  });

  test('keeps the mark of a rebuild in place, and the caller keeps what it gave', async () => {
    const { conductor, client } = world(() => 'silence');
    const request_spec = spec();

    await client.cast('rebuild_instance', '1.24', { request_spec, recreate: false }, context);
    await client.cast('rebuild_instance', '1.24', { request_spec, recreate: true }, context);
    await conductor.clock.settle();

    expect(conductor.taken.map(({ args }) => said(args).includes('_nova_check_type'))).toEqual([true, false]);
    expect(request_spec).toEqual(spec());
  });

  test.each([
    [
      'a cast',
      (client: ConductorClient) => client.cast('unshelve_instance', '1.14', { instance: { vcpus: -1 } }, context),
    ],
    [
      'an object call',
      (client: ConductorClient) => client.objectAction(context, newObject('Instance', '2.7', { vcpus: 1e15 }), 'save'),
    ],
  ])('is refused before it is sent where nobody can have so much: %s', async (_how, send) => {
    const { conductor, client } = world(() => ({ result: null }));

    const sent = send(client);

    await expect(sent).rejects.toThrow('Field vcpus');
    expect(conductor.taken).toEqual([]);
  });
});
