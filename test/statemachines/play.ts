import { executionArn } from '#local/emulation/runner-executions';
import type { DestinationRequest } from '#ports/scheduler';
import { WORKFLOW_FUNCTIONS } from '#local/emulation/workflow-functions';
import { definitionOf, STATE_MACHINES } from '#statemachines/definitions';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { around, aroundLaunches, FailurePlan, type CallFailure, type TaskName } from '../fixtures/failures.ts';
import { reconcileInstances } from '#reconciler/reconcile';
import { leftOver } from '../fixtures/ledger.ts';
import { strayBindings } from '../fixtures/ported-server.ts';
import type { Story } from './story.ts';

/** Every Task of every state machine, in its order. */
export function tasksOf(workflows: readonly string[]): TaskName[] {
  return STATE_MACHINES.filter((workflow) => workflows.includes(workflow)).flatMap((workflow) =>
    taskStates(JSON.parse(definitionOf(workflow))).map((state) => ({ workflow, state })),
  );
}

function taskStates(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const states = 'States' in value && typeof value.States === 'object' ? Object.entries(value.States ?? {}) : [];
  const own = states.filter(([, state]: [string, unknown]) => isTask(state)).map(([name]) => name);
  const nested = states.flatMap(([, state]: [string, unknown]) =>
    typeof state === 'object' && state !== null && 'ItemProcessor' in state ? taskStates(state.ItemProcessor) : [],
  );
  return [...own, ...nested];
}

const isTask = (state: unknown): boolean =>
  typeof state === 'object' && state !== null && 'Type' in state && state.Type === 'Task';

/** How a story ended: its world, and what was left over of it. */
export interface Ending {
  readonly world: BuildWorld;
  readonly leftOver: readonly string[];
}

/** Plays a story with a Task going wrong; an execution that a person must look after is redriven once all is well again. */
export async function play(story: Story, plan: FailurePlan): Promise<Ending> {
  const broken = new FailurePlan(story.broken, 'fails for good before its effect');
  const [inner, outer] = [around(plan), around(broken)];
  const world = await boot(story, {
    around: (step, event, invoked) => outer(() => inner(step, event, invoked), event, invoked),
  });
  aroundLaunches(world.world.runner, plan);
  await run(story, world);
  plan.lift();
  await redrive(story, world);
  return { world, leftOver: await healed(story, world) };
}

/** Plays a story in which one call to a port fails. */
export async function playCall(story: Story, failure: CallFailure): Promise<Ending> {
  const broken = around(new FailurePlan(story.broken, 'fails for good before its effect'));
  const world = await boot(story, {
    tables: failure.tables,
    adapt: failure.adapt,
    around: (step, event, invoked) => broken(() => failure.around(step, event, invoked), event, invoked),
  });
  failure.arm();
  await run(story, world);
  await redrive(story, world);
  return { world, leftOver: await healed(story, world) };
}

/** Plays a story in which nothing goes wrong, with something between the state machines and their functions. */
export async function playThrough(story: Story, between: NonNullable<BuildWorldOptions['around']>): Promise<Ending> {
  const broken = around(new FailurePlan(story.broken, 'fails for good before its effect'));
  const world = await boot(story, {
    around: (go, event, invoked) => broken(() => between(go, event, invoked), event, invoked),
  });
  await run(story, world);
  await redrive(story, world);
  return { world, leftOver: await healed(story, world) };
}

async function boot(story: Story, options: BuildWorldOptions): Promise<BuildWorld> {
  let world: BuildWorld | undefined;
  const { scheduler } = story.options;
  world = await BuildWorld.boot({
    // Seldom enough to be cheap, often enough to count as alive.
    heartbeatSeconds: 30,
    ...story.options,
    ...options,
    ...(scheduler && {
      scheduler: async (request: DestinationRequest, asked: number) => {
        const [uuid] = request.instanceUuids;
        if (world !== undefined && uuid !== undefined) await story.whileScheduling?.(world, uuid);
        return scheduler(request, asked);
      },
    }),
  });
  await story.before?.(world);
  return world;
}

const publishOne = (world: BuildWorld): Promise<unknown> => world.publish(world.request());

async function run(story: Story, world: BuildWorld): Promise<void> {
  await (story.publish ?? publishOne)(world);
  if (story.whileBuilding) {
    for (let second = 0; second < 60 && world.orders().length === 0; second += 1) await world.clock.advance(1000);
    await story.whileBuilding(world);
    await world.clock.advance(60_000);
  }
  await world.end();
  await story.afterwards?.(world);
  await world.end();
}

/** What an operator does about an execution that failed, and the reconciler about one that was stopped. */
async function redrive(story: Story, world: BuildWorld): Promise<void> {
  const { deployment } = world.services.config;
  for (const workflow of Object.keys(WORKFLOW_FUNCTIONS))
    for (const { name, status } of await world.executions(workflow))
      if (status === 'FAILED')
        await world.world.runner.redriveExecution({ executionArn: executionArn(deployment, workflow, name) });
  await world.end();
  if (story.whileBuilding === undefined) return;
  await world.clock.advance(600_000);
  await reconcileInstances(world.services);
  await world.end();
}

/** What is left over before an operator heals it, and what is left over then. */
async function healed(story: Story, world: BuildWorld): Promise<string[]> {
  const before = await remains(story, world);
  if (story.heal === undefined) return before;
  const kept = before.filter((line) => story.healed?.test(line) !== true);
  const left = await story.heal(world);
  return [...kept, ...left, ...(await remains(story, world))];
}

async function remains(story: Story, world: BuildWorld): Promise<string[]> {
  const stopped = story.whileBuilding ? (await world.executions()).filter(({ status }) => status === 'ABORTED') : [];
  const failedExecutions = stopped.map(({ name }) => name);
  const lines = [...(await leftOver(world, { failedExecutions })), ...(await strayBindings(world))];
  return lines.filter((line) => story.belongs?.test(line) !== true);
}
