import { writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { scheduleAndBuildInstances } from '#client/compute-task-messages';
import { requestEnvelope } from '#wire/envelope';
import { buildCommand } from '#local/demo/requests';
import { begin, recordedServer } from '#local/demo/recorded-server';
import { ConductorClient } from '#client';
import { exampleOf } from '../documents/examples.ts';
import type { Json } from '#ports/json';
import type { InstanceRequest } from '#cli/servers/server-request';
import { emulatedPlatform, type EmulatedPlatform } from '#local/emulation/emulated-platform';
import { World } from '#local/emulation/world';
import { MAJORS, nodeOf, QUIET, run } from './node-versions.ts';

const CELL = { name: 'cell1', uuid: '11111111-1111-4111-8111-111111111111' };
const HOSTS = ['host1', 'host2'].map((host) => ({ cell: CELL.name, host }));
const FLAVOR = { id: 1, name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1 };

let platform: EmulatedPlatform;
let world: World;
beforeAll(async () => {
  platform = await emulatedPlatform({ deployment: 'nova-conductor', cells: [CELL.name] });
  world = await World.boot(platform, { cells: [CELL], hosts: HOSTS });
});
afterAll(() => world.stop());

const command = (name: string) =>
  buildCommand({ ids: randomIds, clock: new SystemClock() }, { names: [name], flavor: FLAVOR, project: 'p' });

/** Has a server built by an envelope of our own, and answers what its API would know of it. */
async function built(): Promise<InstanceRequest & { readonly uuid: string; readonly spec: Json }> {
  const { context, args, uuids } = command('earlier');
  const message = { ...scheduleAndBuildInstances(args), namespace: 'compute_task', context };
  await world.bus.send('compute-task', { body: requestEnvelope({ ...message, uniqueId: randomIds.uuid() }) });
  await untilThere(uuids);
  const { clock, ids, tables } = world.services;
  const client = new ConductorClient({ bus: world.bus, clock, ids });
  const [uuid = ''] = uuids;
  const ports = { client, clock, ids, tables };
  const begun = await begin(ports, await recordedServer(ports, uuid), {
    action: 'live-migration',
    fields: { task_state: 'migrating' },
  });
  await client.close();
  return { ...begun, uuid, spec: args.request_spec[0] ?? null };
}

/** Waits until hosts have these servers, and are done with them. */
async function untilThere(uuids: readonly string[]): Promise<void> {
  const patience = { timeout: 60_000, interval: 100 };
  const running = () => uuids.filter((uuid) => world.fleet.computes.some(({ guests }) => guests.has(uuid)));
  await expect.poll(running, patience).toEqual(uuids);
}

/** A document's example as a program: with this machine's endpoint, and with what a service would have at hand. */
function program(file: string, given: object): string {
  const { sqsEndpoint, queueUrlBase } = platform.emulators;
  const { text: example } = exampleOf(file, 'import { SQSClient }');
  const settings = {
    endpoint: sqsEndpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  const local = example
    .replace('new SQSClient({})', `new SQSClient(${JSON.stringify(settings)})`)
    .replace('https://sqs.eu-west-1.amazonaws.com/123456789012/', queueUrlBase);
  const names = Object.keys(given).join(', ');
  return stripTypeScriptTypes(`const { ${names} } = ${JSON.stringify(given)};\n${local}`);
}

test.each(MAJORS)('the TypeScript example for publishers does what it says, on Node %s', async (major) => {
  const { context, uuid, instance, spec } = await built();
  const { args, uuids } = command(`web-${major}`);
  const move = { instance, block_migration: null, disk_over_commit: null, request_spec: spec };
  const file = join(inject('publisher'), 'example.mjs');
  writeFileSync(file, program('docs/publishing.md', { context, args, ...move, uuid }));

  const ran = await run(nodeOf(major), [file], inject('publisher'), QUIET);

  expect(ran).toEqual({ exitCode: 0, out: '', err: '' });
  await untilThere(uuids);
});

test('the TypeScript example of the README publishes, and says what became of the server', async () => {
  const { context, args, uuids } = command('readme');
  const { queueUrlBase } = platform.emulators;
  const file = join(inject('publisher'), 'readme.mjs');
  const text = program('README.md', { context, args, queueUrlBase, uuid: randomIds.uuid() });
  writeFileSync(file, text);

  const ran = await run(nodeOf('24'), [file], inject('publisher'), QUIET);

  expect(ran.err).toContain('BuildRequestNotFound');
  await untilThere(uuids);
});
