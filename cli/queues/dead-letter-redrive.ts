import type { Command } from 'commander';
import { answering, type Cli } from '#cli/output/answering';
import { deadLetterQueue, lettersOf, originalSender, withDeadLetters } from '#cli/inventory/dead-letters';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { CommandFailure, EXIT } from '#cli/deployment/failure';

/** `dead-letter redrive QUEUE [ID…]`: back to their queue in the name of their original senders. */
export function addDeadLetterRedrive(parent: Command, cli: Cli): void {
  const command = parent
    .command('redrive')
    .description('Send dead letters to their queue again, in the name of their original senders')
    .argument('<queue>', 'queue that they were sent to')
    .argument('[ids...]', 'only these')
    .option('--all', 'all of them');
  answering(command, cli, async ({ target, args: [queue = '', ...ids], flag }) => {
    if (ids.length === 0 && !flag('all'))
      throw new CommandFailure('name the dead letters to redrive, or give --all', EXIT.usage);
    const { source, dlq } = await deadLetterQueue(target, queue);
    return withDeadLetters(target, dlq, async (messages, keep) => {
      const named = lettersOf(messages, ids, { source, done: 'redriven' });
      const chosen = flag('all') ? messages : named;
      const ours = await conductorId(target, source);
      for (const message of chosen) {
        const { reason: _reason, sender: _sender, ...attributes } = message.attributes;
        const sender = originalSender(message, ours);
        await target.queueAdmin.send(source, message.body, { ...attributes, ...(sender === '' ? {} : { sender }) });
        await target.queueAdmin.remove(dlq, message);
        keep.delete(message);
      }
      return {
        data: { queue: source, redriven: chosen.map(({ id }) => id) },
        lines: [`${chosen.length} dead letters went back to ${source}`],
      };
    });
  });
}

/** The unique id of the role that puts letters of a queue aside; undefined where senders say who they are. */
async function conductorId(target: DeploymentTarget, source: string): Promise<string | undefined> {
  if (target.emulated) return undefined;
  const role = await target.eventSources.roleOf(target.queueAdmin.arn(source));
  if (role !== undefined) return target.roleId(role);
  // A function in another account is not listed in this one: it acts in a role of its own here.
  const [, cell] = /^cell-(.+)-conductor$/u.exec(source) ?? [];
  const abroad = cell === undefined ? undefined : await target.cellRole(cell);
  if (abroad === undefined)
    throw new CommandFailure(`no function takes messages from ${source}: who put its letters aside is unknown`);
  return abroad;
}
