import type { Command } from 'commander';
import { groupItem } from '#records/items/group';
import { API } from '#records/keys';
import { answering, type Cli } from '#cli/output/answering';
import { columns, shown } from '#cli/output/columns';
import { CommandFailure } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { factsOf } from './stored.ts';

/** A server group with its members. */
interface Group extends Omit<ReturnType<typeof groupItem>, 'deleted'> {
  readonly members: readonly string[];
}

const MEMBER = 'member#';

/** Every group that is there. Reads the table of the API level whole: no index lists groups of all projects. */
async function groups(target: DeploymentTarget): Promise<Group[]> {
  const found = new Map<string, Omit<Group, 'members'>>();
  const members = new Map<string, string[]>();
  for await (const item of target.scan(API)) {
    if (!item.pk.startsWith('group#')) continue;
    if (item.sk.startsWith(MEMBER))
      members.set(item.pk, [...(members.get(item.pk) ?? []), item.sk.slice(MEMBER.length)]);
    const { deleted, ...group } = groupItem(item);
    if (item.sk === 'group' && !deleted) found.set(item.pk, group);
  }
  return [...found].map(([key, group]) => ({ ...group, members: members.get(key) ?? [] }));
}

export function addGroupList(parent: Command, cli: Cli): void {
  const command = parent.command('list').description('List server groups').option('--project <id>', 'of this project');
  answering(command, cli, async ({ target, option }) => {
    const project = option('project');
    const rows = (await groups(target)).filter((row) => project === undefined || row.project_id === project);
    return {
      data: rows,
      lines: [
        columns(
          ['uuid', 'name', 'project', 'policy', 'members'],
          rows.map(({ uuid, name, project_id, policies, members }) => [
            uuid,
            shown(name),
            shown(project_id),
            policies.join(', '),
            String(members.length),
          ]),
          'there is no server group',
        ),
      ],
    };
  });
}

export function addGroupShow(parent: Command, cli: Cli): void {
  const command = parent.command('show').description('Show a server group').argument('<group>', 'its uuid or name');
  answering(command, cli, async ({ target, args: [wanted = ''] }) => {
    const found = (await groups(target)).filter(({ uuid, name }) => uuid === wanted || name === wanted);
    const [group] = found;
    if (group === undefined)
      throw new CommandFailure(`there is no group ${wanted}: conductor group list shows those there are`);
    if (found.length > 1) throw new CommandFailure(`${found.length} groups are called ${wanted}: name one by its uuid`);
    const { policies, members, ...facts } = group;
    return { data: group, lines: factsOf({ ...facts, policy: policies.join(', '), members: members.join(', ') }) };
  });
}
