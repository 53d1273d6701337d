import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { answering, type Answer, type Cli } from '#cli/output/answering';
import { columns, shown } from '#cli/output/columns';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import type { Intake } from '#cli/deployment/event-sources';
import { queueAges } from '#cli/deployment/queue-ages';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';

/** Between two looks at a queue that drains. */
const LOOK_MS = 1000;

/** `intake list|pause|drain|resume`: a paused queue keeps its messages, and its function does not run. */
export function addIntake(parent: Command, cli: Cli): void {
  const list = parent.command('list').description('List queues with what waits in them and whether it is taken');
  answering(list, cli, ({ target }) => listIntakes(target));

  const pause = parent
    .command('pause')
    .description('Let messages wait')
    .argument('<queue>', 'compute-task, conductor, cell-…-conductor');
  answering(pause, cli, ({ target, args: [queue = ''] }) => setIntake(target, queue, false));

  const drain = parent
    .command('drain')
    .description('Wait until a queue is empty, then pause it')
    .argument('<queue>', 'as intake list shows it')
    .option('--timeout <seconds>', 'give up, and leave it as it is, after so many seconds', '300');
  answering(drain, cli, ({ target, args: [queue = ''], option }) =>
    drainQueue(target, queue, option('timeout') ?? '300'),
  );

  const resume = parent
    .command('resume')
    .description('Take messages again')
    .argument('<queue>', 'as intake list shows it');
  answering(resume, cli, ({ target, args: [queue = ''] }) => setIntake(target, queue, true));
}

/**
 * Every queue that a function takes messages from, with its state as Lambda says it. Those of `network` are taken by
 * whoever gives networks back: no function of the deployment is needed.
 */
export async function intakesOf(
  target: Pick<DeploymentTarget, 'eventSources' | 'queueAdmin'>,
): Promise<{ readonly queue: string; readonly state: string }[]> {
  const queues = (await target.queueAdmin.list()).filter((queue) =>
    /(?:^compute-task|conductor|^network)$/u.test(queue),
  );
  return Promise.all(
    queues.map(async (queue) => ({
      queue,
      state:
        (await target.eventSources.of(target.queueAdmin.arn(queue)))?.state ??
        (queue === 'network' ? 'no function needed' : 'no function'),
    })),
  );
}

async function listIntakes(target: DeploymentTarget): Promise<Answer> {
  const intakes = await intakesOf(target);
  const watching = { cloudwatch: target.clients.cloudwatch, clock: target.clock, deployment: target.deployment };
  const ages = await queueAges(
    watching,
    intakes.map(({ queue }) => queue),
  );
  const rows = await Promise.all(
    intakes.map(async (intake) => ({
      ...intake,
      ...(await target.queueAdmin.counts(intake.queue)),
      oldestSeconds: ages.get(intake.queue) ?? null,
    })),
  );
  return {
    data: rows,
    lines: [
      columns(
        ['queue', 'intake', 'waiting', 'in hand', 'oldest (s)'],
        rows.map(({ queue, state, waiting, inFlight, oldestSeconds }) => [
          queue,
          state,
          shown(waiting),
          shown(inFlight),
          shown(oldestSeconds),
        ]),
      ),
    ],
  };
}

/** @throws CommandFailure when no function takes messages from that queue */
async function intakeOf(target: DeploymentTarget, queue: string): Promise<Intake> {
  const intake = await target.eventSources.of(target.queueAdmin.arn(queue));
  if (intake !== undefined) return intake;
  throw new CommandFailure(`no function takes messages from ${queue}: conductor intake list shows the queues`);
}

async function setIntake(target: DeploymentTarget, queue: string, enabled: boolean): Promise<Answer> {
  const before = await intakeOf(target, queue);
  const after = await target.eventSources.enable(before, enabled);
  const waiting = (await target.queueAdmin.counts(queue))?.waiting ?? 0;
  const summary = enabled ? `${queue} is taken from again` : `${queue} is paused`;
  return { data: { queue, state: after.state, waiting }, lines: [`${summary}; ${waiting} messages wait`] };
}

async function drainQueue(target: DeploymentTarget, queue: string, timeout: string): Promise<Answer> {
  const seconds = Number(timeout);
  if (!(seconds > 0)) throw new CommandFailure(`--timeout ${timeout} is no number of seconds above 0`, EXIT.usage);
  await intakeOf(target, queue);
  const deadline = target.clock.now() + seconds * 1000;
  for (;;) {
    const counts = await target.queueAdmin.counts(queue);
    if (counts === undefined) throw new CommandFailure(`there is no queue ${queue}: conductor intake list shows them`);
    const left = counts.waiting + counts.inFlight + counts.delayed;
    if (left === 0) return setIntake(target, queue, false);
    if (target.clock.now() >= deadline)
      throw new CommandFailure(
        `${queue} still has ${left} messages after ${seconds} s: pause it, or stop its publishers`,
      );
    await setTimeout(LOOK_MS);
  }
}
