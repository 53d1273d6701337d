import type { Command } from 'commander';
import { answering, type Answer, type Asked, type Cli } from '#cli/output/answering';
import { columns } from '#cli/output/columns';
import { optionRows, shownValue } from './option-rows.ts';

/** `config diff`: where functions go by something else than their stacks were deployed with. */
export function addConfigDiff(parent: Command, cli: Cli): void {
  const command = parent
    .command('diff')
    .description('Show options whose value at run time is another than the deployed one');
  answering(command, cli, diffConfig);
}

async function diffConfig({ target }: Asked): Promise<Answer> {
  const { rows, refused } = await optionRows(target);
  const other = rows.filter(({ deployed, value }) => shownValue(deployed) !== shownValue(value));
  const differing = other.map(({ key, deployed, value }) => ({ key, deployed, value }));
  const left = refused.map((reason) => `left out: ${reason}`);
  return {
    data: { differing, refused },
    lines:
      other.length === 0
        ? ['functions go by what was deployed', ...left]
        : [
            columns(
              ['option', 'deployed', 'run time'],
              other.map(({ key, deployed, value }) => [key, shownValue(deployed), shownValue(value)]),
            ),
            ...left,
          ],
  };
}
