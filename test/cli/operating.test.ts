import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestEnvelope } from '#wire/envelope';
import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import type { RequestContext } from '#ports/context';
import { scheduleAndBuildInstances } from '#client/compute-task-messages';
import { buildCommand } from '#local/demo/requests';
import { API, PLACEMENT, quotaKey, quotaLimitsKey } from '#records/keys';
import { consumerKey } from '#placement/consumer-item';
import { textField, objectArgument } from '#local/fleet/order';
import { localDeployment, type LocalDeployment } from './local-deployment.ts';

const FLAVOR = { id: 1, name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1 };

/** A server called slow-… is still being spawned when its test is over. */
const behaviour = (order: Parameters<typeof objectArgument>[0]) =>
  textField(objectArgument(order, 'instance'), 'display_name').startsWith('slow') ? { delay: 600_000 } : 'build';

function request(name: string, project = 'p', change = (context: RequestContext): RequestContext => context) {
  const clock = new SystemClock();
  const { context, args, uuids } = buildCommand({ ids: randomIds, clock }, { names: [name], flavor: FLAVOR, project });
  const message = scheduleAndBuildInstances({ ...args, admin_password: 'correct-horse' });
  const uniqueId = randomIds.uuid().replaceAll('-', '');
  const body = requestEnvelope({ ...message, namespace: 'compute_task', context: change(context), uniqueId });
  return { uuid: uuids[0] ?? '', body };
}

describe('operating a deployment by the command', { timeout: 90_000 }, () => {
  let local: LocalDeployment;
  const conductor: LocalDeployment['conductor'] = (line, files) => local.conductor(line, files);
  const SEND = 'send schedule_and_build_instances --file r.json';

  beforeAll(async () => {
    local = await localDeployment(behaviour);
  }, 90_000);
  afterAll(() => local.stop());

  const state = async (uuid: string): Promise<string> => (await conductor(`server show ${uuid}`)).out;
  const reaches = async (uuid: string, wanted: string): Promise<void> => {
    await expect.poll(() => state(uuid), { timeout: 60_000, interval: 100 }).toContain(wanted);
  };

  it('cell create makes the mapping of a deployed cell once', async () => {
    const early = await conductor('cell create cell3');
    const named = await conductor('cell create cell3 --profile local:mine');
    await conductor('local deploy-cell cell3');
    const unmapped = await conductor('host add host3 --cell cell3');
    const created = await conductor('cell create cell3');
    const again = await conductor('cell create cell3 --columns nope --format csv');
    const listed = await conductor('cell list');

    expect([early.exitCode, created.exitCode, again.exitCode]).toEqual([1, 0, 0]);
    expect(early.err).toMatch(/^conductor: cell cell3 has no table nova-conductor-cell-cell3: .*deploy-cell cell3$/u);
    expect(named.err).toContain('conductor --profile local:mine local deploy-cell cell3');
    expect(unmapped.err).toContain('conductor cell create cell3 maps one that is deployed');
    expect(again.out).toContain('is there already');
    expect(again.err).toContain('it is done; what follows is all of it, since --columns: there is no table');
    expect(listed.out.match(/cell3/gu)).toHaveLength(1);
  });

  it('host add maps a host, lets it speak and makes its queue, so that a server can be built there', async () => {
    await conductor('local deploy-cell cell4');
    await conductor('cell create cell4');
    const added = await conductor('host add rack9.node1 --cell cell4');
    const again = await conductor('host add rack9.node1 --cell cell4');
    await conductor('local start-host rack9.node1');
    for (const host of ['host1', 'host2']) await conductor(`host disable ${host} --reason test`);
    const { uuid, body } = request('far');
    await conductor(SEND, { 'r.json': body });
    await reaches(uuid, 'state      active');
    const shown = await conductor(`server list --host rack9.node1 --json`);
    const refused = await conductor('host remove rack9.node1');
    for (const host of ['host1', 'host2']) await conductor(`host enable ${host}`);
    // A host that the command started builds everything at once: servers of later tests that
    // are slow are not to come here.
    await conductor('host disable rack9.node1 --reason test');

    expect(added.out).toBe(
      'host rack9.node1: mapped to cell4, host:rack9.node1 may speak for it, queue cell-cell4-host-rack9_2enode1 made',
    );
    expect(again.out).toBe('host rack9.node1 is there already');
    expect(shown.data()).toMatchObject([{ uuid, cell: 'cell4', vmState: 'active' }]);
    expect(refused.err).toContain('has 1 servers: move them');
  });

  it('host add refuses a host of another cell', async () => {
    const refused = await conductor('host add host1 --cell cell2');

    expect(refused).toMatchObject({
      exitCode: 1,
      err: 'conductor: host host1 is mapped to cell1: conductor host remove host1 first',
    });
  });

  it('host discover maps a host that registered itself, and host remove takes an empty one out', async () => {
    await local.world.fleet.add({ host: 'new-one', cell: 'cell1' });
    const dry = await conductor('host discover --dry-run');
    const found = await conductor('host discover');
    const removed = await conductor('host remove new-one');
    const listed = await conductor('host list --json');

    expect([dry.out, found.out]).toEqual(['host new-one would be mapped to cell1', 'host new-one is mapped to cell1']);
    expect(removed.out).toBe('host new-one is removed from cell1');
    expect(JSON.stringify(listed.data())).not.toContain('new-one');
  });

  it('server show prints actions and events, and execution show where its execution stands', async () => {
    const { uuid, body } = request('plain');

    const checked = await conductor(`${SEND} --check`, { 'r.json': body });
    const early = await conductor('server list');
    await conductor(SEND, { 'r.json': body });
    await reaches(uuid, 'compute__do_build_and_run_instance: Success');
    const execution = await conductor(`execution show ${uuid}`);
    const listed = await conductor(`execution list --workflow launch --status succeeded --server ${uuid} --json`);

    expect(checked.out).toMatch(/^r\.json is what schedule_and_build_instances 1\.\d+ takes$/u);
    expect(early.out).not.toContain(uuid);
    expect(await state(uuid)).toContain('create (req-');
    expect(await state(uuid)).toMatch(
      /^where      cell\d, host (\S+)$[^]*^claim      \1 \([0-9a-f-]{36}\): 1 VCPU, 512 MEMORY_MB/mu,
    );
    expect(execution.out).toMatch(/^execution  launch\/\w+/u);
    expect(execution.out).toContain(uuid);
    expect(execution.out).toContain('✓ Build on host');
    expect(listed.data()).toMatchObject([{ workflow: 'launch', status: 'SUCCEEDED' }]);
  });

  it('intake pause keeps messages in their queue until intake resume', async () => {
    const { uuid, body } = request('later');
    await conductor('intake pause compute-task');
    await conductor(SEND, { 'r.json': body });
    const waiting = await conductor('intake list');
    const nothing = await conductor(`server show ${uuid}`);
    await conductor('intake resume compute-task');

    expect(waiting.out).toMatch(/compute-task +Disabled +1 /u);
    expect(nothing).toMatchObject({ exitCode: 1, err: expect.stringContaining(`there is no server ${uuid}`) });
    await reaches(uuid, 'state      active');
  });

  it('intake drain pauses a queue once it is empty', async () => {
    const drained = await conductor('intake drain conductor --timeout 20');
    const resumed = await conductor('intake resume conductor');

    expect(drained.out).toBe('conductor is paused; 0 messages wait');
    expect(resumed.exitCode).toBe(0);
  });

  it('dead letters are listed with their reason, shown without secrets, redriven and dropped', async () => {
    const { body } = request('never');
    const broken = body.replaceAll('schedule_and_build_instances', 'schedule_and_forget');
    await local.platform.adapters.queues.send('compute-task', { body: broken });
    const list = () => conductor('dead-letter list compute-task --json');
    await expect.poll(async () => (await list()).data(), { timeout: 60_000 }).toHaveLength(1);
    const listed = (await list()).out;
    const id = /"id": "([^"]+)"/u.exec(listed)?.[1] ?? '';

    const shown = await conductor(`dead-letter show compute-task ${id}`);
    const redriven = await conductor(`dead-letter redrive compute-task ${id}`);
    await expect.poll(async () => (await list()).data(), { timeout: 60_000 }).toHaveLength(1);
    const newId = /"id": "([^"]+)"/u.exec((await list()).out)?.[1] ?? '';
    const dropped = await conductor(`dead-letter drop compute-task ${newId} --reason 'a test'`);

    expect(listed).toContain('NoSuchMethod');
    expect(shown.out).toContain('"admin_password": "(covered)"');
    expect(shown.out).not.toContain('correct-horse');
    expect(redriven.out).toBe('1 dead letters went back to compute-task');
    expect(dropped.out).toContain('): a test');
    expect((await list()).data()).toEqual([]);
  });

  it('execution stop puts the server in error, fences it and releases its claim', async () => {
    const { uuid, body } = request('slow-one', 'stopped');
    await conductor(SEND, { 'r.json': body });
    await reaches(uuid, 'waits for  launch/');
    const stopped = await conductor(`execution stop ${uuid} --reason 'host is being replaced'`);
    const audit = await conductor('audit');

    expect(stopped.out).toContain(`server ${uuid} is in error, fenced from its hosts, its claim released`);
    expect(await state(uuid)).toContain('Stopped by an operator: host is being replaced');
    expect(await state(uuid)).not.toContain('claim  ');
    expect(audit.out).not.toContain(uuid);
  });

  it('execution redrive refuses an execution that is not failed', async () => {
    const listed = await conductor('execution list --status SUCCEEDED --limit 1');
    const name = /(?:build|launch) +(\S+)/u.exec(listed.out)?.[1] ?? '';

    const refused = await conductor(`execution redrive ${name}`);

    expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('is SUCCEEDED: only a failed one') });
  });

  it('audit finds a leaked claim and wrong usage, heal --dry-run lists them, heal mends', async () => {
    const { tables, placement } = local.world.services;
    const { uuid, body } = request('healed', 'off');
    await conductor(SEND, { 'r.json': body });
    await reaches(uuid, 'state      active');
    await tables.update(API, quotaKey('off'), { add: { instances: 3 } });
    await tables.update(PLACEMENT, consumerKey('leaked'), {
      set: { allocations: {}, project_id: 'off', user_id: 'u', generation: 1 },
    });
    const held = await placement.allocations(uuid);
    await tables.update(PLACEMENT, consumerKey('leaked'), { set: { allocations: { ...held } } });

    const found = await conductor('audit');
    const dry = await conductor('heal --dry-run');
    const still = await conductor('audit');
    const healed = await conductor('heal');
    const after = await conductor('audit');

    expect([found.exitCode, dry.exitCode, still.exitCode]).toEqual([3, 3, 3]);
    expect(found.out).toContain('orphaned-claim');
    expect(found.out).toContain('project off is counted 4 instances');
    expect(dry.out).toContain('would be mended (recount-quota)');
    expect(healed.out).toContain('mended (release-claim)');
    expect(after.out).not.toMatch(/leaked|project off/u);
  });

  it('quota recount corrects usage from the records', async () => {
    const { tables } = local.world.services;
    await tables.update(API, quotaKey('empty'), { set: { instances: 2, cores: 2, ram: 1024 } });

    const recounted = await conductor('quota recount empty');

    expect(recounted.out).toContain('usage is corrected');
    expect(await tables.get(API, quotaKey('empty'))).toMatchObject({ instances: 0, cores: 0, ram: 0 });
  });

  it('recount and audit agree about a server whose request names its project in its objects alone', async () => {
    const { tables } = local.world.services;
    const { uuid, body } = request('apart', 'apart', (context) => ({ ...context, project_id: null }));
    await conductor(SEND, { 'r.json': body });
    await reaches(uuid, 'state      active');
    await tables.update(API, quotaKey('apart'), { add: { instances: 3 } });

    const [found, healed, after] = [await conductor('audit'), await conductor('heal'), await conductor('audit')];
    const recounted = await conductor('quota recount apart');

    expect(found.out).toContain('project apart is counted 4 instances');
    expect(healed.out).toContain('mended (recount-quota)');
    expect(after.out).not.toContain('project apart');
    expect(recounted.out).toContain('usage is right');
    expect(await tables.get(API, quotaKey('apart'))).toMatchObject({ instances: 1, cores: 1, ram: 512 });
  });

  it('quota check prints how many servers fit, and what is over when none does', async () => {
    const { tables } = local.world.services;
    await tables.put(API, { ...quotaLimitsKey('small'), instances: 100, cores: 4, ram: 100_000 });
    await tables.update(API, quotaKey('small'), { set: { instances: 2, cores: 2, ram: 1024 } });

    const some = await conductor('quota check small --vcpus 1 --ram 512 --max 5');
    const none = await conductor('quota check small --vcpus 4 --ram 512');
    const wrong = await conductor('quota check small --vcpus 1 --ram 512 --min 3 --max 2');

    expect(some.out).toBe('2 of 5 fit into the quota of small');
    expect(none).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('Requested 4, but already used 2 of 4 cores'),
    });
    expect(wrong).toMatchObject({ exitCode: 2, err: expect.stringContaining('--min 3 is more than --max 2') });
  });

  it('principal add registers publishers and refuses a host', async () => {
    const added = await conductor('principal add nova-api --as publisher');
    const refused = await conductor('principal add host:host1 --as operator');
    const listed = await conductor('principal list');
    await conductor('principal remove nova-api');

    expect(added.out).toBe('nova-api is a publisher');
    expect(refused.err).toContain('speaks for host1');
    expect(listed.out).toContain('nova-api');
  });

  it('server list finds servers by state and by cell', async () => {
    const active = await conductor('server list --state active --json');
    const buried = await conductor('server list --cell cell0');
    const wrong = await conductor('server list --cell cell9');

    expect(active.data()).not.toHaveLength(0);
    expect(buried.out).toBe('no server');
    expect(wrong.err).toContain(
      'there is no cell cell9: there are 00000000-0000-0000-0000-000000000000(cell0), 11111111-1111-4111-8111-111111111111(cell1), 22222222-2222-4222-8222-222222222222(cell2)',
    );
  });
});
