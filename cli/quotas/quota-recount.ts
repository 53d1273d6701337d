import type { Command } from 'commander';
import { COUNTED, type Amounts } from '#conductor/quota';
import type { Consumer } from '#records/quota-usage';
import { answering, type Answer, type Cli } from '#cli/output/answering';
import { columns } from '#cli/output/columns';
import { CommandFailure } from '#cli/deployment/failure';
import { consumerName, countedUsage, NOTHING, recount, same, writeUsage } from '#cli/inventory/quota-usage';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';

/** Recounts while others build; each starts from the usage as it then is. */
const TRIES = 3;

/** `quota recount PROJECT`: usage becomes what the project's servers and pending requests come to. */
export function addQuotaRecount(parent: Command, cli: Cli): void {
  const command = parent
    .command('recount')
    .description('Count what a project uses anew')
    .argument('<project>', 'id of the project')
    .option('--dry-run', 'only show');
  answering(command, cli, ({ target, args: [project = ''], flag }) => recountQuota(target, project, flag('dryRun')));
}

/** Counts a project and its users anew; what changes while it counts is counted again. */
async function recountQuota(target: DeploymentTarget, project: string, dryRun: boolean): Promise<Answer> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const rows = await compared(target, project);
    const off = rows.filter(({ before, after }) => !same(before, after));
    if (dryRun || (await writeAll(target, off))) return answer(project, rows, off.length > 0, dryRun);
  }
  throw new CommandFailure(`usage of ${project} changes all the time: pause the intake of compute-task and try again`);
}

interface Row extends Consumer {
  readonly before: Amounts;
  readonly after: Amounts;
}

/** What is counted beside what it comes to, of the project and of each of its users. */
async function compared(target: DeploymentTarget, project: string): Promise<Row[]> {
  const before = new Map((await countedUsage(target, project)).map((each) => [consumerName(each), each]));
  const after = await recount(target, project);
  return [...new Map([...before, ...after])].map(([name, { project: of, user }]) => ({
    project: of,
    user,
    before: before.get(name)?.amounts ?? NOTHING,
    after: after.get(name)?.amounts ?? NOTHING,
  }));
}

async function writeAll(target: DeploymentTarget, rows: readonly Row[]): Promise<boolean> {
  const written = await Promise.all(rows.map((row) => writeUsage(target, row, row.before, row.after)));
  return written.every(Boolean);
}

function answer(project: string, rows: readonly Row[], off: boolean, dryRun: boolean): Answer {
  const [own] = rows;
  const lines = rows.flatMap(({ user, before, after }) =>
    COUNTED.map((name) => [user ?? '', name, String(before[name]), String(after[name])]),
  );
  return {
    data: { project, before: own?.before, after: own?.after, users: rows.slice(1), changed: off && !dryRun },
    lines: [
      columns(['user', '', 'counted', 'recounted'], lines),
      off ? (dryRun ? 'nothing is written: --dry-run' : 'usage is corrected') : 'usage is right',
    ],
  };
}
