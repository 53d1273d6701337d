import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { answering, type Answer, type Cli } from '#cli/output/answering';
import { columns, shown } from '#cli/output/columns';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import type { Intake } from '#cli/deployment/event-sources';
import type { Reach } from '#cli/deployment/deployment-target';

/** Between two looks at a queue that drains. */
const LOOK_MS = 1000;

/** `intake list|pause|drain|resume`: a paused queue keeps its messages, and its function does not run. */
export function addIntake(parent: Command, cli: Cli): void {
  const list = parent.command('list').description('List queues with what waits in them and whether it is taken');
  answering(list, cli, ({ reach }) => listIntakes(reach));

  const pause = parent
    .command('pause')
    .description('Let messages wait')
    .argument('<queue>', 'compute-task, conductor, cell-…-conductor');
  answering(pause, cli, ({ reach, args: [queue = ''] }) => setIntake(reach, queue, false));

  const drain = parent
    .command('drain')
    .description('Wait until a queue is empty, then pause it')
    .argument('<queue>', 'as intake list shows it')
    .option('--timeout <seconds>', 'give up, and leave it as it is, after so many seconds', '300');
  answering(drain, cli, ({ reach, args: [queue = ''], option }) =>
    drainQueue(reach, queue, option('timeout') ?? '300'),
  );

  const resume = parent
    .command('resume')
    .description('Take messages again')
    .argument('<queue>', 'as intake list shows it');
  answering(resume, cli, ({ reach, args: [queue = ''] }) => setIntake(reach, queue, true));
}

async function listIntakes(reach: Reach): Promise<Answer> {
  const queues = (await reach.desk.list()).filter((queue) => /(?:^compute-task|conductor|^network)$/u.test(queue));
  const rows = await Promise.all(
    queues.map(async (queue) => ({
      queue,
      state: (await reach.intake.of(reach.desk.arn(queue)))?.state ?? 'no function',
      ...(await reach.desk.counts(queue)),
    })),
  );
  return {
    data: rows,
    lines: columns(
      ['queue', 'intake', 'waiting', 'in hand'],
      rows.map(({ queue, state, waiting, inFlight }) => [queue, state, shown(waiting), shown(inFlight)]),
    ),
  };
}

/** @throws CommandFailure when no function takes messages from that queue */
async function intakeOf(reach: Reach, queue: string): Promise<Intake> {
  const intake = await reach.intake.of(reach.desk.arn(queue));
  if (intake !== undefined) return intake;
  throw new CommandFailure(`no function takes messages from ${queue}: conductor intake list shows the queues`);
}

async function setIntake(reach: Reach, queue: string, enabled: boolean): Promise<Answer> {
  const before = await intakeOf(reach, queue);
  const after = await reach.intake.enable(before, enabled);
  const waiting = (await reach.desk.counts(queue))?.waiting ?? 0;
  const summary = enabled ? `${queue} is taken from again` : `${queue} is paused`;
  return { data: { queue, state: after.state, waiting }, lines: [`${summary}; ${waiting} messages wait`] };
}

async function drainQueue(reach: Reach, queue: string, timeout: string): Promise<Answer> {
  const seconds = Number(timeout);
  if (!(seconds > 0)) throw new CommandFailure(`--timeout ${timeout} is no number of seconds above 0`, EXIT.usage);
  await intakeOf(reach, queue);
  const deadline = reach.clock.now() + seconds * 1000;
  for (;;) {
    const counts = await reach.desk.counts(queue);
    if (counts === undefined) throw new CommandFailure(`there is no queue ${queue}: conductor intake list shows them`);
    const left = counts.waiting + counts.inFlight + counts.delayed;
    if (left === 0) return setIntake(reach, queue, false);
    if (reach.clock.now() >= deadline)
      throw new CommandFailure(
        `${queue} still has ${left} messages after ${seconds} s: pause it, or stop its publishers`,
      );
    await setTimeout(LOOK_MS);
  }
}
