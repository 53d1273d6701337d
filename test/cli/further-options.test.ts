import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scheduleAndBuildInstances } from '#client/compute-task-messages';
import { buildCommand } from '#local/demo/requests';
import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { API, hostMappingKey, MAPPINGS, quotaKey } from '#records/keys';
import { localDeployment, type LocalDeployment } from './local-deployment.ts';
import { serveConsole } from './console/served-console.ts';

const FLAVOR = { id: 1, name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1 };
const PATIENCE = { timeout: 60_000, interval: 100 };
const UUID = '44444444-4444-4444-8444-444444444444';

describe('options of the command that are seldom given', { timeout: 90_000 }, () => {
  let local: LocalDeployment;
  const conductor: LocalDeployment['conductor'] = (line, files) => local.conductor(line, files);
  beforeAll(async () => {
    local = await localDeployment();
  }, 90_000);
  afterAll(() => local.stop());

  it('cell disable keeps new servers out of a cell until cell enable', async () => {
    await conductor('cell disable cell2');
    const disabled = (await conductor('cell show cell2 --json')).data();
    await conductor('cell enable cell2');
    const enabled = (await conductor('cell show cell2 --json')).data();

    expect(disabled).toMatchObject({ disabled: true });
    expect(enabled).toMatchObject({ disabled: false });
  });

  it('cell create --uuid maps a cell under the uuid that is given', async () => {
    await conductor('local deploy-cell cell4');
    const wrong = await conductor('cell create cell4 --uuid nope');
    const created = await conductor(`cell create cell4 --uuid ${UUID} --json`);

    expect(wrong).toMatchObject({ exitCode: 2, err: expect.stringContaining('--uuid nope is no uuid') });
    expect(created.data()).toMatchObject({ name: 'cell4', uuid: UUID });
  });

  it('local kill-host lets a host fall silent, and local reset has computes asked anew', async () => {
    const killed = await conductor('local kill-host host2');
    const alive = local.world.fleet.host('host2').alive;
    await conductor('local start-host host2');
    const reset = await conductor('local reset');

    expect(killed.out).toBe('host host2 is dead');
    expect([alive, local.world.fleet.host('host2').alive]).toEqual([false, true]);
    expect(reset.out).toBe('the next order to a host is negotiated anew');
  });

  it('send --rpc-version publishes arguments without a version, and server delete --records-only asks no host', async () => {
    const ports = { ids: randomIds, clock: new SystemClock() };
    const { context, args, uuids } = buildCommand(ports, { names: ['kept'], flavor: FLAVOR, project: 'p' });
    const message = scheduleAndBuildInstances(args);
    const files = { 'args.json': JSON.stringify({ context, args: message.args }) };
    const without = await conductor('send schedule_and_build_instances --file args.json', files);
    const sent = await conductor(
      `send schedule_and_build_instances --file args.json --rpc-version ${message.version}`,
      files,
    );
    expect(sent).toMatchObject({ exitCode: 0, err: '' });
    const state = async () => (await conductor('server list --json')).out;
    await expect.poll(state, PATIENCE).toContain('"active"');

    const deleted = await conductor(`server delete ${uuids[0]} --records-only`);
    const shown = await conductor('server list');
    const all = await conductor('server list --deleted');

    expect(without).toMatchObject({ exitCode: 2, err: expect.stringContaining('give --rpc-version') });
    expect(deleted.out).toContain(`server ${uuids[0]} is deleted`);
    expect(local.world.fleet.computes.some(({ instances }) => instances.includes(uuids[0] ?? ''))).toBe(true);
    expect(shown.out).toBe('no server');
    expect(all.out).toMatch(/kept .*active \(deleted\)/u);
  });

  it.each([
    ['schedule_and_build_instances', 'abc', 'does not support RPC version abc'],
    ['schedule_and_build_instances', '9.9', 'does not support RPC version 9.9'],
    ['rebuild_instance', '1.23', 'argument reimage_boot_volume: an argument of 1.24 in a message of 1.23'],
  ])('send publishes no %s of version %s, with --check or without', async (method, version, why) => {
    const ports = { ids: randomIds, clock: new SystemClock() };
    const { context, args } = buildCommand(ports, { names: ['never'], flavor: FLAVOR, project: 'p' });
    const sent = method === 'rebuild_instance' ? { reimage_boot_volume: true } : scheduleAndBuildInstances(args).args;
    const files = { 'args.json': JSON.stringify({ version, context, args: sent }) };

    const checked = await conductor(`send ${method} --file args.json --check`, files);
    const published = await conductor(`send ${method} --file args.json`, files);

    const refused = { exitCode: 2, err: expect.stringMatching(`^conductor: nothing is published: .*${why}`) };
    expect([checked, published]).toMatchObject([refused, refused]);
  });

  it('flavor create and image create take every size', async () => {
    await conductor(
      'flavor create odd --vcpus 1 --ram 64 --disk 1 --id f9 --ephemeral 7 --swap 128 --private --spec a=b',
    );
    await conductor('image create wide --id i9 --min-disk 5');

    const flavor = (await conductor('flavor show f9 --json')).data();
    const image = (await conductor('image show i9 --json')).data();

    expect(flavor).toMatchObject({ ephemeral_gb: 7, swap: 128, is_public: false });
    expect(image).toMatchObject({ min_disk: 5 });
  });

  it('quota check --user goes by the limits of the user besides', async () => {
    await conductor('quota set p --user u --instances 2');

    const without = await conductor('quota check p --vcpus 1 --ram 1 --max 5 --min 5');
    const within = await conductor('quota check p --user u --vcpus 1 --ram 1 --max 5 --min 5');

    expect([without.exitCode, within.exitCode]).toEqual([0, 1]);
  });

  it('quota set, show and unset are about a user with --user, and unset takes those limits away that are named', async () => {
    await conductor('quota set p2 --instances 1 --cores 2 --ram 3 --server-groups 4 --server-group-members 5');
    await conductor('quota set p2 --user u --instances 1 --cores 1');
    const by = async (line: string) =>
      [...(await conductor(line)).out.matchAll(/^([a-z_]+) +\S+ +\S+ +(.*)$/gmu)].map(
        ([, name, from]) => `${name}: ${from}`,
      );

    const user = await by('quota show p2 --user u');
    const userLess = await by('quota unset p2 --user u');
    const rest = await by('quota unset p2 --cores --ram --server-groups --server-group-members');

    expect(user).toEqual(['instances: the user', 'cores: the user', 'ram: nobody']);
    expect(userLess).toEqual(['instances: nobody', 'cores: nobody', 'ram: nobody']);
    expect(rest).toEqual([
      'instances: the project',
      ...['cores', 'ram', 'server_groups', 'server_group_members'].map((name) => `${name}: the deployment`),
    ]);
  });

  it('quota recount --dry-run shows what is counted wrongly, and leaves it', async () => {
    await local.world.services.tables.put(API, { ...quotaKey('p3'), instances: 3, cores: 0, ram: 0 });

    const dry = await conductor('quota recount p3 --dry-run');
    const wet = await conductor('quota recount p3');

    expect(dry.out).toContain('nothing is written: --dry-run');
    expect(wet.out).toContain('usage is corrected');
  });

  it('host discover --cell looks into that cell alone', async () => {
    await local.world.services.tables.delete(MAPPINGS, hostMappingKey('host1'));

    const elsewhere = await conductor('host discover --cell cell2');
    const found = await conductor('host discover --cell cell1');

    expect(elsewhere.out).toBe('every registered host is mapped');
    expect(found.out).toBe('host host1 is mapped to cell1');
  });

  it('record export --restored takes the whole name of a table', async () => {
    const restored = await conductor('record export nova-conductor-mappings --restored');
    const wrong = await conductor('record export mappings --restored');

    expect(restored.out).toContain('host1');
    expect(wrong.exitCode).toBe(1);
  });

  it('--time-zone prints times of that zone', async () => {
    const shown = await conductor('host show host1 --time-zone Asia/Kolkata');

    expect(shown.out).toMatch(/^last seen +\d{4}-\d\d-\d\d [\d:]{8}\+05:30$/mu);
  });

  it.each(['bash', 'zsh'])('completion prints a script for %s', async (shell) => {
    expect((await conductor(`completion ${shell}`)).out).toContain('conductor');
  });

  it('dead-letter redrive --all sends back whatever lies there', async () => {
    await local.world.bus.send('compute-task-dlq', { body: 'one' });
    await local.world.bus.send('compute-task-dlq', { body: 'two' });

    const redriven = await conductor('dead-letter redrive compute-task --all');

    expect(redriven.out).toBe('2 dead letters went back to compute-task');
  });

  it.each(['audit', 'heal'])('%s --after-restore is refused while anybody is heard', async (command) => {
    const refused = await conductor(`${command} --after-restore`);

    expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('intake') });
  });

  it('console --port listens at the port that is given, and refuses what is no port', async () => {
    const wrong = await conductor('console --port 70000');
    const served = await serveConsole(local);
    const { port } = served.url;
    await served.end();

    const again = await serveConsole(local, `--port ${port}`);
    await again.end();

    expect(wrong.exitCode).toBe(2);
    expect(again.url.port).toBe(port);
  });
});
