import type { Command } from 'commander';
import { CONTEXT_TEXTS } from '#configuration/texts';
import { runTimeChange, type RunTimeChange } from '#records/items/run-time';
import { API, runTimeKey } from '#records/keys';
import { answering, type Answer, type Asked, type Cli } from '#cli/output/answering';
import { columns, type Line } from '#cli/output/columns';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { oneOfRows, optionRows, shownValue, type OptionRow } from './option-rows.ts';

/** `config show [KEY]`: what functions go by, and for one key who changed it. */
export function addConfigShow(parent: Command, cli: Cli): void {
  const command = parent
    .command('show')
    .description('Show what functions go by, and where it was set; of one option, its changes too')
    .argument('[key]', 'one option, under its key of the context')
    .option('--changeable', 'only those that can be changed at run time');
  answering(command, cli, showConfig);
}

const BY = { 'run time': 'run time', deployment: 'the deployment', default: 'default' } as const;

async function showConfig({ target, args: [key], flag }: Asked): Promise<Answer> {
  const { rows, refused } = await optionRows(target);
  if (key !== undefined) return shownOption(target, oneOfRows(rows, key));
  const shown = rows.filter(({ changeable }) => changeable || !flag('changeable'));
  return {
    data: { options: shown, refused },
    lines: [
      columns(
        ['option', 'value', 'set by', 'changed'],
        shown.map((row) => [
          row.key,
          shownValue(row.value),
          BY[row.from],
          row.changeable ? 'at run time' : 'by deploying',
        ]),
      ),
      ...refused.map((reason) => `left out: ${reason}`),
    ],
  };
}

/** One option with what it decides, and its changes at run time, the newest first. */
export async function shownOption(target: Pick<DeploymentTarget, 'tables'>, row: OptionRow): Promise<Answer> {
  const changes = await changesOf(target, row.key);
  const said = Object.entries(CONTEXT_TEXTS).find(([key]) => key === row.key)?.[1];
  const unit = said?.unit === undefined ? '' : ` ${said.unit}`;
  const lines: Line[] = [
    `${row.key}: ${shownValue(row.value)}${row.value === null ? '' : unit}; set by ${BY[row.from]}`,
    ...(row.from === 'run time' ? [`deployed with ${shownValue(row.deployed)}`] : []),
    ...(said === undefined ? [] : [said.says]),
  ];
  const table = columns(
    ['changed', 'by', 'before', 'after'],
    changes.map((change) => [
      change.changed_at ?? '-',
      change.changed_by ?? '-',
      shownChange(change.before),
      shownChange(change.after),
    ]),
  );
  return { data: { ...row, changes }, lines: changes.length === 0 ? lines : [...lines, table] };
}

/** A value that was not set at run time is that of the deployment. */
const shownChange = (value: RunTimeChange['before']): string => (value === null ? 'as deployed' : shownValue(value));

async function changesOf({ tables }: Pick<DeploymentTarget, 'tables'>, key: string): Promise<RunTimeChange[]> {
  const changes: RunTimeChange[] = [];
  let after;
  do {
    const page = await tables.query(API, {
      partition: runTimeKey.pk,
      sortPrefix: 'change#',
      descending: true,
      ...(after === undefined ? {} : { after }),
    });
    changes.push(...page.items.map(runTimeChange).filter((change) => change.key === key));
    after = page.after;
  } while (after !== undefined);
  return changes;
}
