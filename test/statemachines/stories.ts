import { NoValidHost } from '#errors';
import { machineArn, executionArn } from '#local/emulation/runner-executions';
import type { BuildWorld } from '../fixtures/build-world.ts';
import { EXISTING_STORIES } from './existing-stories.ts';
import type { Story } from './story.ts';

const placed = () => [['host1', 'host2', 'host3']];
const bothPlaced = () => [['host1', 'host3'], ['host2']];

/** Every way that a server takes through build and launch. */
export const BUILD_STORIES: readonly Story[] = [
  { name: 'a first build', options: { scheduler: placed } },
  {
    name: 'no valid host',
    options: { scheduler: () => new NoValidHost({ reason: 'There are not enough hosts available.' }) },
  },
  {
    name: 'over quota',
    options: { scheduler: placed, config: { quota: { instances: 0, cores: 10, ram: 10_000 } } },
  },
  {
    name: 'an order that breaks',
    options: { scheduler: placed },
    broken: { workflow: 'launch', state: 'Build on host' },
  },
  {
    name: 'a host that is mapped to no cell',
    options: { scheduler: placed },
    before: (world) => world.unmapHost('host1'),
  },
  {
    name: 'a build request deleted meanwhile',
    options: { scheduler: placed },
    whileScheduling: (world, uuid) => world.deleteBuildRequest(uuid),
  },
  {
    name: 'a host that gives the server back',
    options: { scheduler: placed, behaviour: (_order, attempt) => (attempt === 1 ? { fail: 'it is full' } : 'build') },
  },
  {
    name: 'hosts that all give the server back',
    options: { scheduler: placed, behaviour: () => ({ fail: 'it is full' }) },
  },
  {
    name: 'a host that aborts the build',
    options: { scheduler: placed, behaviour: () => ({ abort: 'the image is broken' }) },
  },
  {
    name: 'a host that dies',
    options: { scheduler: placed, behaviour: (_order, attempt) => (attempt === 1 ? { die: 'mid-build' } : 'build') },
  },
  { name: 'a slow build', options: { scheduler: placed, behaviour: () => ({ delay: 300_000 }) } },
  {
    name: 'a reschedule that nobody owns',
    options: {
      scheduler: placed,
      behaviour: (_order, attempt) => (attempt === 1 ? { delay: 20_000, next: { fail: 'it is full' } } : 'build'),
    },
    whileBuilding: stopLaunch,
  },
  { name: 'two servers', options: { scheduler: bothPlaced }, publish: two },
  {
    name: 'no valid host for two servers',
    options: { scheduler: () => new NoValidHost({ reason: 'There are not enough hosts available.' }) },
    publish: two,
  },
  {
    name: 'two servers over quota',
    options: { scheduler: bothPlaced, config: { quota: { instances: 1, cores: 10, ram: 10_000 } } },
    publish: two,
  },
  {
    name: 'a quota check that breaks',
    options: { scheduler: bothPlaced },
    publish: two,
    broken: { workflow: 'build', state: 'Recheck quota' },
  },
  {
    name: 'two servers, one of them for a host that is mapped to no cell',
    options: { scheduler: bothPlaced },
    publish: two,
    before: (world) => world.unmapHost('host2'),
  },
  {
    name: 'two build requests, one of them deleted meanwhile',
    options: { scheduler: bothPlaced },
    publish: two,
    whileScheduling: (world, uuid) => world.deleteBuildRequest(uuid),
  },
  ...EXISTING_STORIES,
];

async function two(world: BuildWorld): Promise<void> {
  await world.publish(world.request(2));
}

/** An operator stops the execution while the host is at work. */
async function stopLaunch(world: BuildWorld): Promise<void> {
  const { deployment } = world.services.config;
  const { executions } = await world.world.runner.listExecutions({
    stateMachineArn: machineArn(deployment, 'launch'),
  });
  for (const { name } of executions)
    await world.world.runner.stopExecution({ executionArn: executionArn(deployment, 'launch', name) });
}
