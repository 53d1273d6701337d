import { transitionPartition } from '#records/instance-index';
import { RpcCaller } from '#client/rpc-caller';
import type { RequestContext } from '#ports/context';
import type { JsonMap } from '#ports/json';
import { tendCanaries } from '#reconciler/canary';
import { sendPulses } from '#reconciler/pulses';
import { reconcileInstances } from '#reconciler/reconcile';
import { cellUrl } from '#local/emulation/cell-urls';
import { directWay } from '#local/fleet/direct-way';
import { functionArn } from '#local/emulation/state-machines';
import { definitionOf, STATE_MACHINES } from '#statemachines/definitions';
import { TaskFailure } from '#local/runner/failure';
import { cellQueue } from '#ports/host-queue';
import { cellTable, instanceKey } from '#records/keys';
import { OPERATIONS } from '#records/operation';
import { givenUp } from '#records/items/given-up';
import { NoValidHost } from '#errors';
import { replyEnvelope, requestEnvelope } from '#wire/envelope';
import { SIZE_ATTRIBUTE, pointerBody } from '#wire/payload-pointer';
import { newObject, setFields } from '#wire/wire';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { ALTERNATES } from '../fixtures/built.ts';
import { FORCED, SCHEDULED } from '../fixtures/live-moves.ts';
import { coldWorld, liveWorld, MovingWorld } from '../fixtures/moves.ts';
import { change, config, resized, SILENT_IN_THE_END } from '../fixtures/resized-across-cells.ts';
import { rebuild, running } from '../fixtures/rebuilt-server.ts';
import { shelved, unshelve } from '../fixtures/shelved-server.ts';
import { recordServers, sendBuild } from '../fixtures/recorded-servers.ts';
import { ATTACH_STORIES } from '../statemachines/attach-stories.ts';
import { CACHING_STORIES } from '../statemachines/caching-stories.ts';
import { CONFIRM_STORIES, CROSSING_STORIES, REVERT_STORIES } from '../statemachines/crossing-stories.ts';
import { COLD_STORIES, LIVE_STORIES } from '../statemachines/move-stories.ts';
import { playThrough } from '../statemachines/play.ts';
import { REBUILD_STORIES, UNSHELVE_STORIES } from '../statemachines/recovery-stories.ts';
import { BUILD_STORIES } from '../statemachines/stories.ts';
import { waits } from '../fixtures/building-instance.ts';
import { watching } from '../fixtures/watching.ts';
import { coursesOf, plansOf } from '../worlds/every-world.ts';
import { playCourse } from '../worlds/outage-course.ts';
import { playWorld } from '../worlds/play-world.ts';
import { DEPLOYMENT, stateMachineArn } from './aws-requests.ts';
import type { ActingRoles } from './acting-roles.ts';
import { askForSenders, askPlacement, callEveryMethod, reportGuests } from './object-calls.ts';

/** Everything that functions do, in the roles that the templates give them. */
export async function playEverything(acting: ActingRoles): Promise<void> {
  const stories = [
    BUILD_STORIES,
    COLD_STORIES,
    LIVE_STORIES,
    REBUILD_STORIES,
    UNSHELVE_STORIES,
    CACHING_STORIES,
    ATTACH_STORIES,
    CROSSING_STORIES,
    CONFIRM_STORIES,
    REVERT_STORIES,
  ];
  for (const story of stories.flat())
    await playThrough({ ...story, options: acting.setUp(story.options) }, acting.around);
  const directly = (options: BuildWorldOptions): BuildWorldOptions =>
    acting.setUp({ ...options, config: { ...options.config, directCalls: true } });
  for (const plan of [...plansOf('builds', 3), ...plansOf('moves', 15)])
    for (const setUp of [acting.setUp, directly]) await playWorld(plan, { setUp });
  for (const plan of plansOf('rough', 2)) await playWorld(plan, { setUp: acting.setUp });
  for (const course of coursesOf(2)) await playCourse(course, true, { setUp: acting.setUp });
  stateMachines(acting);
  await callsOfEveryMethod(acting);
  await brokenMessages(acting);
  await requests(acting);
  await reconcile(acting);
  await canaries(acting);
}

const boot = (acting: ActingRoles, options: BuildWorldOptions = {}): Promise<BuildWorld> =>
  BuildWorld.boot(acting.setUp(options));

/** What the definitions of the state machines call. */
function stateMachines(acting: ActingRoles): void {
  for (const workflow of STATE_MACHINES) {
    const placeholders = definitionOf(workflow).matchAll(/\$\{(?<name>\w+?)(?<kind>FunctionArn|StateMachineArn)\}/gu);
    for (const { groups: { name = '', kind = '' } = {} } of placeholders) {
      const target = name.replaceAll(/(?<!^)[A-Z]/gu, (letter) => `-${letter}`).toLowerCase();
      const role = `states:${DEPLOYMENT}-${workflow}`;
      if (kind === 'FunctionArn') acting.note(role, 'lambda:InvokeFunction', `${functionArn(DEPLOYMENT, target)}:live`);
      else acting.note(role, 'states:StartExecution', stateMachineArn(target));
    }
  }
}

async function callsOfEveryMethod(acting: ActingRoles): Promise<void> {
  for (const queue of ['conductor', cellQueue('cell1'), cellQueue('cell2')]) {
    const host = queue === cellQueue('cell2') ? 'host4' : 'host1';
    const world = await boot(acting, {
      config: { notifyOnStateChange: 'vm_and_task_state', directCalls: true },
      scheduler: ({ instanceUuids }) => instanceUuids.map(() => [host]),
    });
    const [uuid = '', other = ''] = (await world.build(world.request(2))).uuids;
    await callEveryMethod(world, queue, uuid);
    if (queue !== 'conductor') await callEveryMethod(world, queue, other, directWay(world.world.urls, 'api'));
    await reportGuests(world, uuid);
    await askForSenders(world, uuid);
    await askPlacement(world, uuid);
    // The schedule sends a pulse by the function URL, now that somebody has used it.
    await world.clock.advance(120_000);
    await world.world.stop();
  }
}

/** Messages that say nothing, that point to a payload which is not there, or that answer what nobody asked. */
async function brokenMessages(acting: ActingRoles): Promise<void> {
  const world = await boot(acting, { config: { directCalls: true } });
  const { bucket, prefix } = world.platform.blobs;
  for (const queue of ['compute-task', 'conductor', cellQueue('cell1'), cellQueue('cell2')]) {
    await world.world.bus.send(queue, { body: 'nothing' });
    const body = pointerBody({ bucket, key: `${prefix}${queue}/0f` });
    await world.world.bus.send(queue, { body, attributes: { [SIZE_ATTRIBUTE]: '1' } });
    await world.world.bus.send(queue, { body: replyEnvelope('0f', '1f', 'nobody asked', null) });
  }
  const { context } = world.request();
  for (const cell of ['cell1', 'cell2']) await longMessages(world, cellUrl(cell), context);
  const caller = new RpcCaller({ bus: world.world.bus, clock: world.clock, ids: world.services.ids });
  const target = { queue: 'compute-task', namespace: 'compute_task', version: '1.20' };
  const refusals: readonly (readonly [method: string, args: JsonMap])[] = [
    ['migrate_server', {}],
    ['schedule_and_build_instances', { build_requests: [...world.request().args.build_requests] }],
    ['build_instances', { instances: [], request_spec: world.request().args.request_spec[0] ?? null }],
  ];
  for (const [method, args] of refusals) {
    const refused = caller.call({ ...target, method, args, context }).catch(() => null);
    await world.clock.runUntil(refused, 600_000);
  }
  await world.end();
  await world.world.stop();
}

/** By a function URL: a call whose payload is not there, and one whose answer takes a payload of its own. */
async function longMessages(world: BuildWorld, url: string, context: RequestContext): Promise<void> {
  const { blobs, queues } = world.platform;
  const calls = world.world.urls.as('api');
  await calls.post(url, pointerBody({ bucket: blobs.bucket, key: `${blobs.prefix}any/0f` }));
  queues.create('reply_long');
  const key = `${blobs.prefix}any/long`;
  const [args, reply] = [{ arg: 'x'.repeat(2_000_000) }, { queue: 'reply_long', messageId: 'm1' }];
  const ping = { method: 'ping', version: '1.1', namespace: 'baseapi', args, context, uniqueId: 'u1', reply };
  await blobs.put(key, requestEnvelope(ping));
  await calls.post(url, pointerBody({ bucket: blobs.bucket, key }));
  queues.remove('reply_long');
}

/** Owners that a server still names, of each workflow, and that run no more. */
const GONE = Object.fromEntries(OPERATIONS.map((operation) => [`op:${operation}:owner`, 'gone']));

/** Workflows that wait for what hosts write of a server. */
const WAITING = ['launch', 'cold-migrate', 'live-migrate', 'rebuild', 'unshelve'] as const;

/** A token of an execution that runs no more. */
const tokenOf = (workflow: string): string =>
  Buffer.from(`task-token 1 of arn:aws:states:any:execution:${DEPLOYMENT}-${workflow}:gone`).toString('base64');

/** Requests that stories seldom make: a host by name, ports to give back, a caller who waits, an owner that is gone. */
async function requests(acting: ActingRoles): Promise<void> {
  const options = acting.setUp({});
  const forced = await BuildWorld.boot(options);
  const command = forced.request();
  const request_spec = command.args.request_spec.map((spec) => setFields(spec, { force_hosts: ['host1'] }));
  await forced.build({ ...command, args: { ...command.args, request_spec } });

  const nowhere = await BuildWorld.boot(acting.setUp({ scheduler: () => new NoValidHost({ reason: 'full' }) }));
  const network = newObject('NetworkRequest', '1.3', { network_id: 'net', port_id: null, device_profile: null });
  const requested_networks = newObject('NetworkRequestList', '1.1', { objects: [network] });
  await sendBuild(nowhere, await recordServers(nowhere), { requested_networks });
  await nowhere.end();

  // A host has answered before its Task asks again.
  for (const story of [...CACHING_STORIES.slice(0, 1), ...ATTACH_STORIES.slice(0, 1)]) {
    let lost = false;
    const again: typeof acting.around = async (run, event, invoked) => {
      const answer = await acting.around(run, event, invoked);
      if (!['ask-host', 'reserve-device'].includes(event.step) || lost) return answer;
      lost = true;
      throw new TaskFailure('Lambda.Unknown', 'the answer was lost');
    };
    await playThrough({ ...story, options: acting.setUp(story.options) }, again);
  }

  // A host is done before its token is registered.
  for (const [story] of [BUILD_STORIES, COLD_STORIES, LIVE_STORIES, REBUILD_STORIES, UNSHELVE_STORIES]) {
    const tries = new Map<string, number>();
    const late: typeof acting.around = (run, event, invoked) => {
      const tried = tries.get(event.step) ?? 0;
      tries.set(event.step, tried + 1);
      if (event.token !== undefined && tried < 5) throw new TaskFailure('Lambda.ServiceException', 'not yet');
      return acting.around(run, event, invoked);
    };
    if (story !== undefined) await playThrough({ ...story, options: acting.setUp(story.options) }, late);
  }

  for (const [world, request] of [
    [coldWorld, {}],
    [liveWorld, FORCED],
  ] as const) {
    const moving = await world(acting.setUp({}));
    await moving.change(GONE);
    await moving.move(request);
  }
  const rebuilt = await running(acting.setUp({}));
  await rebuilt.server.change(GONE);
  await rebuild(rebuilt, {});
  const unshelved = await shelved({ offloaded: true }, acting.setUp({}));
  await unshelved.server.change(GONE);
  await unshelve(unshelved, { force_hosts: ['host1'] });
  for (const answer of ['confirm', 'revert'] as const) {
    const crossed = await resized(acting.setUp({ config }));
    for (const cell of ['cell1', 'cell2']) await change(crossed, cell, GONE);
    await crossed[answer]();
    const silent = await resized(acting.setUp({ config, hosts: SILENT_IN_THE_END }));
    await silent[answer]();
  }
  const hosts = ['host1', 'host2'].map((host) => ({ host, cell: 'cell1', heartbeatSeconds: 10 }));
  const named = await BuildWorld.boot(acting.setUp({ hosts }));
  await named.build(command);
  const moving = await MovingWorld.prepare(named, 'migrating', 'live-migration');
  await moving.cast({ ...SCHEDULED, spec: { force_hosts: ['host2'] } });
}

/** Rounds of the reconciler over servers that nobody owns, whose host is dead, or whose token was left. */
async function reconcile(acting: ActingRoles): Promise<void> {
  const rounds = async (world: BuildWorld): Promise<void> => {
    const services = { ...world.services, tables: world.world.services.tables };
    for (let round = 0; round < 2; round += 1)
      await acting.as(`${DEPLOYMENT}-reconciler`, () => reconcileInstances(services));
    await world.end();
    await world.world.stop();
  };
  const stopped = await boot(acting, {
    scheduler: () => ALTERNATES,
    behaviour: (_order, attempt) => (attempt === 1 ? { die: 'mid-build' } : 'build'),
  });
  await stopped.publish(stopped.request());
  await stopped.clock.advance(5000);
  const [launch] = await stopped.executions('launch');
  await stopped.world.runner.stopExecution({ executionArn: launch?.executionArn ?? '' });
  await stopped.clock.advance(600_000);
  await rounds(stopped);

  const left = await boot(acting, { scheduler: () => ALTERNATES });
  const [uuid = ''] = (await left.build()).uuids;
  const [table, key] = [cellTable('cell1'), instanceKey(uuid)];
  const settled = { 'op:live-migrate:migration_status': 'completed', vm_state: 'resized' };
  await left.clock.advance(600_000);
  for (const operation of WAITING) {
    await waits(left.platform.tables, { operation, uuid, execution: 'gone', token: tokenOf(operation), attempt: 0 });
    const owners = WAITING.map((each) => [`op:${each}:owner`, each === operation ? 'gone' : null]);
    const set = {
      ...Object.fromEntries(owners),
      ...settled,
      'op:launch:attempt': 0,
      lookup: transitionPartition(uuid),
    };
    await left.platform.tables.update(table, key, { set });
    const executions = watching(left.services.executions, { status: async () => 'RUNNING' });
    const services = { ...left.services, executions, tables: left.world.services.tables };
    await acting.as(`${DEPLOYMENT}-reconciler`, () => reconcileInstances(services));
  }
  // The first round in an account enters the role of the function itself.
  const known = { ...left.world.services, config: { ...left.world.services.config, roleId: 'AROARECONCILER' } };
  await acting.as(`${DEPLOYMENT}-reconciler`, () => sendPulses(known));
  await left.clock.advance(600_000);
  await rounds(left);

  // The copy of a server that was resized across cells and deleted, which others were at work on.
  const crossed = await resized(acting.setUp({ config }));
  await change(crossed, 'cell1', { ...GONE, lookup: transitionPartition(crossed.moving.uuid) });
  await crossed.moving.of.platform.tables.update(cellTable('cell2'), instanceKey(crossed.moving.uuid), {
    set: { deleted: true },
  });
  await crossed.moving.of.clock.advance(600_000);
  await rounds(crossed.moving.of);

  // A host that was given up for a server shows its guest, and is ordered to destroy it in the next round.
  const doubled = await boot(acting, { scheduler: ({ instanceUuids }) => instanceUuids.map(() => ['host2']) });
  const [second = ''] = (await doubled.build()).uuids;
  const lost = { set: givenUp({ operation: 'launch', request: 'req-1', at: doubled.clock.now() }, 'host1') };
  await doubled.platform.tables.update(cellTable('cell1'), instanceKey(second), lost);
  await reportGuests(doubled, second);
  await doubled.clock.advance(120_000);
  await doubled.world.stop();
}

/** A canary that is built and deleted, and one of a host that is not there. */
async function canaries(acting: ActingRoles): Promise<void> {
  const world = await boot(acting, { config: { canaryHosts: ['host1', 'nowhere'] } });
  for (let minute = 0; minute < 4; minute += 1) {
    await acting.as(`${DEPLOYMENT}-reconciler`, () => tendCanaries(world.services));
    await world.end();
    await world.clock.advance(60_000);
  }
  await world.world.stop();
}
