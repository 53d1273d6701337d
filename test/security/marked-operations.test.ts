import { describe, expect, it } from 'vitest';
import { RpcCaller } from '#client/rpc-caller';
import type { Behaviour } from '#local/fleet/behaviour';
import { hostContext } from '#local/fleet/object-proxy';
import { cellQueue } from '#ports/host-queue';
import type { JsonMap } from '#ports/json';
import { mapOf } from '#wire/reading';
import { newObject } from '#wire/wire';
import { Attaching, withVolumes } from '../fixtures/attached-volume.ts';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { afterBuild } from '../fixtures/host-scripts.ts';
import { answering, FORCED, SCHEDULED } from '../fixtures/live-moves.ts';
import { coldWorld, liveWorld, type MoveRequest, type MovingWorld } from '../fixtures/moves.ts';
import { EVACUATE, rebuild, running, stranded, type Rebuilt } from '../fixtures/rebuilt-server.ts';
import { shelved, unshelve } from '../fixtures/shelved-server.ts';
import { exposed, marksOf } from './exposed.ts';

const PASSWORD = 'marked-password-1f0';
const FILE = 'marked-file-2e1';
const TOKEN = 'marked-token-3d2';
const CONNECTION = 'marked-chap-secret-4c3';
const CONNECTION_INFO = JSON.stringify({ data: { auth_password: CONNECTION } });

/** What a host of the fleet answers of a TPM. */
const PASSPHRASE = 'passphrase-of-';

const MARKS = marksOf(PASSWORD, FILE, TOKEN, CONNECTION, PASSPHRASE);

const SECRETS = {
  admin_password: PASSWORD,
  injected_files: [['/etc/motd', Buffer.from(FILE).toString('base64')]],
};

/** Everything that can be shown is shown. */
const NOTIFYING: BuildWorldOptions = {
  config: { notificationFormat: 'both', notifyOnStateChange: 'vm_and_task_state' },
};

const UNAFRAID: Behaviour = () => 'build';
const FAILING: Behaviour = () => ({ fail: 'out of order' });

const device = (more: JsonMap = {}) =>
  newObject('BlockDeviceMapping', '1.20', {
    source_type: 'volume',
    destination_type: 'volume',
    device_name: '/dev/vdb',
    boot_index: -1,
    volume_id: '88888888-8888-4888-8888-888888888888',
    connection_info: CONNECTION_INFO,
    ...more,
  });

const devices = newObject('BlockDeviceMappingList', '1.17', { objects: [device()] });

const tokened = (at: Rebuilt): Rebuilt => ({ ...at, context: { ...at.context, auth_token: TOKEN } });

const ordered = (world: BuildWorld): string => JSON.stringify(world.orders());

async function built(behaviour: Behaviour): Promise<BuildWorld> {
  const world = await BuildWorld.boot({ ...NOTIFYING, behaviour });
  const { uuids, context, args } = world.request(2);
  await world.build({
    uuids,
    context: { ...context, auth_token: TOKEN },
    args: { ...args, ...SECRETS, block_device_mapping: devices },
  });
  return world;
}

/** Has a server with a TPM moved, for a user who has a token. */
async function moved(moving: MovingWorld, request: MoveRequest): Promise<BuildWorld> {
  const system_metadata = { ...mapOf(moving.item['system_metadata']), image_hw_tpm_version: '2.0' };
  await moving.change({ system_metadata });
  const args = { ...moving.arguments(request), reservations: null };
  await moving.of.client.cast('migrate_server', '1.20', args, { ...moving.context, auth_token: TOKEN });
  await moving.of.end();
  return moving.of;
}

async function rebuilt(given: Promise<Rebuilt>, how: JsonMap): Promise<BuildWorld> {
  const at = tokened(await given);
  const { admin_password: new_pass, injected_files } = SECRETS;
  await rebuild(at, { ...how, new_pass, injected_files, bdms: devices });
  return at.world;
}

async function unshelved(offloaded: boolean): Promise<BuildWorld> {
  const at = await shelved({ offloaded }, NOTIFYING);
  await unshelve({ ...at, context: { ...at.context, auth_token: TOKEN } });
  return at.world;
}

async function attached(): Promise<BuildWorld> {
  const at = await Attaching.boot(withVolumes(NOTIFYING));
  const args = { ...at.arguments({ volume: { connection_info: CONNECTION_INFO } }) };
  await at.world.client.cast('attach_volume', '1.26', args, { ...at.context, auth_token: TOKEN });
  await at.world.end();
  return at.world;
}

/** A server whose volume is attached and whose console is opened, by calls of its host. */
async function called(): Promise<{ world: BuildWorld; token: string }> {
  const { world, server } = await running(NOTIFYING);
  const { clock, services } = world;
  const caller = new RpcCaller({ bus: world.world.bus, clock, ids: services.ids }, { timeoutSeconds: 60 });
  const context = { ...hostContext(services.ids, clock), auth_token: TOKEN };
  const ask = async (objmethod: string, objinst: JsonMap, kwargs: JsonMap = {}) => {
    const args = { objinst, objmethod, args: [], kwargs };
    const asked = caller.call({ queue: cellQueue('cell1'), version: '3.0', method: 'object_action', args, context });
    await clock.runUntil(asked, 60_000);
    return asked;
  };
  const host = world.server(server.uuid).item['host'] ?? null;
  await ask('create', device({ instance_uuid: server.uuid }));
  const console = { instance_uuid: server.uuid, console_type: 'novnc', host, port: 5900 };
  const answer = await ask('authorize', newObject('ConsoleAuthToken', '1.1', console), { ttl: 600 });
  await world.end();
  return { world, token: JSON.stringify(answer).match(/[0-9a-f-]{36}(?=")/u)?.[0] ?? '' };
}

const SCHEDULED_HOSTS: BuildWorldOptions = { ...NOTIFYING, scheduler: afterBuild(() => [['host2']]) };

const NEW_FLAVOR: MoveRequest = { flavor: { id: 2, memory_mb: 2048 } };

const refusing = answering({ host2: { fail: 'no room' } });

describe('secrets of a user, of a volume and of a TPM', () => {
  it.each<[string, string, () => Promise<BuildWorld>]>([
    ['a build', PASSWORD, () => built(UNAFRAID)],
    ['a build that no host takes', PASSWORD, () => built(FAILING)],
    ['a resize', TOKEN, async () => moved(await coldWorld(NOTIFYING), NEW_FLAVOR)],
    ['a cold migration', TOKEN, async () => moved(await coldWorld(NOTIFYING), {})],
    ['a live migration', PASSPHRASE, async () => moved(await liveWorld(NOTIFYING), SCHEDULED)],
    ['a live migration to a host by name', PASSPHRASE, async () => moved(await liveWorld(NOTIFYING), FORCED)],
    [
      'a live migration that its host refuses',
      TOKEN,
      async () => moved(await liveWorld({ ...NOTIFYING, behaviour: refusing }), FORCED),
    ],
    ['the attaching of a volume', TOKEN, attached],
    ['a rebuild', CONNECTION, () => rebuilt(running(NOTIFYING), { host: 'host1' })],
    ['an evacuation', CONNECTION, () => rebuilt(stranded(SCHEDULED_HOSTS), EVACUATE)],
    ['an unshelving in place', TOKEN, () => unshelved(false)],
    ['an unshelving after an offload', TOKEN, () => unshelved(true)],
  ])('lie nowhere but sealed after %s, for which a host was given them', async (_operation, secret, play) => {
    const world = await play();

    expect(ordered(world)).toContain(secret);
    expect(await exposed(world, MARKS)).toEqual([]);
  });

  it('lie nowhere after a volume was attached and a console opened, of which the hash is kept', async () => {
    const { world, token } = await called();

    expect(token).toMatch(/^[0-9a-f]{8}-/u);
    expect(await exposed(world, [...MARKS, token])).toEqual([]);
  });
});
