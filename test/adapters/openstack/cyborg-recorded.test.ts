import { describe, expect, it } from 'vitest';
import { cyborgAccelerators } from '#adapters/openstack/cyborg';
import type { ArqBinding } from '#ports/accelerators';
import { listOf, mapOf, textOf } from '#wire/reading';
import { startHttpService } from '../../fixtures/endpoints/http-service.ts';
import { clientOf, userContext } from '../../fixtures/openstack.ts';
import { recordedClient } from '../../fixtures/recorded-client.ts';
import { exchangesOf, type RecordedExchange } from '../../fixtures/endpoints/recorded-exchanges.ts';

const CONTEXT = userContext();

const start = async (exchanges: readonly RecordedExchange[]) => {
  const { client, log, lines, finish } = await recordedClient('accelerator', exchanges);
  return { accelerators: cyborgAccelerators(client, log), lines, finish };
};
const recorded = (...cases: readonly string[]) => exchangesOf('cyborg', ...cases);
const queryOf = (exchange: RecordedExchange | undefined, name: string): string =>
  new URL(exchange?.path ?? '', 'http://c').searchParams.get(name) ?? '';

/** What a recorded PATCH binds. */
const bindingsOf = (patch: RecordedExchange | undefined): ArqBinding[] =>
  Object.entries(mapOf(patch?.body)).map(([uuid, operations]) => {
    const value = (path: string): string =>
      textOf(mapOf(listOf(operations).find((operation) => mapOf(operation)['path'] === path))['value']) ?? '';
    return {
      uuid,
      hostname: value('/hostname'),
      providerUuid: value('/device_rp_uuid'),
      instanceId: value('/instance_uuid'),
    };
  });

describe('Cyborg as it was recorded', () => {
  it('a profile’s groups are read', async () => {
    const { accelerators, finish } = await start(recorded('profile-two-groups'));

    const groups = await accelerators.profile(CONTEXT, 'fpga-two');

    expect(await finish()).toEqual([]);
    expect(groups).toEqual([
      { resources: { FPGA: 2 }, requiredTraits: ['CUSTOM_FAKE_DEVICE'], forbiddenTraits: [] },
      { resources: { FPGA: 1 }, requiredTraits: ['CUSTOM_FAKE_DEVICE'], forbiddenTraits: [] },
    ]);
  });

  it('a profile that is not there, or not alone, is an error', async () => {
    const [unknown, several] = recorded('profile-unknown', 'profile-name-list');
    const { accelerators, finish } = await start(unknown && several ? [unknown, several] : []);

    await expect(accelerators.profile(CONTEXT, 'nothing')).rejects.toMatchObject({ name: 'DeviceProfileError' });
    await expect(accelerators.profile(CONTEXT, 'fpga-a,fpga-two')).rejects.toMatchObject({
      name: 'DeviceProfileError',
    });
    expect(await finish()).toEqual([]);
  });

  it('one request is made for each device of a profile', async () => {
    const { accelerators, finish } = await start(recorded('arq-create-three'));

    const arqs = await accelerators.create(CONTEXT, 'fpga-two');

    expect(await finish()).toEqual([]);
    expect(arqs.map(({ state, group }) => `${state} ${group}`)).toEqual(['Initial 0', 'Initial 0', 'Initial 1']);
  });

  it('requests of an unknown profile are refused by name', async () => {
    const { accelerators, finish } = await start(recorded('arq-create-unknown-profile'));

    await expect(accelerators.create(CONTEXT, 'nothing')).rejects.toMatchObject({ name: 'AcceleratorRequestOpFailed' });
    expect(await finish()).toEqual([]);
  });

  it('requests are bound in one call, and bound again they count as bound', async () => {
    const exchanges = recorded('arq-bind', 'arq-bind-again', 'arq-get-after-bind');
    const { accelerators, finish } = await start(exchanges);
    const bindings = bindingsOf(exchanges[0]);

    await accelerators.bind(CONTEXT, bindings);
    await accelerators.bind(CONTEXT, bindings);

    expect(await finish()).toEqual([]);
    expect(bindings).toMatchObject([{ hostname: 'host1' }]);
  });

  it('a device that is not there fails the binding, with the requests that it was of', async () => {
    const exchanges = recorded('arq-bind-no-device', 'arq-get-no-device');
    const { accelerators, finish } = await start(exchanges);
    const bindings = bindingsOf(exchanges[0]);

    const bound = accelerators.bind(CONTEXT, bindings);

    await expect(bound).rejects.toMatchObject({
      name: 'AcceleratorRequestBindingFailed',
      arqs: bindings.map(({ uuid }) => uuid),
      message: expect.stringContaining('Deployable not found'),
    });
    expect(await finish()).toEqual([]);
  });

  it('the requests of a server are found and deleted, and again', async () => {
    const exchanges = recorded('arq-get-three', 'arq-delete-by-server', 'arq-delete-by-server-again', 'arq-get-none');
    const [three, gone] = exchanges;
    const none = exchanges.filter(({ method }) => method === 'GET').at(-1);
    const { accelerators, finish } = await start(exchanges);

    const found = await accelerators.arqsOf(CONTEXT, queryOf(three, 'instance'));
    await accelerators.deleteOf(CONTEXT, queryOf(gone, 'instance'));
    await accelerators.deleteOf(CONTEXT, queryOf(gone, 'instance'));
    const left = await accelerators.arqsOf(CONTEXT, queryOf(none, 'instance'));

    expect(await finish()).toEqual([]);
    expect(found.map(({ state, providerUuid }) => [state, providerUuid !== null])).toEqual([
      ['Bound', true],
      ['Bound', true],
      ['Bound', true],
    ]);
    expect(left).toEqual([]);
  });
});

describe('Cyborg', () => {
  it('deletes one by one, and goes on after one that is gone or refused', async () => {
    const statuses = [404, 403, 204];
    const service = await startHttpService(() => ({ status: statuses.shift() ?? 500 }));
    const { client, log, lines, close } = clientOf(service.url, { service: 'accelerator' });

    await cyborgAccelerators(client, log).delete(CONTEXT, ['a', 'b', 'c']);

    expect(service.requests.map(({ path }) => path)).toEqual(
      ['a', 'b', 'c'].map((uuid) => `/v2/accelerator_requests?arqs=${uuid}`),
    );
    expect(lines.filter((line) => !line.startsWith('debug')).map((line) => line.split(' ')[0])).toEqual([
      'warn',
      'error',
    ]);
    close();
    await service.stop();
  });

  it('that cannot be used deletes nothing and is reported: the same may be asked again', async () => {
    const service = await startHttpService(() => ({ status: 503 }));
    const { client, log, close } = clientOf(service.url, { service: 'accelerator' });

    await expect(cyborgAccelerators(client, log).delete(CONTEXT, ['a'])).rejects.toMatchObject({
      name: 'ServiceNotReached',
    });

    close();
    await service.stop();
  });

  it('counts a binding as made whose answer was 500 because Nova could not be notified', async () => {
    const binding = { uuid: 'q1', hostname: 'node1', providerUuid: 'P', instanceId: 's' };
    const bound = { uuid: 'q1', state: 'Bound', hostname: 'node1', device_rp_uuid: 'P', instance_uuid: 's' };
    const service = await startHttpService(({ method }) =>
      method === 'PATCH' ? { status: 500 } : { status: 200, body: { arqs: [bound] } },
    );
    const { client, log, close } = clientOf(service.url, { service: 'accelerator' });

    await cyborgAccelerators(client, log).bind(CONTEXT, [binding]);

    expect(service.requests.map(({ method }) => method)).toEqual(['PATCH', 'GET']);
    close();
    await service.stop();
  });
});
